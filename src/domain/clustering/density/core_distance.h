/* SPDX-License-Identifier: Apache-2.0 */
/* How far each row's neighbourhood reaches: a small core distance means a dense place. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_CORE_DISTANCE_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_CORE_DISTANCE_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance.h"

/* cores[i] = distance from row i to the `k`-th nearest of the others, 1 <= k < n. Calls `monitor`
 * with steps from 0 of `total_steps`, n of them. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_core_distances(const struct ica_distance *distance, size_t k,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   size_t total_steps, double *cores,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
