/* SPDX-License-Identifier: Apache-2.0 */
/* Pixels: a rectangle of 8-bit samples. */
#include "domain/image/pixels.h"

#include <stdlib.h>

#include "base/memory.h"

enum ica_status ica_pixels_init(struct ica_pixels *pixels, uint32_t width, uint32_t height,
                                enum ica_pixel_layout layout, struct ica_error *err)
{
    if (width == 0 || height == 0 || layout == ICA_PIXELS_UNSET) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    size_t size_bytes;
    if (!ica_size_multiply((size_t)width * (size_t)layout, height, &size_bytes)) {
        return ica_error_nomem(err, "pixels");
    }
    uint8_t *samples = malloc(size_bytes);
    if (!samples) {
        return ica_error_nomem(err, "pixels");
    }
    *pixels =
        (struct ica_pixels){.samples = samples, .width = width, .height = height, .layout = layout};
    return ICA_OK;
}

void ica_pixels_clear(struct ica_pixels *pixels)
{
    free(pixels->samples);
    *pixels = (struct ica_pixels){0};
}
