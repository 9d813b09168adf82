/* SPDX-License-Identifier: Apache-2.0 */
/* Complete linkage, which needs the distances of all pairs in memory. */
#ifndef ICA_DOMAIN_CLUSTERING_GROUP_MATRIX_H
#define ICA_DOMAIN_CLUSTERING_GROUP_MATRIX_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/distance.h"
#include "domain/clustering/group_metric.h"

#define ICA_MAX_GROUP_MATRIX 20000 /* points: 763 MiB */

struct ica_group_matrix {
    struct ica_group_metric
        base;      /* the largest of the distances between the points of two groups */
    float *values; /* owned; d(0,1) d(0,2) ... d(0,n-1) d(1,2) ... */
};

/* Point i is row points[i] of `rows`; there are n of them, 1 to ICA_MAX_GROUP_MATRIX. `monitor`
 * hears of the first half of n. ICA_EINVALID (too many), ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_group_matrix_init(struct ica_group_matrix *self,
                                      const struct ica_distance *rows, const size_t *points,
                                      size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_group_matrix_clear(struct ica_group_matrix *self);

#endif
