/* SPDX-License-Identifier: Apache-2.0 */
/* What a strategy finds: each row in one cluster or in none. */
#include "domain/clustering/partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/clustering.h"

#define MAX_WORDS (ICA_MAX_PARTITION_WORDS / 2 - 3) /* of either part */

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

enum ica_status ica_partition_label(struct ica_partition *partition, const size_t *groups,
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

size_t ica_partition_noise(const struct ica_partition *partition)
{
    size_t count = 0;
    for (size_t i = 0; i < partition->n; i++) {
        count += partition->labels[i] == ICA_NOISE;
    }
    return count;
}

void ica_partition_in_words(const struct ica_partition *partition,
                            char text[ICA_MAX_PARTITION_WORDS])
{
    size_t n_groups = partition->n_clusters;
    size_t n_alone = ica_partition_noise(partition);
    char groups[MAX_WORDS] = "";
    char alone[MAX_WORDS] = "";
    if (n_groups > 0) {
        (void)snprintf(groups, sizeof groups, "%zu group%s", n_groups, n_groups == 1 ? "" : "s");
    }
    if (n_alone > 0) {
        (void)snprintf(alone, sizeof alone, "%zu image%s alone", n_alone, n_alone == 1 ? "" : "s");
    }
    (void)snprintf(text, ICA_MAX_PARTITION_WORDS, "%s%s%s", groups,
                   *groups && *alone ? " and " : "", alone);
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
