/* SPDX-License-Identifier: Apache-2.0 */
/* Cosine distance, 1 - cos, between rows of float32. */
#ifndef ICA_DOMAIN_VECTORS_COSINE_DISTANCE_H
#define ICA_DOMAIN_VECTORS_COSINE_DISTANCE_H

#include <stddef.h>

#include "base/error.h"
#include "domain/vectors/distance.h"

struct ica_cosine_distance {
    struct ica_distance base;
    const float **rows;    /* owned array of n borrowed rows */
    size_t dim;            /* floats per row */
    double *squared_norms; /* n, owned */
};

/* Distances between the `n` rows of `dim` floats at `matrix`; row i here is row order[i] there, or
 * row i where `order` is NULL. Borrows `matrix` until the clear. Any length of a row will do; a row
 * of zeros has distance 0 to other such rows and 1 to all else. ICA_ENOMEM. */
enum ica_status ica_cosine_distance_init(struct ica_cosine_distance *self, const float *matrix,
                                         size_t n, size_t dim, const size_t *order,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* The same for `n` borrowed rows that lie anywhere; takes the array `rows`, also on failure. */
enum ica_status ica_cosine_distance_init_rows(struct ica_cosine_distance *self, const float **rows,
                                              size_t n, size_t dim,
                                              struct ica_error *err) ICA_MUST_CHECK;

/* The distance between two rows: the same bits as in every block. */
double ica_cosine_distance_pair(const struct ica_cosine_distance *self, size_t a, size_t b);

/* The distance from row `a` of `self` to row `b` of `other`, which has as many floats per row. */
double ica_cosine_distance_across(const struct ica_cosine_distance *self, size_t a,
                                  const struct ica_cosine_distance *other, size_t b);

/* Accepts an all-zero struct. */
void ica_cosine_distance_clear(struct ica_cosine_distance *self);

#endif
