/* SPDX-License-Identifier: Apache-2.0 */
/* The minimum spanning tree of the mutual reachability graph. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_SPANNING_TREE_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_SPANNING_TREE_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/vectors/distance.h"

/* Fill `edges` with the n - 1 edges of the tree in the order in which they are found, `a` being the
 * end that was in the tree before. The weight of a pair is max(cores[a], cores[b], distance).
 * Among edges of equal weight that leave the tree, one between twins (distance 0) comes first, then
 * the one to the lowest row, from the end that entered the tree first.
 * Calls `monitor` with steps from `first_step` of `total_steps`, n of them. ICA_ECANCELLED,
 * ICA_ENOMEM. */
enum ica_status ica_spanning_tree(const struct ica_distance *distance, const double *cores,
                                  struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                  size_t first_step, size_t total_steps, struct ica_edge *edges,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
