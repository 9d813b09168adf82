/* SPDX-License-Identifier: Apache-2.0 */
/* A dendrogram: the order in which rows join into ever larger groups. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_MERGE_TREE_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_MERGE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Two rows, each standing for the group it is in, that join at `weight`. */
struct ica_edge {
    size_t a;
    size_t b;
    double weight; /* finite */
    bool twins;    /* the rows are the same: goes before other edges of its weight */
};

/* Node numbers: rows are 0 to n - 1, the group made by merges[i] is n + i. */
struct ica_merge {
    size_t left;   /* node with the edge's row a */
    size_t right;  /* node with the edge's row b */
    double height; /* the edge's weight */
    size_t size;   /* rows in the new group */
};

/* Sort by weight, then twins first; otherwise the order stays. ICA_ENOMEM. */
enum ica_status ica_edges_sort(struct ica_edge *edges, size_t n_edges,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Join the rows along the n - 1 sorted edges of a tree: single linkage when it is a minimum
 * spanning tree. Fills n - 1 merges. ICA_ENOMEM. */
enum ica_status ica_merge_tree_build(const struct ica_edge *edges, size_t n,
                                     struct ica_merge *merges,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
