/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar products of float32 rows, the same bits on every processor.
 *
 * The product of two floats is exact in a double, so only the order of the additions matters, and
 * that is fixed: element k is added to lane k modulo 8, and the lanes are added pairwise at the
 * end. Eight lanes fill the widest vector unit in use, and narrower ones do the same additions in
 * more instructions. Whether multiplication and addition are fused makes no difference. */
#ifndef ICA_DOMAIN_VECTORS_DOT_H
#define ICA_DOMAIN_VECTORS_DOT_H

#include <stddef.h>

/* Scalar product of two rows of `dim` floats. */
double ica_dot(const float *a, const float *b, size_t dim);

/* out[r * n_columns + c] = scalar product of rows[r] and columns[c]; the same bits as ica_dot(). */
void ica_dot_block(const float *const *rows, size_t n_rows, const float *const *columns,
                   size_t n_columns, size_t dim, double *out);

#define ICA_MIN_FAST_SQUARE 1e-24
#define ICA_MAX_FAST_SQUARE 1e24

/* The same products in float, several times faster. Each is off by at most ica_dot_fast_error(dim)
 * times the lengths of both rows, as long as their squared lengths are within the limits above: no
 * float gets too small or too large then. */
void ica_dot_block_fast(const float *const *rows, size_t n_rows, const float *const *columns,
                        size_t n_columns, size_t dim, double *out);
double ica_dot_fast_error(size_t dim);

/* Scalar product of a row of doubles and a row of floats, with the same order of additions. */
double ica_dot_mixed(const double *a, const float *b, size_t dim);

#endif
