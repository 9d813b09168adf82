/* SPDX-License-Identifier: Apache-2.0 */
/* The raster sink: a box filter over whole cells of factor x factor pixels, row by row.
 *
 * Rows are first summed column by column (a loop that the compiler vectorises); after `factor` rows
 * each cell's columns are added and divided by the number of pixels that are really in the cell, so
 * that the last column and row are true averages too. Memory: the result plus one row of sums. */
#include "domain/image/raster_sink.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define RECIPROCAL_BITS 42

uint32_t ica_shrink_factor(uint32_t width, uint32_t height, uint32_t wanted_short_side)
{
    uint32_t factor = (width < height ? width : height) / wanted_short_side;
    if (factor > ICA_MAX_SHRINK_FACTOR) {
        return ICA_MAX_SHRINK_FACTOR;
    }
    return factor ? factor : 1;
}

void ica_raster_sink_init(struct ica_raster_sink *sink, uint32_t wanted_short_side)
{
    *sink = (struct ica_raster_sink){.wanted_short_side = wanted_short_side};
}

void ica_raster_sink_clear(struct ica_raster_sink *sink)
{
    ica_pixels_clear(&sink->raster);
    free(sink->icc);
    free(sink->row);
    free(sink->sums);
    ica_raster_sink_init(sink, sink->wanted_short_side);
}

static uint32_t divide_up(uint32_t a, uint32_t b)
{
    return a / b + (a % b != 0);
}

enum ica_status ica_raster_sink_begin(struct ica_raster_sink *sink, uint32_t width, uint32_t height,
                                      enum ica_pixel_layout layout, struct ica_error *err)
{
    if (sink->raster.samples || width == 0 || height == 0 || sink->wanted_short_side == 0) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    uint32_t factor = ica_shrink_factor(width, height, sink->wanted_short_side);
    enum ica_status status = ica_pixels_init(&sink->raster, divide_up(width, factor),
                                             divide_up(height, factor), layout, err);
    if (status) {
        return status;
    }
    sink->width = width;
    sink->height = height;
    sink->factor = factor;
    sink->row = ica_array_new(width, (size_t)layout);
    sink->sums =
        factor > 1 ? ica_array_new((size_t)width * (size_t)layout, sizeof *sink->sums) : NULL;
    if (!sink->row || (factor > 1 && !sink->sums)) {
        return ica_error_nomem(err, "a row of pixels");
    }
    return ICA_OK;
}

uint8_t *ica_raster_sink_next(struct ica_raster_sink *sink)
{
    bool direct = sink->factor == 1 && sink->rows_in < sink->height;
    return direct ? ica_pixels_row(&sink->raster, sink->rows_in) : sink->row;
}

/* One raster row: average each cell of the summed columns. n pixels sum to less than 2^8 * n, and
 * n <= 2^16, so multiplying with ceil(2^42 / n) neither overflows nor rounds wrongly. */
static void average_cells(struct ica_raster_sink *sink, uint32_t rows)
{
    size_t layout = (size_t)sink->raster.layout;
    uint8_t *out = ica_pixels_row(&sink->raster, (sink->rows_in - 1) / sink->factor);
    const uint16_t *cell = sink->sums;
    for (uint32_t x = 0; x < sink->width; x += sink->factor) {
        uint32_t left = sink->width - x;
        uint32_t columns = left < sink->factor ? left : sink->factor;
        uint32_t n = columns * rows;
        uint64_t reciprocal = ((UINT64_C(1) << RECIPROCAL_BITS) + n - 1) / n;
        for (size_t s = 0; s < layout; s++) {
            uint32_t sum = n / 2;
            for (size_t column = 0; column < columns; column++) {
                sum += cell[column * layout + s];
            }
            out[s] = (uint8_t)((sum * reciprocal) >> RECIPROCAL_BITS);
        }
        out += layout;
        cell += columns * layout;
    }
}

void ica_raster_sink_row(struct ica_raster_sink *sink, const uint8_t *samples)
{
    if (sink->rows_in >= sink->height) {
        return;
    }
    size_t row_samples = (size_t)sink->width * (size_t)sink->raster.layout;
    if (sink->factor == 1) {
        uint8_t *to = ica_pixels_row(&sink->raster, sink->rows_in++);
        if (to != samples) {
            memcpy(to, samples, row_samples);
        }
        return;
    }
    uint16_t *sums = sink->sums;
    for (size_t i = 0; i < row_samples; i++) {
        sums[i] = (uint16_t)(sums[i] + samples[i]);
    }
    sink->rows_in++;
    uint32_t rows = (sink->rows_in - 1) % sink->factor + 1;
    if (rows == sink->factor || sink->rows_in == sink->height) {
        average_cells(sink, rows);
        memset(sums, 0, row_samples * sizeof *sums);
    }
}

/* x / 255, rounded, for x up to 255 * 255. */
static uint32_t divide_by_255(uint32_t x)
{
    return (x + 128 + ((x + 128) >> 8)) >> 8;
}

void ica_raster_sink_rgba_row(struct ica_raster_sink *sink, const uint8_t *rgba, bool premultiplied)
{
    uint8_t *to = ica_raster_sink_next(sink);
    for (uint32_t x = 0; x < sink->width; x++, to += 3, rgba += 4) {
        uint32_t alpha = rgba[3];
        for (size_t s = 0; s < 3; s++) {
            uint32_t colour = premultiplied ? rgba[s] : divide_by_255(rgba[s] * alpha);
            uint32_t sum = colour + 255 - alpha;
            to[s] = (uint8_t)(sum > 255 ? 255 : sum);
        }
    }
    ica_raster_sink_row(sink, ica_raster_sink_next(sink));
}

void ica_raster_sink_profile(struct ica_raster_sink *sink, const uint8_t *icc, size_t icc_bytes)
{
    if (sink->icc || !icc || icc_bytes == 0 || icc_bytes > ICA_MAX_ICC_BYTES) {
        return;
    }
    sink->icc = malloc(icc_bytes);
    if (sink->icc) {
        memcpy(sink->icc, icc, icc_bytes);
        sink->icc_bytes = icc_bytes;
    }
}

enum ica_status ica_raster_sink_end(struct ica_raster_sink *sink, struct ica_error *err)
{
    if (sink->rows_in < sink->height) {
        return ica_error_set(err, ICA_ECORRUPT, "The picture ends after %u of its %u rows.",
                             sink->rows_in, sink->height);
    }
    return ICA_OK;
}
