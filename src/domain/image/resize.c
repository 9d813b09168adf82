/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of resizing: which part of which scaled picture is wanted. */
#include "domain/image/resize.h"

#include <stdbool.h>
#include <string.h>

#include "domain/image/orientation.h"
#include "domain/image/resample.h"

/* A part of a scaled picture. */
struct part {
    uint32_t scaled_width;
    uint32_t scaled_height;
    uint32_t left;
    uint32_t top;
    uint32_t width;
    uint32_t height;
};

static struct part whole(uint32_t width, uint32_t height)
{
    return (struct part){
        .scaled_width = width, .scaled_height = height, .width = width, .height = height};
}

/* side * target / reference, at least 1. */
static uint32_t scale_side(uint32_t side, uint32_t target, uint32_t reference,
                           enum ica_side_rounding rounding)
{
    uint64_t product = (uint64_t)side * target;
    uint64_t scaled = product / reference;
    uint64_t twice_rest = 2 * (product % reference);
    if (rounding == ICA_ROUND_NEAREST &&
        (twice_rest > reference || (twice_rest == reference && scaled % 2))) {
        scaled++;
    }
    return scaled ? (uint32_t)scaled : 1;
}

/* Where a crop begins that leaves out `extra` pixels on both sides together. `reversed`: the axis
 * runs against that of the upright picture, where the place is said. */
static uint32_t crop_begin(uint32_t extra, enum ica_side_rounding rounding, bool reversed)
{
    uint32_t half = extra / 2;
    bool up = rounding == ICA_ROUND_DOWN && extra % 2 == 1 && half % 2 == 1;
    return reversed ? extra - half - up : half + up;
}

static struct part crop_part(const struct ica_pixels *from, unsigned orientation,
                             struct ica_crop crop)
{
    uint32_t shorter = from->width < from->height ? from->width : from->height;
    uint32_t width = scale_side(from->width, crop.short_side, shorter, crop.rounding);
    uint32_t height = scale_side(from->height, crop.short_side, shorter, crop.rounding);
    return (struct part){
        .scaled_width = width,
        .scaled_height = height,
        .left = crop_begin(width - crop.size, crop.rounding,
                           ica_orientation_reverses_columns(orientation)),
        .top = crop_begin(height - crop.size, crop.rounding,
                          ica_orientation_reverses_rows(orientation)),
        .width = crop.size,
        .height = crop.size,
    };
}

/* All of `from`, so that its longer side becomes `side`. */
static struct part fit_part(const struct ica_pixels *from, uint32_t side,
                            enum ica_side_rounding rounding)
{
    uint32_t longer = from->width > from->height ? from->width : from->height;
    return whole(scale_side(from->width, side, longer, rounding),
                 scale_side(from->height, side, longer, rounding));
}

static enum ica_status resize(const struct ica_pixels *from, struct part part,
                              enum ica_resize_filter filter, struct ica_pixels *to,
                              struct ica_error *err)
{
    const struct ica_axis_part columns = {from->width, part.scaled_width, part.left, part.width};
    const struct ica_axis_part rows = {from->height, part.scaled_height, part.top, part.height};
    struct ica_axis horizontal = {0};
    struct ica_axis vertical = {0};
    enum ica_status status;
    if ((status = ica_axis_init(&horizontal, columns, filter, err)) ||
        (status = ica_axis_init(&vertical, rows, filter, err))) {
        goto out;
    }
    status = ica_resample(from, &horizontal, &vertical, to, err);
out:
    ica_axis_clear(&vertical);
    ica_axis_clear(&horizontal);
    return status;
}

enum ica_status ica_crop_check(struct ica_crop crop, struct ica_error *err)
{
    if (crop.size == 0 || crop.size > crop.short_side || crop.short_side > ICA_MAX_CROP_SIDE ||
        (crop.rule != ICA_RESIZE_CROP && crop.size != crop.short_side)) {
        return ica_error_set(err, ICA_EINVALID, "A crop of %u of %u pixels is not possible.",
                             crop.size, crop.short_side);
    }
    return ICA_OK;
}

enum ica_status ica_resize_crop(const struct ica_pixels *from, unsigned orientation,
                                struct ica_crop crop, struct ica_pixels *to, struct ica_error *err)
{
    enum ica_status status = ica_crop_check(crop, err);
    if (status) {
        return status;
    }
    if (!from->samples) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    struct part part = crop.rule == ICA_RESIZE_STRETCH ? whole(crop.size, crop.size)
                       : crop.rule == ICA_RESIZE_PAD   ? fit_part(from, crop.size, crop.rounding)
                                                       : crop_part(from, orientation, crop);
    return resize(from, part, crop.filter, to, err);
}

enum ica_status ica_resize_pad(struct ica_pixels *pixels, struct ica_crop crop,
                               struct ica_error *err)
{
    if (pixels->layout != ICA_PIXELS_RGB || pixels->width > crop.size ||
        pixels->height > crop.size) {
        return ica_error_set(err, ICA_EINVALID,
                             "Only RGB pixels can be filled up, to a larger size.");
    }
    struct ica_pixels square = {0};
    enum ica_status status = ica_pixels_init(&square, crop.size, crop.size, ICA_PIXELS_RGB, err);
    if (status) {
        return status;
    }
    size_t n_samples = square.height * ica_pixels_row_bytes(&square);
    for (size_t i = 0; i < n_samples; i++) {
        square.samples[i] = crop.padding[i % ICA_PIXELS_RGB];
    }
    size_t left = (crop.size - pixels->width) / 2;
    uint32_t top = (crop.size - pixels->height) / 2;
    for (uint32_t y = 0; y < pixels->height; y++) {
        memcpy(ica_pixels_row(&square, top + y) + left * ICA_PIXELS_RGB, ica_pixels_row(pixels, y),
               ica_pixels_row_bytes(pixels));
    }
    ica_pixels_clear(pixels);
    *pixels = square;
    return ICA_OK;
}

enum ica_status ica_resize_fit(const struct ica_pixels *from, uint32_t max_side,
                               struct ica_pixels *to, struct ica_error *err)
{
    if (!from->samples || max_side == 0) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    uint32_t longer = from->width > from->height ? from->width : from->height;
    struct part part = fit_part(from, longer < max_side ? longer : max_side, ICA_ROUND_NEAREST);
    return resize(from, part, ICA_FILTER_BICUBIC, to, err);
}
