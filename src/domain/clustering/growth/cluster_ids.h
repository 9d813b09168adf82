/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of clusters that stay when a set is clustered anew. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_CLUSTER_IDS_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_CLUSTER_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_NO_CLUSTER (-1) /* id of no cluster */

/* Decide which of `n_clusters` new clusters continue which old ones. Row i of `n` was in the
 * cluster with the id old_ids[i], 0 or more, or in ICA_NO_CLUSTER; now it has the label labels[i],
 * which is negative, or counts as none, if it is not below `n_clusters`. Fills ids[label].
 *
 * A new cluster may continue an old one if they share more than half of the rows of either, those
 * aside that are, or were, in no cluster. Of all ways to pair them off, one is chosen that lets as
 * many rows as possible keep their id; which one does not depend on the order of the rows. The
 * other new clusters receive the ids from `*next_id` on, by label, and `*next_id` is moved on.
 *
 * ICA_EINVALID (an old id that is not below `*next_id`; no ids left), ICA_ENOMEM. */
enum ica_status ica_cluster_ids_carry_over(const int64_t *old_ids, const int32_t *labels, size_t n,
                                           size_t n_clusters, int64_t *next_id, int64_t *ids,
                                           struct ica_error *err) ICA_MUST_CHECK;

#endif
