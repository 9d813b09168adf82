/* SPDX-License-Identifier: Apache-2.0 */
/* Separable resampling.
 *
 * Only one direction has a kernel: the sum of whole rows, which is straight SIMD code. The other
 * direction is the same kernel between two transpositions, done in bands of rows that stay in the
 * processor's cache. The horizontal direction comes first and the result of each is rounded and
 * kept in 0 to 255, as Pillow does it where both sides shrink alike (Pillow 13 may take another
 * order for other shapes): where a sharp edge overshoots, the order shows. Time is O(pixels *
 * taps), memory one picture as high as the source and as wide as the result. */
#include "domain/image/resample.h"

#include <string.h>

#include "domain/image/row_sums.h"

#define BAND_ROWS 32 /* of RGB: whole blocks of the sums */

/* Resample along the columns of `from`: every output is a sum of whole rows. */
static void resample_columns(const struct ica_pixels *from, const struct ica_axis *axis,
                             struct ica_pixels *to)
{
    size_t row_bytes = ica_pixels_row_bytes(from);
    for (uint32_t i = 0; i < axis->outputs; i++) {
        ica_row_sums(ica_pixels_row(from, axis->first[i]), row_bytes, row_bytes,
                     ica_axis_weights(axis, i), axis->taps, axis->sum_bits, ica_pixels_row(to, i));
    }
}

/* Columns become rows: of the width x height pixels at `from`, rows `stride` samples apart. The
 * inner loop goes down a column, so that writes are in order and every pixel can be copied as four
 * bytes: what is too much is overwritten by the next one. */
static void transpose(const uint8_t *from, size_t stride, uint32_t width, uint32_t height,
                      size_t pixel_bytes, uint8_t *to)
{
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *in = from + x * pixel_bytes;
        uint32_t rows = height - (x + 1 == width);
        for (uint32_t y = 0; y < rows; y++, in += stride, to += pixel_bytes) {
            memcpy(to, in, sizeof(uint32_t));
        }
    }
    memcpy(to, from + (height - 1) * stride + (width - 1) * pixel_bytes, pixel_bytes);
}

/* Scale the used part of `from` horizontally, band by band, into the rows of `narrowed`. */
static enum ica_status narrow(const struct ica_pixels *from, const struct ica_axis *horizontal,
                              uint32_t first_row, struct ica_pixels *narrowed,
                              struct ica_error *err)
{
    size_t stride = ica_pixels_row_bytes(from);
    size_t pixel_bytes = (size_t)from->layout;
    struct ica_pixels turned = {0}; /* a band, columns as rows */
    struct ica_pixels scaled = {0}; /* the same, scaled */
    enum ica_status status;
    if ((status = ica_pixels_init(&turned, BAND_ROWS, horizontal->inputs, from->layout, err)) ||
        (status = ica_pixels_init(&scaled, BAND_ROWS, horizontal->outputs, from->layout, err))) {
        goto out;
    }
    for (uint32_t top = 0; top < narrowed->height; top += BAND_ROWS) {
        uint32_t left = narrowed->height - top;
        uint32_t rows = left < BAND_ROWS ? left : BAND_ROWS;
        turned.width = rows;
        scaled.width = rows;
        transpose(ica_pixels_row(from, first_row + top) + horizontal->origin * pixel_bytes, stride,
                  horizontal->inputs, rows, pixel_bytes, turned.samples);
        resample_columns(&turned, horizontal, &scaled);
        transpose(scaled.samples, ica_pixels_row_bytes(&scaled), rows, horizontal->outputs,
                  pixel_bytes, ica_pixels_row(narrowed, top));
    }
out:
    ica_pixels_clear(&scaled);
    ica_pixels_clear(&turned);
    return status;
}

enum ica_status ica_resample(const struct ica_pixels *from, const struct ica_axis *horizontal,
                             const struct ica_axis *vertical, struct ica_pixels *to,
                             struct ica_error *err)
{
    struct ica_pixels narrowed = {0};
    enum ica_status status =
        ica_pixels_init(&narrowed, horizontal->outputs, vertical->inputs, from->layout, err);
    if (!status) {
        status = narrow(from, horizontal, vertical->origin, &narrowed, err);
    }
    if (!status) {
        status = ica_pixels_init(to, horizontal->outputs, vertical->outputs, from->layout, err);
    }
    if (!status) {
        resample_columns(&narrowed, vertical, to);
    }
    ica_pixels_clear(&narrowed);
    return status;
}
