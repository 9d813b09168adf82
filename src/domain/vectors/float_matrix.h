/* SPDX-License-Identifier: Apache-2.0 */
/* The distances of all pairs in half the memory of a distance matrix: rounded to float. */
#ifndef ICA_DOMAIN_VECTORS_FLOAT_MATRIX_H
#define ICA_DOMAIN_VECTORS_FLOAT_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance.h"

#define ICA_MAX_FLOAT_MATRIX 20000 /* rows: 763 MiB */

/* Starts all zero. */
struct ica_float_matrix {
    size_t n;
    float *values; /* owned, n (n - 1) / 2: d(0,1) d(0,2) ... d(0,n-1) d(1,2) ... */
};

/* Where the distance between two rows is kept; `a` and `b` differ. */
static inline float *ica_float_matrix_at(const struct ica_float_matrix *matrix, size_t a, size_t b)
{
    size_t low = a < b ? a : b;
    size_t high = a < b ? b : a;
    return matrix->values + low * (2 * matrix->n - low - 1) / 2 + (high - low - 1);
}

/* Fill it with the distances, or only with their lower bounds, between rows of `source`: row i is
 * rows[i] there. n is 1 to ICA_MAX_FLOAT_MATRIX. `monitor` hears of the first half of n.
 * ICA_ECANCELLED, ICA_ENOMEM; the matrix is empty then. */
enum ica_status ica_float_matrix_init(struct ica_float_matrix *matrix,
                                      const struct ica_distance *source, bool bounds,
                                      const size_t *rows, size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_float_matrix_clear(struct ica_float_matrix *matrix);

#endif
