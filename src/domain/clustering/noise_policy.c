/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the images that a strategy left in no cluster. */
#include "domain/clustering/noise_policy.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"

static enum ica_status make_singletons(struct ica_partition *partition, struct ica_error *err)
{
    size_t n_clusters = partition->n_clusters;
    for (size_t i = 0; i < partition->n; i++) {
        if (partition->labels[i] == ICA_NOISE) {
            partition->labels[i] = (int32_t)n_clusters++;
        }
    }
    return ica_partition_resize(partition, n_clusters, err);
}

static enum ica_status make_group(struct ica_partition *partition, struct ica_error *err)
{
    size_t group = partition->n_clusters;
    size_t n_noise = 0;
    for (size_t i = 0; i < partition->n; i++) {
        if (partition->labels[i] == ICA_NOISE) {
            partition->labels[i] = (int32_t)group;
            n_noise++;
        }
    }
    return ica_partition_resize(partition, group + (n_noise > 0), err);
}

static enum ica_status assign(struct ica_partition *partition,
                              const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                              const struct ica_monitor *monitor, struct ica_error *err)
{
    struct ica_centroids centroids = {0};
    enum ica_status status;
    int32_t *nearest = ica_array_new(partition->n, sizeof *nearest);
    if (!nearest) {
        status = ica_error_nomem(err, "assigning images");
        goto out;
    }
    status = ica_centroids_init(&centroids, rows, partition->labels, partition->n_clusters, err);
    if (status) {
        goto out;
    }
    status = ica_centroids_nearest(&centroids, partition->labels, partition->n_clusters, parallel,
                                   monitor, nearest, err);
    if (status) {
        goto out;
    }
    for (size_t i = 0; i < partition->n; i++) {
        if (partition->labels[i] == ICA_NOISE) {
            partition->labels[i] = nearest[i];
        }
    }
out:
    ica_centroids_clear(&centroids);
    free(nearest);
    return status;
}

enum ica_status ica_noise_policy_apply(struct ica_partition *partition,
                                       enum ica_noise_policy policy,
                                       const struct ica_cosine_distance *rows,
                                       struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor, struct ica_error *err)
{
    if (policy == ICA_NOISE_GROUP) {
        return make_group(partition, err);
    }
    if (policy == ICA_NOISE_ASSIGN && partition->n_clusters > 0) {
        return assign(partition, rows, parallel, monitor, err);
    }
    return make_singletons(partition, err);
}
