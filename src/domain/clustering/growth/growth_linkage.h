/* SPDX-License-Identifier: Apache-2.0 */
/* Average linkage for a set that grows: clusters take in what fits, and new ones form, each in
 * competition with the other, and within what users have decided. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_LINKAGE_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_LINKAGE_H

#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/growth/growth_groups.h"
#include "domain/vectors/distance_matrix.h"

/* Join groups, the two first that belong together most, as long as two do. `distances` are the
 * negative log-odds of n rows; row i stands for node nodes[i] below `n_nodes`, each of which has
 * rows, and node k for the group of unit units[k]. No two nodes are the same group. Of equally good
 * joins, that of the lower nodes comes first. ICA_ENOMEM. */
enum ica_status ica_growth_linkage(const struct ica_distance_matrix *distances, const size_t *nodes,
                                   const size_t *units, size_t n_nodes,
                                   struct ica_growth_groups *groups,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
