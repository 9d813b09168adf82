/* SPDX-License-Identifier: Apache-2.0 */
/* Heights that mean the same in every dendrogram. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_MERGE_HEIGHTS_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_MERGE_HEIGHTS_H

#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/hierarchy/means.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* Set the heights of the n - 1 `merges` of `rows`, each a group of its own: how much of the
 * differences between the rows lies within groups after the merge, from 0 to 1 for all in one
 * group; it never falls. All 0 where the rows are the same. ICA_ENOMEM. */
enum ica_status ica_merge_heights(const struct ica_means *rows, struct ica_merge *merges,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
