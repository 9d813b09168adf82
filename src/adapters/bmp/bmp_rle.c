/* SPDX-License-Identifier: Apache-2.0 */
/* BMP's run-length codes: pairs of bytes. (n, value) is a run of n pixels; (0, 0) ends a row,
 * (0, 1) the picture; (0, 2) is followed by a jump to the right and up; (0, n) by n plain pixels,
 * padded to whole words. In RLE4 a byte holds two pixels, which a run repeats in turn. */
#include "adapters/bmp/bmp_rle.h"

enum escape {
    END_OF_ROW,
    END_OF_PICTURE,
    JUMP,
};

struct canvas {
    uint8_t *indexes;
    uint32_t width;
    uint32_t height;
    uint64_t x;
    uint64_t y;
};

/* Pixels beyond the border are dropped. */
static void put(struct canvas *canvas, unsigned index)
{
    if (canvas->x < canvas->width && canvas->y < canvas->height) {
        canvas->indexes[canvas->y * canvas->width + canvas->x] = (uint8_t)index;
    }
    canvas->x++;
}

/* Pixel `i` of packed bytes. */
static unsigned unpack(const uint8_t *bytes, unsigned bits, size_t i)
{
    return bits == 8 ? bytes[i] : i % 2 ? bytes[i / 2] & 0x0fu : (unsigned)bytes[i / 2] >> 4;
}

bool ica_bmp_unpack_rle(const uint8_t *codes, size_t size, unsigned bits, uint32_t width,
                        uint32_t height, uint8_t *indexes)
{
    struct canvas canvas = {.indexes = indexes, .width = width, .height = height};
    size_t at = 0;
    while (size - at >= 2 && canvas.y < height) {
        unsigned count = codes[at];
        unsigned value = codes[at + 1];
        at += 2;
        if (count) {
            for (unsigned i = 0; i < count; i++) {
                put(&canvas, unpack(codes + at - 1, bits, bits == 8 ? 0 : i % 2));
            }
        } else if (value == END_OF_ROW) {
            canvas.x = 0;
            canvas.y++;
        } else if (value == END_OF_PICTURE) {
            return true;
        } else if (value == JUMP) {
            if (size - at < 2) {
                return false;
            }
            canvas.x += codes[at];
            canvas.y += codes[at + 1];
            at += 2;
        } else {
            size_t bytes = bits == 8 ? value : (value + 1) / 2;
            if (size - at < bytes) {
                return false;
            }
            for (size_t i = 0; i < value; i++) {
                put(&canvas, unpack(codes + at, bits, i));
            }
            at += bytes + bytes % 2;
            at = at > size ? size : at;
        }
    }
    /* Some writers leave out the last mark. */
    return canvas.y + 1 >= height;
}
