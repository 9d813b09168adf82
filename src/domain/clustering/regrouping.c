/* SPDX-License-Identifier: Apache-2.0 */
/* A cut of the dendrogram becomes a partition with numbers of its own: those of the strategy speak
 * of its own groups. */
#include "domain/clustering/regrouping.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/dendrogram.h"
#include "domain/clustering/hierarchy.h"
#include "domain/clustering/means.h"

#define MAX_COUNT    80
#define NO_NEIGHBOUR 1.0 /* distance to the nearest other cluster where there is none */

static size_t count_noise(const struct ica_partition *partition)
{
    size_t count = 0;
    for (size_t i = 0; i < partition->n; i++) {
        count += partition->labels[i] == ICA_NOISE;
    }
    return count;
}

/* The groups as labels, those of one image as noise. */
static enum ica_status relabel(struct ica_partition *partition, const size_t *groups,
                               size_t n_groups, struct ica_error *err)
{
    size_t n_clusters = 0;
    size_t *sizes = ica_array_new(n_groups, sizeof *sizes);
    int32_t *labels = ica_array_new(n_groups, sizeof *labels);
    enum ica_status status;
    if (!sizes || !labels) {
        status = ica_error_nomem(err, "the clusters");
        goto out;
    }
    for (size_t i = 0; i < partition->n; i++) {
        sizes[groups[i]]++;
    }
    for (size_t g = 0; g < n_groups; g++) {
        labels[g] = sizes[g] > 1 ? (int32_t)n_clusters++ : ICA_NOISE;
    }
    for (size_t i = 0; i < partition->n; i++) {
        partition->labels[i] = labels[groups[i]];
    }
    status = ica_partition_resize(partition, n_clusters, err);
out:
    free(labels);
    free(sizes);
    return status;
}

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

static enum ica_status rate_all(struct ica_partition *partition,
                                const struct ica_cosine_distance *rows,
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

/* "12 groups and 5 images alone" */
static void count_in_words(const struct ica_partition *partition, char text[MAX_COUNT])
{
    size_t n_groups = partition->n_clusters;
    size_t n_alone = count_noise(partition);
    char groups[MAX_COUNT] = "";
    char alone[MAX_COUNT] = "";
    if (n_groups > 0) {
        (void)snprintf(groups, sizeof groups, "%zu group%s", n_groups, n_groups == 1 ? "" : "s");
    }
    if (n_alone > 0) {
        (void)snprintf(alone, sizeof alone, "%zu image%s alone", n_alone, n_alone == 1 ? "" : "s");
    }
    (void)snprintf(text, MAX_COUNT, "%.30s%s%.30s", groups, *groups && *alone ? " and " : "",
                   alone);
}

/* The reason goes on after its last word. */
static void explain(bool finer, const char *before, const struct ica_partition *partition,
                    char *reason, size_t reason_size)
{
    char after[MAX_COUNT];
    size_t used = strlen(reason);
    used -= used > 0 && reason[used - 1] == '.';
    count_in_words(partition, after);
    (void)snprintf(reason + used, reason_size - used, "; made %s on request: %s instead of %s.",
                   finer ? "finer" : "coarser", after, before);
}

enum ica_status ica_regroup(struct ica_partition *partition, double granularity,
                            const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                            const struct ica_monitor *monitor, char *reason, size_t reason_size,
                            struct ica_error *err)
{
    size_t n = partition->n;
    size_t n_before = partition->n_clusters + count_noise(partition);
    size_t n_after = ica_granularity_clusters(granularity, n_before, n);
    if (n_after == n_before) {
        return ICA_OK;
    }
    char before[MAX_COUNT];
    size_t n_within;
    struct ica_means means = {0};
    size_t *groups = ica_array_new(n, sizeof *groups);
    struct ica_edge *edges = ica_array_new(n, sizeof *edges);
    enum ica_status status = groups && edges ? ica_means_init_rows(&means, rows, err)
                                             : ica_error_nomem(err, "a dendrogram");
    if (status) {
        goto out;
    }
    status = ica_dendrogram_build(&means, partition->labels, partition->n_clusters,
                                  partition->edges, parallel, monitor, edges, &n_within, err);
    if (status) {
        goto out;
    }
    free(partition->edges);
    partition->edges = edges;
    edges = NULL;
    count_in_words(partition, before);
    (void)ica_dendrogram_cut(partition->edges, n - n_after, n, groups);
    status = relabel(partition, groups, n_after, err);
    if (status) {
        goto out;
    }
    status = rate_all(partition, rows, parallel, monitor, err);
    if (!status) {
        explain(n_after > n_before, before, partition, reason, reason_size);
    }
out:
    ica_means_clear(&means);
    free(edges);
    free(groups);
    return status;
}
