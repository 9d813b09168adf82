/* SPDX-License-Identifier: Apache-2.0 */
/* Dividing many points into blocks of like ones that are small enough for a matrix. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_DIVISION_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_DIVISION_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/means.h"

/* Reorder the `n` >= 1 numbers in `points`, ascending and of `means`, into blocks of at most
 * `max_block` >= 1, each ascending: block b is points[begins[b]] to points[begins[b + 1] - 1].
 * `begins` has room for n + 1. `monitor` hears that `n_rows` of `n_rows` are done. ICA_ECANCELLED,
 * ICA_ENOMEM. */
enum ica_status ica_divide(const struct ica_means *means, size_t *points, size_t n,
                           size_t max_block, struct ica_parallel *parallel,
                           const struct ica_monitor *monitor, size_t n_rows, size_t *begins,
                           size_t *n_blocks, struct ica_error *err) ICA_MUST_CHECK;

#endif
