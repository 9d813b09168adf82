/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of each vector unit; product_kernel.h has those that were compiled in. */
#ifndef ICA_DOMAIN_VECTORS_PRODUCT_VECTORS_H
#define ICA_DOMAIN_VECTORS_PRODUCT_VECTORS_H

#include <stddef.h>

void ica_product_avx512(const float *a, const float *b, size_t depth, float *out);
void ica_product_avx2(const float *a, const float *b, size_t depth, float *out);
void ica_product_neon(const float *a, const float *b, size_t depth, float *out);
void ica_product_plain(const float *a, const float *b, size_t depth, float *out);

void ica_pack_avx512(const float *const *rows, const double *scales, size_t n_rows, size_t depth,
                     float *pack);
void ica_pack_avx2(const float *const *rows, const double *scales, size_t n_rows, size_t depth,
                   float *pack);
void ica_pack_neon(const float *const *rows, const double *scales, size_t n_rows, size_t depth,
                   float *pack);
void ica_pack_plain(const float *const *rows, const double *scales, size_t n_rows, size_t depth,
                    float *pack);

#endif
