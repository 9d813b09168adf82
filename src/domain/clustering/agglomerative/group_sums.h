/* SPDX-License-Identifier: Apache-2.0 */
/* Average linkage and Ward's method from the sums of the groups' unit vectors. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_SUMS_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/agglomerative/group_metric.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/float_matrix.h"

struct ica_group_sum;

struct ica_group_sums {
    /* Average linkage: the mean of the cosine distances between the rows of two groups. Ward's
     * method: what joining them adds to the sum of the squared distances from the rows' unit
     * vectors to the mean of their group, which for two rows that are not all zero is their cosine
     * distance too. */
    struct ica_group_metric base;
    const struct ica_cosine_distance *rows; /* borrowed */
    bool ward;
    struct ica_group_sum *groups;   /* owned, n */
    size_t *points;                 /* owned, n: row of each point */
    struct ica_float_matrix bounds; /* owned; lower bounds of mean cosine distances, or empty */
};

/* Point i is row points[i], counted weights[i] >= 1 times; there are n >= 1 of them. Up to
 * `max_matrix` (at most ICA_MAX_FLOAT_MATRIX) are helped by a matrix, without which the result is
 * the same. Borrows `rows` until the clear. `monitor` hears of the first half of n if there is a
 * matrix. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_group_sums_init(struct ica_group_sums *self,
                                    const struct ica_cosine_distance *rows, const size_t *points,
                                    const size_t *weights, size_t n, bool ward, size_t max_matrix,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_group_sums_clear(struct ica_group_sums *self);

#endif
