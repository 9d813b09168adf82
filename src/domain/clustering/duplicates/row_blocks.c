/* SPDX-License-Identifier: Apache-2.0 */
/* The leaves of a k-d tree (Bentley 1975); with a seed, of a randomised one (Silpa-Anan, Hartley
 * 2008). O(n log^2 n) time, O(n) memory. */
#include "domain/clustering/duplicates/row_blocks.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/index_sort.h"

#define WIDTH  ICA_SKETCH_WIDTH
#define RANDOM 8 /* of so many columns, one is chosen at random */

struct divider {
    struct ica_row_blocks *blocks;
    const struct ica_sketch *sketch;
    const struct ica_monitor *monitor;
    size_t n_rows;
    uint64_t state; /* of the random numbers; 0 = none */
};

static struct ica_row_box bounding_box(const struct divider *d, size_t begin, size_t end)
{
    struct ica_row_box box;
    for (size_t k = 0; k < WIDTH; k++) {
        box.low[k] = HUGE_VALF;
        box.high[k] = -HUGE_VALF;
    }
    for (size_t i = begin; i < end; i++) {
        const float *sketch = d->sketch->values + d->blocks->points[i] * WIDTH;
        for (size_t k = 0; k < WIDTH; k++) {
            box.low[k] = sketch[k] < box.low[k] ? sketch[k] : box.low[k];
            box.high[k] = sketch[k] > box.high[k] ? sketch[k] : box.high[k];
        }
    }
    return box;
}

static int compare_column(const void *column, size_t a, size_t b)
{
    const float *values = column;
    float x = values[a * WIDTH];
    float y = values[b * WIDTH];
    return (x > y) - (x < y);
}

/* Which widest column to divide: the first, or a random one of the first (xorshift64*). */
static size_t next_rank(struct divider *d)
{
    if (d->state == 0) {
        return 0;
    }
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (size_t)(d->state * UINT64_C(2685821657736338717) >> 32) % RANDOM;
}

/* The column of the box that only `rank` others are wider than; the lower of equal ones first. */
static size_t wide_column(const struct ica_row_box *box, size_t rank)
{
    bool passed[WIDTH] = {false};
    for (;;) {
        size_t widest = WIDTH;
        for (size_t k = 0; k < WIDTH; k++) {
            if (!passed[k] && (widest == WIDTH ||
                               box->high[k] - box->low[k] > box->high[widest] - box->low[widest])) {
                widest = k;
            }
        }
        if (rank-- == 0) {
            return widest;
        }
        passed[widest] = true;
    }
}

/* Divide the points from `begin` on; as they halve, the depth is logarithmic. */
static enum ica_status divide(struct divider *d, size_t begin, size_t end, struct ica_error *err)
{
    struct ica_row_blocks *blocks = d->blocks;
    struct ica_row_box box = bounding_box(d, begin, end);
    if (end - begin <= ICA_ROW_BLOCK) {
        blocks->boxes[blocks->n_blocks] = box;
        blocks->begins[blocks->n_blocks++] = begin;
        return ICA_OK;
    }
    if (!ica_index_sort(blocks->points + begin, end - begin, compare_column,
                        d->sketch->values + wide_column(&box, next_rank(d)))) {
        return ica_error_nomem(err, "dividing images");
    }
    size_t middle = begin + (end - begin) / 2;
    enum ica_status status = ica_clustering_look(d->monitor, d->n_rows, d->n_rows, err);
    status = status ? status : divide(d, begin, middle, err);
    return status ? status : divide(d, middle, end, err);
}

size_t ica_row_blocks_stride(const struct ica_row_blocks *blocks, size_t block)
{
    size_t size = blocks->begins[block + 1] - blocks->begins[block];
    return (size + ICA_SKETCH_LANES - 1) / ICA_SKETCH_LANES * ICA_SKETCH_LANES;
}

static enum ica_status lay_out(struct ica_row_blocks *blocks, const struct ica_sketch *sketch,
                               struct ica_error *err)
{
    size_t offset = 0;
    for (size_t b = 0; b < blocks->n_blocks; b++) {
        blocks->offsets[b] = offset;
        offset += ica_row_blocks_stride(blocks, b) * WIDTH;
    }
    blocks->values = ica_array_new(offset, sizeof *blocks->values);
    if (!blocks->values) {
        return ica_error_nomem(err, "dividing images");
    }
    for (size_t b = 0; b < blocks->n_blocks; b++) {
        size_t stride = ica_row_blocks_stride(blocks, b);
        for (size_t i = blocks->begins[b]; i < blocks->begins[b + 1]; i++) {
            float *to = blocks->values + blocks->offsets[b] + (i - blocks->begins[b]);
            const float *from = sketch->values + blocks->points[i] * WIDTH;
            for (size_t k = 0; k < WIDTH; k++) {
                to[k * stride] = from[k];
            }
        }
    }
    return ICA_OK;
}

enum ica_status ica_row_blocks_init(struct ica_row_blocks *blocks, const struct ica_sketch *sketch,
                                    unsigned seed, const struct ica_monitor *monitor, size_t n_rows,
                                    struct ica_error *err)
{
    size_t n = sketch->n;
    size_t most = n / (ICA_ROW_BLOCK / 2) + 1; /* halving leaves half a block at least */
    *blocks = (struct ica_row_blocks){
        .n = n,
        .points = ica_array_new(n, sizeof *blocks->points),
        .begins = ica_array_new(most + 1, sizeof *blocks->begins),
        .offsets = ica_array_new(most, sizeof *blocks->offsets),
        .boxes = ica_array_new(most, sizeof *blocks->boxes),
    };
    struct divider divider = {
        .blocks = blocks,
        .sketch = sketch,
        .monitor = monitor,
        .n_rows = n_rows,
        .state = seed * UINT64_C(0x9E3779B97F4A7C15),
    };
    enum ica_status status;
    if (!blocks->points || !blocks->begins || !blocks->offsets || !blocks->boxes) {
        status = ica_error_nomem(err, "dividing images");
    } else {
        ica_index_fill(blocks->points, n);
        status = divide(&divider, 0, n, err);
        blocks->begins[blocks->n_blocks] = n;
    }
    status = status ? status : lay_out(blocks, sketch, err);
    if (status) {
        ica_row_blocks_clear(blocks);
    }
    return status;
}

/* The squared length between unit rows is twice their cosine distance. */
bool ica_row_blocks_near(const struct ica_row_blocks *blocks, size_t a, size_t b, double threshold)
{
    const struct ica_row_box *x = blocks->boxes + a;
    const struct ica_row_box *y = blocks->boxes + b;
    const float most = (float)(2 * (threshold + 2 * ICA_SKETCH_SLACK));
    float sum = 0;
    for (size_t k = 0; k < WIDTH && sum <= most; k++) {
        float gap = fmaxf(0, fmaxf(x->low[k] - y->high[k], y->low[k] - x->high[k]));
        sum += gap * gap;
    }
    return sum <= most;
}

void ica_row_blocks_clear(struct ica_row_blocks *blocks)
{
    free(blocks->points);
    free(blocks->begins);
    free(blocks->offsets);
    free(blocks->values);
    free(blocks->boxes);
    *blocks = (struct ica_row_blocks){0};
}
