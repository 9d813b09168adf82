/* SPDX-License-Identifier: Apache-2.0 */
/* Complete linkage, which needs the distances of all pairs in memory. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_MATRIX_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_MATRIX_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/agglomerative/group_metric.h"
#include "domain/vectors/distance.h"
#include "domain/vectors/float_matrix.h"

struct ica_group_matrix {
    struct ica_group_metric
        base; /* the largest of the distances between the points of two groups */
    struct ica_float_matrix distances; /* owned */
};

/* Point i is row points[i] of `rows`; there are n >= 1 of them. `monitor` hears of the first half
 * of n. ICA_EINVALID (n is over ICA_MAX_FLOAT_MATRIX), ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_group_matrix_init(struct ica_group_matrix *self,
                                      const struct ica_distance *rows, const size_t *points,
                                      size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_group_matrix_clear(struct ica_group_matrix *self);

#endif
