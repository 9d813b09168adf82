/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the images that a strategy left in no cluster. */
#ifndef ICA_DOMAIN_CLUSTERING_NOISE_POLICY_H
#define ICA_DOMAIN_CLUSTERING_NOISE_POLICY_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

/* Give each noise row of `partition` a label. Clusters that are made for that come after those that
 * were found. ICA_NOISE_ASSIGN needs a cluster to assign to; without one each row gets its own.
 * ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status
ica_noise_policy_apply(struct ica_partition *partition, enum ica_noise_policy policy,
                       const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                       const struct ica_monitor *monitor, struct ica_error *err) ICA_MUST_CHECK;

#endif
