/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF orientation: each of the eight is a flip of either axis, then perhaps a swap of the axes. */
#include "domain/image/orientation.h"

#include <string.h>

#include "domain/image/image.h"

/* How the stored picture has to be read: mirrored from the right, from the bottom, and whether its
 * columns become rows. Index: EXIF orientation (CIPA DC-008, "Orientation"). */
static const struct {
    bool from_right;
    bool from_bottom;
    bool swap;
} readings[] = {
    [1] = {false, false, false}, [2] = {true, false, false}, [3] = {true, true, false},
    [4] = {false, true, false},  [5] = {false, false, true}, [6] = {false, true, true},
    [7] = {true, true, true},    [8] = {true, false, true},
};

#define N_READINGS (sizeof readings / sizeof *readings)

bool ica_orientation_reverses_columns(unsigned orientation)
{
    return orientation < N_READINGS && readings[orientation].from_right;
}

bool ica_orientation_reverses_rows(unsigned orientation)
{
    return orientation < N_READINGS && readings[orientation].from_bottom;
}

enum ica_status ica_orientation_apply(struct ica_pixels *pixels, unsigned orientation,
                                      struct ica_error *err)
{
    if (orientation <= ICA_ORIENTATION_UPRIGHT || orientation >= N_READINGS) {
        return ICA_OK;
    }
    bool swap = readings[orientation].swap;
    uint32_t width = swap ? pixels->height : pixels->width;
    uint32_t height = swap ? pixels->width : pixels->height;
    struct ica_pixels turned = {0};
    enum ica_status status = ica_pixels_init(&turned, width, height, pixels->layout, err);
    if (status) {
        return status;
    }
    size_t pixel_bytes = (size_t)pixels->layout;
    uint8_t *to = turned.samples;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++, to += pixel_bytes) {
            uint32_t from_x = swap ? y : x;
            uint32_t from_y = swap ? x : y;
            if (readings[orientation].from_right) {
                from_x = pixels->width - 1 - from_x;
            }
            if (readings[orientation].from_bottom) {
                from_y = pixels->height - 1 - from_y;
            }
            memcpy(to, ica_pixels_row(pixels, from_y) + from_x * pixel_bytes, pixel_bytes);
        }
    }
    ica_pixels_clear(pixels);
    *pixels = turned;
    return ICA_OK;
}
