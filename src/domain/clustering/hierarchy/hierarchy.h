/* SPDX-License-Identifier: Apache-2.0 */
/* How clusters split and join: one dendrogram over all images, of which the clustering at hand is a
 * cut, so that it can be made coarser or finer without looking at the images again. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_HIERARCHY_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_HIERARCHY_H

#include <stddef.h>

#include "domain/clustering/hierarchy/merge_tree.h"

#define ICA_MAX_HIERARCHY_ROWS 50000

/* A group of two or more images that is a cluster at one of the levels. */
struct ica_hierarchy_node {
    size_t node;     /* number in the dendrogram: n + merge */
    size_t *members; /* owned, `size`: rows, the most central first */
    size_t size;
};

/* Starts all zero, which is: no hierarchy. */
struct ica_hierarchy {
    size_t n; /* rows */
    /* Owned, n - 1, in the order in which they are made. Heights are how much of the differences
     * between all images lies within groups after the merge, 0 to 1 (merge_heights.h). */
    struct ica_merge *merges;
    size_t n_chosen; /* the first so many merges give the clusters of the clustering */
    size_t n_levels;
    size_t *levels; /* owned, ascending: numbers of clusters worth stopping at, the chosen one
                       among them */
    size_t n_nodes;
    struct ica_hierarchy_node *nodes; /* owned; the clusters of all levels, each once, ascending by
                                         node */
};

/* How many clusters `granularity` in [-1, 1] stands for, where `n` rows are in `n_clusters` as it
 * is: -1 = one, 0 = as it is, 1 = each row alone, geometric in between. */
size_t ica_granularity_clusters(double granularity, size_t n_clusters, size_t n);

/* Free everything and return to all zero. */
void ica_hierarchy_clear(struct ica_hierarchy *hierarchy);

#endif
