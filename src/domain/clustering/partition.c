/* SPDX-License-Identifier: Apache-2.0 */
/* What a strategy finds: each row in one cluster or in none. */
#include "domain/clustering/partition.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum ica_status ica_partition_init(struct ica_partition *partition, size_t n, struct ica_error *err)
{
    *partition = (struct ica_partition){
        .n = n,
        .labels = ica_array_new(n, sizeof *partition->labels),
        .probabilities = ica_array_new(n, sizeof *partition->probabilities),
        .outlier_scores = ica_array_new(n, sizeof *partition->outlier_scores),
        .persistence = ica_array_new(0, sizeof *partition->persistence),
    };
    if (!partition->labels || !partition->probabilities || !partition->outlier_scores ||
        !partition->persistence) {
        ica_partition_clear(partition);
        return ica_error_nomem(err, "the clustering");
    }
    return ICA_OK;
}

enum ica_status ica_partition_resize(struct ica_partition *partition, size_t n_clusters,
                                     struct ica_error *err)
{
    double *persistence = ica_array_new(n_clusters, sizeof *persistence);
    if (!persistence) {
        return ica_error_nomem(err, "the clusters");
    }
    size_t kept = n_clusters < partition->n_clusters ? n_clusters : partition->n_clusters;
    memcpy(persistence, partition->persistence, kept * sizeof *persistence);
    free(partition->persistence);
    partition->persistence = persistence;
    partition->n_clusters = n_clusters;
    return ICA_OK;
}

void ica_partition_clear(struct ica_partition *partition)
{
    free(partition->labels);
    free(partition->probabilities);
    free(partition->outlier_scores);
    free(partition->persistence);
    free(partition->edges);
    *partition = (struct ica_partition){0};
}
