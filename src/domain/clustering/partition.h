/* SPDX-License-Identifier: Apache-2.0 */
/* What a strategy finds: each row in one cluster or in none. Rows are in the order of
 * canonical_order.h when a whole clustering runs. */
#ifndef ICA_DOMAIN_CLUSTERING_PARTITION_H
#define ICA_DOMAIN_CLUSTERING_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/clustering/hierarchy/merge_tree.h"

#define ICA_MAX_PARTITION_WORDS 80

/* Starts all zero. */
struct ica_partition {
    size_t n;
    int32_t *labels;        /* owned, n: cluster, or ICA_NOISE */
    double *probabilities;  /* owned, n: strength of the membership in [0, 1]; 0 for noise */
    double *outlier_scores; /* owned, n: in [0, 1], 0 = typical */
    size_t n_clusters;
    double *persistence;    /* owned, n_clusters: >= 0 */
    struct ica_edge *edges; /* owned, n - 1, or NULL: the strategy's own tree, of which its clusters
                               are a cut, in the order in which rows join */
};

/* Room for `n` rows, all zero, and for no cluster. ICA_ENOMEM. */
enum ica_status ica_partition_init(struct ica_partition *partition, size_t n,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Change the number of clusters; the persistence of new ones is 0. ICA_ENOMEM. */
enum ica_status ica_partition_resize(struct ica_partition *partition, size_t n_clusters,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Labels and number of clusters from groups[i] < n_groups, the group of row i. A group of one row
 * is no cluster: that row is noise. ICA_ENOMEM. */
enum ica_status ica_partition_label(struct ica_partition *partition, const size_t *groups,
                                    size_t n_groups, struct ica_error *err) ICA_MUST_CHECK;

/* How many rows are noise. */
size_t ica_partition_noise(const struct ica_partition *partition);

/* Write "12 groups and 5 images alone". */
void ica_partition_in_words(const struct ica_partition *partition,
                            char text[ICA_MAX_PARTITION_WORDS]);

/* Accepts an all-zero struct. */
void ica_partition_clear(struct ica_partition *partition);

#endif
