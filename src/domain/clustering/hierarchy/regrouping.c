/* SPDX-License-Identifier: Apache-2.0 */
/* A cut of the dendrogram becomes a partition with numbers of its own: those of the strategy speak
 * of its own groups. */
#include "domain/clustering/hierarchy/regrouping.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/hierarchy/dendrogram.h"
#include "domain/clustering/hierarchy/hierarchy.h"
#include "domain/clustering/hierarchy/means.h"
#include "domain/clustering/rating.h"

/* The reason goes on after its last word. */
static void explain(bool finer, const char *before, const struct ica_partition *partition,
                    char *reason, size_t reason_size)
{
    char after[ICA_MAX_PARTITION_WORDS];
    size_t used = strlen(reason);
    used -= used > 0 && reason[used - 1] == '.';
    ica_partition_in_words(partition, after);
    (void)snprintf(reason + used, reason_size - used, "; made %s on request: %s instead of %s.",
                   finer ? "finer" : "coarser", after, before);
}

enum ica_status ica_regroup(struct ica_partition *partition, double granularity,
                            const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                            const struct ica_monitor *monitor, char *reason, size_t reason_size,
                            struct ica_error *err)
{
    size_t n = partition->n;
    size_t n_before = partition->n_clusters + ica_partition_noise(partition);
    size_t n_after = ica_granularity_clusters(granularity, n_before, n);
    if (n_after == n_before) {
        return ICA_OK;
    }
    char before[ICA_MAX_PARTITION_WORDS];
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
    ica_partition_in_words(partition, before);
    (void)ica_dendrogram_cut(partition->edges, n - n_after, n, groups);
    status = ica_partition_label(partition, groups, n_after, err);
    if (status) {
        goto out;
    }
    status = ica_rate(partition, rows, parallel, monitor, err);
    if (!status) {
        explain(n_after > n_before, before, partition, reason, reason_size);
    }
out:
    ica_means_clear(&means);
    free(edges);
    free(groups);
    return status;
}
