/* SPDX-License-Identifier: Apache-2.0 */
/* Ward's dendrogram of any number of points in bounded memory. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_WARD_TREE_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_WARD_TREE_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/means.h"
#include "domain/clustering/hierarchy/merge_tree.h"

#define ICA_WARD_BLOCK 1024 /* points that are compared pair by pair: 4 MiB of distances */

/* Fill `edges` with the n - 1 merges of the `n` >= 1 `points` of `means`, cheapest first, each
 * after those of its parts. `points` are ascending and are reordered where there are more than
 * ICA_WARD_BLOCK. `monitor` hears that `n_rows` of `n_rows` are done. ICA_ECANCELLED, ICA_ENOMEM.
 */
enum ica_status ica_ward_tree(const struct ica_means *means, size_t *points, size_t n,
                              struct ica_parallel *parallel, const struct ica_monitor *monitor,
                              size_t n_rows, struct ica_edge *edges,
                              struct ica_error *err) ICA_MUST_CHECK;

#endif
