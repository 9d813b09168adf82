/* SPDX-License-Identifier: Apache-2.0 */
/* Which groups join next: two classic rules. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_LINKAGE_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_LINKAGE_H

#include "base/error.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/vectors/distance_matrix.h"

/* Average linkage: groups join by the mean of the distances between their rows.
 * Fill `edges` with the n - 1 merges of the n >= 1 rows, lowest mean first: `a` < `b` are the
 * lowest rows of the two groups. The values of `distances` may be any finite numbers and are used
 * up. ICA_ENOMEM. */
enum ica_status ica_average_linkage(struct ica_distance_matrix *distances, struct ica_edge *edges,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Ward's method: groups join where that adds least to the sum of the squared distances from the
 * rows to the mean of their group. `distances` are what that adds for any two rows, `weights` how
 * much each row counts. Otherwise as above. */
enum ica_status ica_ward_linkage(struct ica_distance_matrix *distances, const double *weights,
                                 struct ica_edge *edges, struct ica_error *err) ICA_MUST_CHECK;

#endif
