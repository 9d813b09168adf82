/* SPDX-License-Identifier: Apache-2.0 */
/* A BMP reader: `parse` checks every number of the header against the file, after which rows can be
 * read without further checks. Run-length coded pictures may jump about and are unpacked to palette
 * indexes first; their decoder is in bmp_rle.c. */
#include "adapters/bmp/bmp_codec.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/bmp/bmp_rle.h"
#include "base/memory.h"

#define FILE_HEADER_BYTES 14
#define CORE_HEADER_BYTES 12 /* OS/2 1: 16-bit sizes, palette of three bytes an entry */
#define INFO_HEADER_BYTES 40
#define MASKS_OFFSET      (FILE_HEADER_BYTES + INFO_HEADER_BYTES)
#define V3_HEADER_BYTES   56 /* the first with an alpha mask */
#define MAX_COLOURS       256

enum compression {
    BMP_RGB,
    BMP_RLE8,
    BMP_RLE4,
    BMP_BITFIELDS,
    BMP_ALPHABITFIELDS = 6,
};

/* One colour's bits in a pixel. */
struct field {
    unsigned shift;
    uint32_t max; /* 0 = there are none */
};

struct bmp {
    uint32_t width;
    uint32_t height;
    bool top_down;
    unsigned bits; /* per pixel */
    uint32_t compression;
    const uint8_t *pixels;
    size_t pixels_bytes;    /* to the end of the file */
    size_t stride;          /* bytes from row to row */
    struct field fields[4]; /* red, green, blue, alpha */
    uint8_t palette[MAX_COLOURS][ICA_PIXELS_RGB];
};

static const char ends_early[] = "The BMP data ends early (truncated file).";

static uint32_t read_le(const uint8_t *bytes, size_t count)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value |= (uint32_t)bytes[i] << (8 * i);
    }
    return value;
}

static bool is_header_size(uint32_t size)
{
    return size == CORE_HEADER_BYTES || size == INFO_HEADER_BYTES || size == 52 ||
           size == V3_HEADER_BYTES || size == 64 || size == 108 || size == 124;
}

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= FILE_HEADER_BYTES + 4 && bytes[0] == 'B' && bytes[1] == 'M' &&
           is_header_size(read_le(bytes + FILE_HEADER_BYTES, 4));
}

static struct field field_of(uint32_t mask)
{
    struct field field = {0};
    if (mask) {
        while (!(mask >> field.shift & 1)) {
            field.shift++;
        }
        field.max = mask >> field.shift;
    }
    return field;
}

static void set_fields(struct bmp *bmp, uint32_t red, uint32_t green, uint32_t blue, uint32_t alpha)
{
    bmp->fields[0] = field_of(red);
    bmp->fields[1] = field_of(green);
    bmp->fields[2] = field_of(blue);
    bmp->fields[3] = field_of(alpha);
}

/* The masks of 16 and 32 bits per pixel; false if the file ends in them. */
static bool parse_fields(const uint8_t *bytes, size_t size, uint32_t header_bytes, struct bmp *bmp)
{
    if (bmp->compression == BMP_RGB) {
        if (bmp->bits == 16) {
            set_fields(bmp, 0x7c00, 0x03e0, 0x001f, 0);
        } else {
            set_fields(bmp, 0xff0000, 0x00ff00, 0x0000ff, 0);
        }
        return true;
    }
    bool has_alpha = header_bytes >= V3_HEADER_BYTES || bmp->compression == BMP_ALPHABITFIELDS;
    if (size < MASKS_OFFSET + (has_alpha ? 16 : 12)) {
        return false;
    }
    const uint8_t *masks = bytes + MASKS_OFFSET;
    set_fields(bmp, read_le(masks, 4), read_le(masks + 4, 4), read_le(masks + 8, 4),
               has_alpha ? read_le(masks + 12, 4) : 0);
    return true;
}

/* Colours that the file does not list are black. */
static void parse_palette(const uint8_t *bytes, size_t size, uint32_t header_bytes,
                          uint32_t colours, struct bmp *bmp)
{
    size_t entry_bytes = header_bytes == CORE_HEADER_BYTES ? 3 : 4;
    size_t offset = FILE_HEADER_BYTES + (size_t)header_bytes;
    for (size_t i = 0; i < colours && i < MAX_COLOURS && offset + entry_bytes <= size; i++) {
        bmp->palette[i][0] = bytes[offset + 2];
        bmp->palette[i][1] = bytes[offset + 1];
        bmp->palette[i][2] = bytes[offset];
        offset += entry_bytes;
    }
}

static bool is_supported(const struct bmp *bmp)
{
    switch (bmp->compression) {
    case BMP_RGB:
        return bmp->bits == 1 || bmp->bits == 4 || bmp->bits == 8 || bmp->bits == 16 ||
               bmp->bits == 24 || bmp->bits == 32;
    case BMP_RLE8:
        return bmp->bits == 8 && !bmp->top_down;
    case BMP_RLE4:
        return bmp->bits == 4 && !bmp->top_down;
    case BMP_BITFIELDS:
    case BMP_ALPHABITFIELDS:
        return bmp->bits == 16 || bmp->bits == 32;
    default:
        return false;
    }
}

static bool is_run_length_coded(const struct bmp *bmp)
{
    return bmp->compression == BMP_RLE8 || bmp->compression == BMP_RLE4;
}

/* The header's numbers. */
static enum ica_status parse_header(const uint8_t *bytes, size_t size, struct bmp *bmp,
                                    struct ica_error *err)
{
    if (size < FILE_HEADER_BYTES + CORE_HEADER_BYTES) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    }
    uint32_t header_bytes = read_le(bytes + FILE_HEADER_BYTES, 4);
    if (header_bytes > size - FILE_HEADER_BYTES) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    }
    const uint8_t *header = bytes + FILE_HEADER_BYTES;
    uint32_t colours = 0;
    if (header_bytes == CORE_HEADER_BYTES) {
        bmp->width = read_le(header + 4, 2);
        bmp->height = read_le(header + 6, 2);
        bmp->bits = read_le(header + 10, 2);
    } else if (header_bytes >= INFO_HEADER_BYTES) {
        int64_t height = (int32_t)read_le(header + 8, 4);
        bmp->width = read_le(header + 4, 4);
        bmp->height = (uint32_t)(height < 0 ? -height : height);
        bmp->top_down = height < 0;
        bmp->bits = read_le(header + 14, 2);
        bmp->compression = read_le(header + 16, 4);
        colours = read_le(header + 32, 4);
    }
    if (bmp->width == 0 || bmp->width > INT32_MAX || bmp->height == 0) {
        return ica_error_set(err, ICA_ECORRUPT, "The BMP tells no usable size.");
    }
    if (!is_supported(bmp)) {
        return ica_error_set(err, ICA_EUNAVAILABLE, "This kind of BMP cannot be read here.");
    }
    if (bmp->bits <= 8) {
        uint32_t most = 1u << bmp->bits;
        parse_palette(bytes, size, header_bytes, colours && colours < most ? colours : most, bmp);
    } else if (!parse_fields(bytes, size, header_bytes, bmp)) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    }
    return ICA_OK;
}

/* Header and the place of the pixels. */
static enum ica_status parse(const uint8_t *bytes, size_t size, struct bmp *bmp,
                             struct ica_error *err)
{
    *bmp = (struct bmp){0};
    enum ica_status status = parse_header(bytes, size, bmp, err);
    if (status) {
        return status;
    }
    uint32_t offset = read_le(bytes + 10, 4);
    bmp->stride = (size_t)(((uint64_t)bmp->width * bmp->bits + 31) / 32 * 4);
    if (offset > size ||
        (!is_run_length_coded(bmp) && (size - offset) / bmp->stride < bmp->height)) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    }
    bmp->pixels = bytes + offset;
    bmp->pixels_bytes = size - offset;
    return ICA_OK;
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    struct bmp bmp;
    enum ica_status status = parse(bytes, size, &bmp, err);
    if (status) {
        return status;
    }
    *info = (struct ica_image_info){.format = ica_bmp_codec.name,
                                    .width = bmp.width,
                                    .height = bmp.height,
                                    .orientation = ICA_ORIENTATION_UPRIGHT};
    if (is_run_length_coded(&bmp)) {
        info->decode_bytes = (uint64_t)bmp.width * bmp.height;
    }
    return ICA_OK;
}

/* One palette index per pixel, packed from the highest bit on. */
static void convert_indexes(const struct bmp *bmp, unsigned bits, const uint8_t *from, uint8_t *to)
{
    unsigned mask = (1u << bits) - 1;
    for (size_t x = 0; x < bmp->width; x++, to += ICA_PIXELS_RGB) {
        size_t bit = x * bits;
        unsigned index = (unsigned)from[bit / 8] >> (8 - bits - bit % 8) & mask;
        memcpy(to, bmp->palette[index], ICA_PIXELS_RGB);
    }
}

static void convert_bgr(const struct bmp *bmp, const uint8_t *from, uint8_t *to)
{
    for (uint32_t x = 0; x < bmp->width; x++, from += 3, to += ICA_PIXELS_RGB) {
        to[0] = from[2];
        to[1] = from[1];
        to[2] = from[0];
    }
}

/* Bit fields of any width, with alpha over white. */
static void convert_fields(const struct bmp *bmp, const uint8_t *from, uint8_t *to)
{
    size_t pixel_bytes = bmp->bits / 8;
    const struct field *alpha_field = &bmp->fields[3];
    for (uint32_t x = 0; x < bmp->width; x++, from += pixel_bytes, to += ICA_PIXELS_RGB) {
        uint32_t pixel = read_le(from, pixel_bytes);
        uint64_t max = alpha_field->max ? alpha_field->max : 1;
        uint64_t alpha = alpha_field->max ? pixel >> alpha_field->shift & alpha_field->max : 1;
        for (size_t i = 0; i < ICA_PIXELS_RGB; i++) {
            const struct field *field = &bmp->fields[i];
            uint64_t value = pixel >> field->shift & field->max;
            uint64_t colour = field->max ? value * 255 / field->max : 0;
            to[i] = (uint8_t)((colour * alpha + 255 * (max - alpha)) / max);
        }
    }
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    struct bmp bmp;
    uint8_t *indexes = NULL;
    (void)info;
    enum ica_status status = parse(bytes, size, &bmp, err);
    if (status) {
        return status;
    }
    const uint8_t *rows = bmp.pixels;
    unsigned bits = bmp.bits;
    if (is_run_length_coded(&bmp)) {
        indexes = ica_array_new(bmp.height, bmp.width);
        if (!indexes) {
            return ica_error_nomem(err, "a BMP");
        }
        if (!ica_bmp_unpack_rle(bmp.pixels, bmp.pixels_bytes, bits, bmp.width, bmp.height,
                                indexes)) {
            status = ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
            goto out;
        }
        rows = indexes;
        bits = 8;
        bmp.stride = bmp.width;
    }
    if ((status = ica_raster_sink_begin(sink, bmp.width, bmp.height, ICA_PIXELS_RGB, err))) {
        goto out;
    }
    for (uint32_t y = 0; y < bmp.height; y++) {
        const uint8_t *from = rows + (bmp.top_down ? y : bmp.height - 1 - y) * bmp.stride;
        uint8_t *to = ica_raster_sink_next(sink);
        if (bits <= 8) {
            convert_indexes(&bmp, bits, from, to);
        } else if (bits == 24) {
            convert_bgr(&bmp, from, to);
        } else {
            convert_fields(&bmp, from, to);
        }
        ica_raster_sink_row(sink, to);
    }
    status = ica_raster_sink_end(sink, err);
out:
    free(indexes);
    return status;
}

const struct ica_codec ica_bmp_codec = {
    .name = "bmp", .sniff = sniff, .read_header = read_header, .decode = decode};
