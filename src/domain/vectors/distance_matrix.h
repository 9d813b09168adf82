/* SPDX-License-Identifier: Apache-2.0 */
/* All distances of a small set, kept in memory: half a matrix, n (n - 1) / 2 doubles. */
#ifndef ICA_DOMAIN_VECTORS_DISTANCE_MATRIX_H
#define ICA_DOMAIN_VECTORS_DISTANCE_MATRIX_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance.h"

#define ICA_MAX_DISTANCE_MATRIX 4096 /* rows: 64 MiB */

struct ica_distance_matrix {
    struct ica_distance base;
    double *values; /* owned; d(0,1) d(0,2) ... d(0,n-1) d(1,2) ... */
};

/* Where the distance between two rows is kept; `a` and `b` differ. */
static inline double *ica_distance_matrix_at(const struct ica_distance_matrix *self, size_t a,
                                             size_t b)
{
    size_t low = a < b ? a : b;
    size_t high = a < b ? b : a;
    return self->values + low * (2 * self->base.n - low - 1) / 2 + (high - low - 1);
}

/* A matrix of `n` rows with all distances 0. ICA_EINVALID (n over the maximum), ICA_ENOMEM. */
enum ica_status ica_distance_matrix_init(struct ica_distance_matrix *self, size_t n,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* Fill it from `source`: row i here is rows[i] there, or row i where `rows` is NULL. */
void ica_distance_matrix_fill(struct ica_distance_matrix *self, const struct ica_distance *source,
                              const size_t *rows, struct ica_parallel *parallel);

/* Accepts an all-zero struct. */
void ica_distance_matrix_clear(struct ica_distance_matrix *self);

#endif
