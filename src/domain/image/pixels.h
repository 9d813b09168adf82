/* SPDX-License-Identifier: Apache-2.0 */
/* Pixels: a rectangle of 8-bit samples, rows from the top, no padding. */
#ifndef ICA_DOMAIN_IMAGE_PIXELS_H
#define ICA_DOMAIN_IMAGE_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum ica_pixel_layout {
    ICA_PIXELS_UNSET,
    ICA_PIXELS_RGB = 3,  /* the value is the number of samples per pixel */
    ICA_PIXELS_CMYK = 4, /* 0 = no ink */
};

struct ica_pixels {
    uint8_t *samples; /* owned by the struct: height * width * layout bytes */
    uint32_t width;
    uint32_t height;
    enum ica_pixel_layout layout;
};

/* Allocate (not zeroed). ICA_EINVALID for an empty side, ICA_ENOMEM. `*pixels` must be empty. */
enum ica_status ica_pixels_init(struct ica_pixels *pixels, uint32_t width, uint32_t height,
                                enum ica_pixel_layout layout, struct ica_error *err) ICA_MUST_CHECK;

/* Free the samples and return to all zero. */
void ica_pixels_clear(struct ica_pixels *pixels);

/* Bytes of one row. */
static inline size_t ica_pixels_row_bytes(const struct ica_pixels *pixels)
{
    return (size_t)pixels->width * (size_t)pixels->layout;
}

/* First sample of row `y`. */
static inline uint8_t *ica_pixels_row(const struct ica_pixels *pixels, uint32_t y)
{
    return pixels->samples + (size_t)y * ica_pixels_row_bytes(pixels);
}

#endif
