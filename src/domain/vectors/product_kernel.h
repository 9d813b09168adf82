/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar products of many rows with many rows in float32, as fast as the processor's multiply-add
 * units allow: the inner part of a matrix product (Goto, van de Geijn 2008, "Anatomy of
 * high-performance matrix multiplication"), once per vector unit, chosen at run time.
 *
 * Rows come in packs: ICA_PACK_ROWS rows side by side, element by element, so that
 * pack[k * ICA_PACK_ROWS + r] is element k of row r. The products of two packs are a square tile.
 *
 * The kernels round differently. So their products decide nothing: with ica_product_error() they
 * bound the true value, and what the bound leaves open is computed in double (dot.h). */
#ifndef ICA_DOMAIN_VECTORS_PRODUCT_KERNEL_H
#define ICA_DOMAIN_VECTORS_PRODUCT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* Rows of a pack: a multiple of what each kernel holds in registers. */
#define ICA_PACK_ROWS 48

struct ica_product_kernel {
    const char *name; /* of the vector unit, lower case */

    /* Whether this processor has it. */
    bool (*usable)(void);

    /* out[i * ICA_PACK_ROWS + j] = product of row i of pack `a` and row j of pack `b`, both of
     * `depth` elements a row. Packs and `out` are aligned to ICA_PACK_ALIGNMENT. */
    void (*multiply)(const float *a, const float *b, size_t depth, float *out);

    /* Put the first `depth` elements of up to ICA_PACK_ROWS rows, each times its scale and rounded
     * once, into a pack. Places beyond `n_rows` are left as they are. */
    void (*pack)(const float *const *rows, const double *scales, size_t n_rows, size_t depth,
                 float *pack);
};

#define ICA_PACK_ALIGNMENT 64 /* bytes */

/* All kernels that were compiled in, the widest first; the last one runs everywhere. */
extern const struct ica_product_kernel *const ica_product_kernels[];
extern const size_t ica_n_product_kernels;

/* The widest that this processor has. */
const struct ica_product_kernel *ica_product_kernel_best(void);

/* How far a kernel's product of two rows of length at most 1, each of `depth` elements that were
 * rounded to float, is from the product of the rows before rounding, at most. */
double ica_product_error(size_t depth);

#endif
