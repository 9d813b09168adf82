/* SPDX-License-Identifier: Apache-2.0 */
/* Rows at unit length in the form that the product kernels read (product_kernel.h).
 *
 * A packed row has one element more than the row: 0, or 1 for a row of zeros, whose other elements
 * are 0. So one minus the product of two packed rows is their cosine distance, for such rows too.
 */
#ifndef ICA_DOMAIN_VECTORS_ROW_PACKS_H
#define ICA_DOMAIN_VECTORS_ROW_PACKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

/* Room for packs. Starts all zero. */
struct ica_row_packs {
    size_t depth;   /* elements of a packed row */
    size_t n_packs; /* > 0 */
    float *first;   /* the first pack */
    void *memory;   /* owned */
};

/* Elements of a packed row for rows of `dim` elements. */
static inline size_t ica_pack_depth(size_t dim)
{
    return dim + 1;
}

/* Packs that hold `n` rows. */
static inline size_t ica_pack_count(size_t n)
{
    return (n + ICA_PACK_ROWS - 1) / ICA_PACK_ROWS;
}

/* Room for `n_packs` packs of rows of `dim` elements. ICA_ENOMEM. */
enum ica_status ica_row_packs_init(struct ica_row_packs *packs, size_t n_packs, size_t dim,
                                   struct ica_error *err) ICA_MUST_CHECK;

static inline float *ica_row_packs_at(const struct ica_row_packs *packs, size_t i)
{
    return packs->first + i * packs->depth * ICA_PACK_ROWS;
}

/* Fill `pack` with up to ICA_PACK_ROWS rows of `rows`, those numbered which[0] to which[n - 1]; the
 * places that are left over become rows of nothing, whose products are 0. */
void ica_row_pack_fill(const struct ica_product_kernel *kernel,
                       const struct ica_cosine_distance *rows, const uint32_t *which, size_t n,
                       float *pack);

/* Accepts an all-zero struct. */
void ica_row_packs_clear(struct ica_row_packs *packs);

#endif
