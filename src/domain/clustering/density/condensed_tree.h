/* SPDX-License-Identifier: Apache-2.0 */
/* The condensed tree of HDBSCAN: a dendrogram without the splits that only shed a few rows. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_CONDENSED_TREE_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_CONDENSED_TREE_H

#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* Density is lambda = 1 / distance; infinite at distance 0. */
struct ica_condensed_cluster {
    size_t parent;    /* cluster; the root is its own */
    size_t child;     /* first of two clusters, child and child + 1; 0 = none */
    size_t size;      /* rows when it is born */
    double birth;     /* lambda where it comes off its parent; 0 for the root */
    double death;     /* largest lambda at which a row or a child leaves it */
    double stability; /* sum over its rows of (lambda at which the row leaves - birth) */
};

struct ica_condensed_tree {
    size_t n;                               /* rows */
    size_t n_clusters;                      /* > 0 */
    struct ica_condensed_cluster *clusters; /* owned; [0] is the root, parents before children */
    size_t *row_clusters;                   /* owned, n: the last cluster that the row was in */
    double *row_lambdas;                    /* owned, n: where it left that cluster */
};

/* Condense the n - 1 `merges` of `n` >= 2 rows: a group that splits into two of at least
 * `min_cluster_size` rows ends as a cluster and two new ones begin; otherwise the cluster goes on
 * in the large part, and the rows of a small part leave it. ICA_ENOMEM. */
enum ica_status ica_condensed_tree_init(struct ica_condensed_tree *tree,
                                        const struct ica_merge *merges, size_t n,
                                        size_t min_cluster_size,
                                        struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_condensed_tree_clear(struct ica_condensed_tree *tree);

#endif
