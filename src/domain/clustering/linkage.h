/* SPDX-License-Identifier: Apache-2.0 */
/* Average linkage: groups join by the mean of the distances between their rows. */
#ifndef ICA_DOMAIN_CLUSTERING_LINKAGE_H
#define ICA_DOMAIN_CLUSTERING_LINKAGE_H

#include "base/error.h"
#include "domain/clustering/distance_matrix.h"
#include "domain/clustering/merge_tree.h"

/* Fill `edges` with the n - 1 merges of the n >= 1 rows, lowest mean first: `a` < `b` are the
 * lowest rows of the two groups. The values of `distances` may be any finite numbers and are used
 * up. ICA_ENOMEM. */
enum ica_status ica_average_linkage(struct ica_distance_matrix *distances, struct ica_edge *edges,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
