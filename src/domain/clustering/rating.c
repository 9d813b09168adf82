/* SPDX-License-Identifier: Apache-2.0 */
/* How well images sit in clusters that come without numbers of their own. */
#include "domain/clustering/rating.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/clustering.h"

#define NO_NEIGHBOUR 1.0 /* distance to the nearest other cluster where there is none */

static double share(double part, double whole)
{
    return whole > 0 ? fmin(fmax(part / whole, 0), 1) : 1;
}

/* Fill the numbers. Receives each image's mean distance to its own cluster, and per cluster the
 * most of 1 less that, starting at 0. */
static void rate(struct ica_partition *partition, const struct ica_centroids *centroids,
                 const int32_t *nearest, double *own_distances, double *most)
{
    memset(partition->persistence, 0, partition->n_clusters * sizeof *partition->persistence);
    for (size_t i = 0; i < partition->n; i++) {
        int32_t label = partition->labels[i];
        double next = nearest[i] == ICA_NOISE
                          ? NO_NEIGHBOUR
                          : ica_centroids_distance(centroids, i, (size_t)nearest[i]);
        if (label == ICA_NOISE) {
            partition->probabilities[i] = 0;
            partition->outlier_scores[i] = fmin(next, 1);
            continue;
        }
        double own = ica_centroids_member_distance(centroids, i, (size_t)label);
        double larger = fmax(own, next);
        own_distances[i] = own;
        most[label] = fmax(most[label], 1 - own);
        partition->probabilities[i] = share(next, own + next);
        partition->persistence[label] +=
            larger > 0 ? (next - own) / larger / (double)centroids->sizes[label] : 0;
    }
    for (size_t i = 0; i < partition->n; i++) {
        int32_t label = partition->labels[i];
        if (label != ICA_NOISE) {
            partition->outlier_scores[i] = 1 - share(1 - own_distances[i], most[label]);
        }
    }
    for (size_t c = 0; c < partition->n_clusters; c++) {
        partition->persistence[c] = fmax(0, partition->persistence[c]);
    }
}

enum ica_status ica_rate(struct ica_partition *partition, const struct ica_cosine_distance *rows,
                         struct ica_parallel *parallel, const struct ica_monitor *monitor,
                         struct ica_error *err)
{
    size_t n_clusters = partition->n_clusters;
    struct ica_centroids centroids = {0};
    int32_t *nearest = ica_array_new(partition->n, sizeof *nearest);
    double *own_distances = ica_array_new(partition->n, sizeof *own_distances);
    double *most = ica_array_new(n_clusters, sizeof *most);
    enum ica_status status;
    if (!nearest || !own_distances || !most) {
        status = ica_error_nomem(err, "rating images");
        goto out;
    }
    status = ica_centroids_init(&centroids, rows, partition->labels, n_clusters, err);
    if (status) {
        goto out;
    }
    status = ica_centroids_nearest(&centroids, partition->labels, n_clusters, parallel, monitor,
                                   nearest, err);
    if (!status) {
        rate(partition, &centroids, nearest, own_distances, most);
    }
out:
    ica_centroids_clear(&centroids);
    free(most);
    free(own_distances);
    free(nearest);
    return status;
}
