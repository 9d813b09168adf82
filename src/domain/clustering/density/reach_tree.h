/* SPDX-License-Identifier: Apache-2.0 */
/* The lightest spanning tree of the mutual reachability graph of many rows, in which the weight of
 * an edge is max(core of either end, distance), and the core distance of a row is that to its k-th
 * nearest other (Campello, Moulavi, Sander 2013). */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_REACH_TREE_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_REACH_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

/* Rows up to which a look at every pair is worth its time: the default limit of the exact way. */
#define ICA_MAX_EXACT_ROWS 150000

struct ica_reach_tree_options {
    size_t k; /* 1 <= k < n */
    bool approximate;
    const struct ica_product_kernel *kernel;
    struct ica_parallel *parallel;     /* may be NULL */
    const struct ica_monitor *monitor; /* may be NULL; hears of steps up to n */
};

/* Fill `edges` with the n - 1 edges of the tree of the n >= 2 rows, lightest first, in the order of
 * reach_forest.h. Exact: the one lightest tree. Approximate: what a graph of most neighbours
 * (neighbour_graph.h) and a sample of its parts say; `*recall` receives the share of the true
 * nearest neighbours that the graph has, by a sample (1 for an exact tree). Every kernel and number
 * of threads gives the same. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_reach_tree_find(const struct ica_cosine_distance *rows,
                                    const struct ica_reach_tree_options *options,
                                    struct ica_edge *edges, double *recall,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
