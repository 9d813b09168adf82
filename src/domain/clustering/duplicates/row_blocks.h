/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in blocks of like ones, by their sketches. */
#ifndef ICA_DOMAIN_CLUSTERING_DUPLICATES_ROW_BLOCKS_H
#define ICA_DOMAIN_CLUSTERING_DUPLICATES_ROW_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/duplicates/sketch.h"

#define ICA_ROW_BLOCK 64 /* rows, at most */

/* The least and the largest value of a block's sketches. */
struct ica_row_box {
    float low[ICA_SKETCH_WIDTH];
    float high[ICA_SKETCH_WIDTH];
};

/* Starts all zero. */
struct ica_row_blocks {
    size_t n;
    size_t *points;            /* owned, n: numbers of sketches, by block */
    size_t n_blocks;           /* like ones follow each other */
    size_t *begins;            /* owned, per block, and one more: in `points` */
    size_t *offsets;           /* owned, per block: in `values` */
    float *values;             /* owned: of each block, as ica_sketch_multiply() takes them */
    struct ica_row_box *boxes; /* owned, per block */
};

/* Divide the rows, n >= 1, at the median of the column in which they differ most; with a `seed`
 * other than 0, of one of those columns, another one for another seed. `monitor` hears that
 * `n_rows` of `n_rows` are done. ICA_ECANCELLED, ICA_ENOMEM; `*blocks` is empty then. */
enum ica_status ica_row_blocks_init(struct ica_row_blocks *blocks, const struct ica_sketch *sketch,
                                    unsigned seed, const struct ica_monitor *monitor, size_t n_rows,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* How many places `values` has for a sketch value of the block. */
size_t ica_row_blocks_stride(const struct ica_row_blocks *blocks, size_t block);

/* Whether the boxes of two blocks are nowhere farther apart than rows of that cosine distance. */
bool ica_row_blocks_near(const struct ica_row_blocks *blocks, size_t a, size_t b, double threshold);

/* Accepts an all-zero struct. */
void ica_row_blocks_clear(struct ica_row_blocks *blocks);

#endif
