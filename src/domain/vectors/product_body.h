/* SPDX-License-Identifier: Apache-2.0 */
/* The body of all product kernels; each includes it once with
 *
 *   KERNEL_NAME    name of the product function
 *   KERNEL_PACK    name of the packing function
 *   KERNEL_LANES   floats of a vector
 *   KERNEL_ROWS    rows of a register tile; divides ICA_PACK_ROWS
 *   KERNEL_VECTORS vectors of columns of a register tile; KERNEL_LANES times this divides it too
 *
 * and the compiler's options for its vector unit. A register tile holds its sums in registers while
 * a slice of the depth passes by; slices are so short that those of two packs stay in the first
 * cache while all their register tiles are computed. */
#include "domain/vectors/product_kernel.h"

#include <string.h>

#define SLICE 64 /* elements of the depth */

typedef float vector __attribute__((vector_size(KERNEL_LANES * sizeof(float))));

#define TILE_COLUMNS (KERNEL_LANES * KERNEL_VECTORS)

/* Add the products of `depth` elements of KERNEL_ROWS rows at `a` and TILE_COLUMNS rows at `b`. */
static inline __attribute__((always_inline)) void add_tile(const float *a, const float *b,
                                                           size_t depth, float *out)
{
    vector sums[KERNEL_ROWS][KERNEL_VECTORS];
#pragma GCC unroll 16
    for (size_t r = 0; r < KERNEL_ROWS; r++) {
#pragma GCC unroll 16
        for (size_t v = 0; v < KERNEL_VECTORS; v++) {
            memcpy(&sums[r][v], out + r * ICA_PACK_ROWS + v * KERNEL_LANES, sizeof(vector));
        }
    }
    for (size_t k = 0; k < depth; k++) {
        vector columns[KERNEL_VECTORS];
#pragma GCC unroll 16
        for (size_t v = 0; v < KERNEL_VECTORS; v++) {
            memcpy(&columns[v], b + k * ICA_PACK_ROWS + v * KERNEL_LANES, sizeof(vector));
        }
#pragma GCC unroll 16
        for (size_t r = 0; r < KERNEL_ROWS; r++) {
            float row = a[k * ICA_PACK_ROWS + r];
#pragma GCC unroll 16
            for (size_t v = 0; v < KERNEL_VECTORS; v++) {
                sums[r][v] += columns[v] * row;
            }
        }
    }
#pragma GCC unroll 16
    for (size_t r = 0; r < KERNEL_ROWS; r++) {
#pragma GCC unroll 16
        for (size_t v = 0; v < KERNEL_VECTORS; v++) {
            memcpy(out + r * ICA_PACK_ROWS + v * KERNEL_LANES, &sums[r][v], sizeof(vector));
        }
    }
}

/* The packs are read-only while it runs; the thread sanitizer would look at each access to them. */
__attribute__((no_sanitize("thread"))) void KERNEL_NAME(const float *a, const float *b,
                                                        size_t depth, float *out)
{
    memset(out, 0, sizeof(float) * ICA_PACK_ROWS * ICA_PACK_ROWS);
    for (size_t k = 0; k < depth; k += SLICE) {
        size_t rest = depth - k < SLICE ? depth - k : SLICE;
        for (size_t column = 0; column < ICA_PACK_ROWS; column += TILE_COLUMNS) {
            for (size_t row = 0; row < ICA_PACK_ROWS; row += KERNEL_ROWS) {
                add_tile(a + k * ICA_PACK_ROWS + row, b + k * ICA_PACK_ROWS + column, rest,
                         out + row * ICA_PACK_ROWS + column);
            }
        }
    }
}

#define RUN                                                                                        \
    16 /* elements of a row that are packed at once, so that what is written stays cached          \
        */

static inline __attribute__((always_inline)) void pack_run(const float *const *rows,
                                                           const double *scales, size_t n_rows,
                                                           size_t begin, size_t length, float *pack)
{
    float run[ICA_PACK_ROWS][RUN];
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t k = 0; k < length; k++) {
            run[r][k] = (float)((double)rows[r][begin + k] * scales[r]);
        }
    }
    for (size_t k = 0; k < length; k++) {
        for (size_t r = 0; r < n_rows; r++) {
            pack[(begin + k) * ICA_PACK_ROWS + r] = run[r][k];
        }
    }
}

__attribute__((no_sanitize("thread"))) void KERNEL_PACK(const float *const *rows,
                                                        const double *scales, size_t n_rows,
                                                        size_t depth, float *pack)
{
    size_t begin = 0;
    for (; n_rows == ICA_PACK_ROWS && depth - begin >= RUN; begin += RUN) {
        pack_run(rows, scales, ICA_PACK_ROWS, begin, RUN, pack);
    }
    for (; begin < depth; begin += RUN) {
        pack_run(rows, scales, n_rows, begin, depth - begin < RUN ? depth - begin : RUN, pack);
    }
}
