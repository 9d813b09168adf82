/* SPDX-License-Identifier: Apache-2.0 */
/* Agglomeration: which groups join next, under any linkage that is reducible. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_NEAREST_CHAIN_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_NEAREST_CHAIN_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/agglomerative/group_metric.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* Fill `edges` with the n - 1 merges of the n >= 1 points of `metric`, which is used up, lowest
 * distance first, each after those of its parts: `a` < `b` are the lowest points of the two groups.
 * `monitor` hears how many of n points are done, of the second half
 * only if the distances are known. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_nearest_chain(struct ica_group_metric *metric, struct ica_parallel *parallel,
                                  const struct ica_monitor *monitor, struct ica_edge *edges,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
