/* SPDX-License-Identifier: Apache-2.0 */
/* From labels to what a person sees: clusters in order, their members with the most typical first,
 * and each image's nearest other cluster. */
#ifndef ICA_DOMAIN_CLUSTERING_ARRANGEMENT_H
#define ICA_DOMAIN_CLUSTERING_ARRANGEMENT_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

/* Fill `clusters` and all of `memberships` but `noise`, whose array `out` has already. In
 * `partition` each row has a label, the first `n_found` clusters are the strategy's and the others
 * unclustered images; row i there is row order[i] of `out`, and lower rows go first where sizes or
 * distances are equal. The nearest other cluster is never an unclustered one. ICA_ECANCELLED,
 * ICA_ENOMEM. */
enum ica_status ica_clustering_arrange(struct ica_clustering *out,
                                       const struct ica_partition *partition, size_t n_found,
                                       const struct ica_cosine_distance *rows, const size_t *order,
                                       struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor,
                                       struct ica_error *err) ICA_MUST_CHECK;

#endif
