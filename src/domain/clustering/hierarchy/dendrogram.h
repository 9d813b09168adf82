/* SPDX-License-Identifier: Apache-2.0 */
/* One tree over all images that goes through a given clustering. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_DENDROGRAM_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_DENDROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/means.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* Fill `edges` with the n - 1 merges of all rows. The first `*n_within` of them give the groups of
 * `labels`, where rows with labels outside 0 to n_labels - 1 are alone. `own` is NULL or a tree
 * that is taken as it is if the groups are a cut of it. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_dendrogram_build(const struct ica_means *rows, const int32_t *labels,
                                     size_t n_labels, const struct ica_edge *own,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, struct ica_edge *edges,
                                     size_t *n_within, struct ica_error *err) ICA_MUST_CHECK;

/* groups[i] = number of row i's group after the first `n_merges` of the `edges` over `n` rows, from
 * 0 in the order of the lowest rows. Returns how many groups there are. `groups` has room for n. */
size_t ica_dendrogram_cut(const struct ica_edge *edges, size_t n_merges, size_t n, size_t *groups);

#endif
