/* SPDX-License-Identifier: Apache-2.0 */
/* PNG through libspng, row by row; only an interlaced picture has to stand in memory as a whole. */
#include "adapters/png/png_codec.h"

#include <stdlib.h>
#include <string.h>

#include <spng.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/image/exif.h"

#define SIGNATURE_BYTES 8
#define CHUNK_OVERHEAD  12 /* length, type, checksum */
#define RGBA_BYTES      4

/* Texts and profiles that the library unpacks before the pixels. */
#define MAX_CHUNK_BYTES    (16u << 20)
#define MAX_METADATA_BYTES (32u << 20)

/* Two rows of up to 8 bytes per pixel, one converted row, zlib's window. */
#define ROW_BYTES_PER_PIXEL 24u
#define INFLATE_BYTES       (1u << 16)

static const uint8_t signature[SIGNATURE_BYTES] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= sizeof signature && memcmp(bytes, signature, sizeof signature) == 0;
}

/* Translate the library's code. */
static enum ica_status fail(int code, struct ica_error *err)
{
    ica_log(ICA_LOG_DEBUG, "png", "%s", spng_strerror(code));
    switch (code) {
    case SPNG_EMEM:
        return ica_error_nomem(err, "a PNG");
    case SPNG_IO_EOF:
    case SPNG_EOF:
    case SPNG_EIDAT_TOO_SHORT:
        return ica_error_set(err, ICA_ECORRUPT, "The PNG data ends early (truncated file).");
    case SPNG_ECHUNK_LIMITS:
        return ica_error_set(err, ICA_ETOOLARGE,
                             "The PNG holds more texts and profiles than the limit of %u bytes.",
                             MAX_CHUNK_BYTES);
    default:
        return ica_error_set(err, ICA_ECORRUPT, "The PNG data is damaged.");
    }
}

/* A context that reads `bytes`; NULL when memory is short. */
static spng_ctx *open_context(const uint8_t *bytes, size_t size)
{
    spng_ctx *png = spng_ctx_new(0);
    if (png && (spng_set_chunk_limits(png, MAX_CHUNK_BYTES, MAX_METADATA_BYTES) ||
                spng_set_png_buffer(png, bytes, size))) {
        spng_ctx_free(png);
        png = NULL;
    }
    return png;
}

static uint32_t read_be32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Look through the chunks for EXIF, which may stand before or after the pixels. */
static void read_exif(const uint8_t *bytes, size_t size, struct ica_image_info *info)
{
    size_t offset = sizeof signature;
    while (size - offset >= CHUNK_OVERHEAD) {
        uint32_t length = read_be32(bytes + offset);
        const uint8_t *type = bytes + offset + 4;
        if (length > size - offset - CHUNK_OVERHEAD) {
            return;
        }
        if (memcmp(type, "eXIf", 4) == 0) {
            ica_exif_read(type + 4, length, info);
            return;
        }
        offset += length + CHUNK_OVERHEAD;
    }
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    struct spng_ihdr header;
    spng_ctx *png = open_context(bytes, size);
    if (!png) {
        return ica_error_nomem(err, "a PNG");
    }
    enum ica_status status = ICA_OK;
    int code = spng_get_ihdr(png, &header);
    if (code) {
        status = fail(code, err);
        goto out;
    }
    bool interlaced = header.interlace_method != SPNG_INTERLACE_NONE;
    *info = (struct ica_image_info){.format = ica_png_codec.name,
                                    .width = header.width,
                                    .height = header.height,
                                    .orientation = ICA_ORIENTATION_UPRIGHT};
    info->decode_bytes = (uint64_t)header.width * ROW_BYTES_PER_PIXEL + INFLATE_BYTES;
    if (interlaced) {
        info->decode_bytes += (uint64_t)header.width * header.height * RGBA_BYTES;
    }
    read_exif(bytes, size, info);
out:
    spng_ctx_free(png);
    return status;
}

static void put_row(struct ica_raster_sink *sink, const uint8_t *row, bool transparent)
{
    if (transparent) {
        ica_raster_sink_rgba_row(sink, row, false);
    } else {
        ica_raster_sink_row(sink, row);
    }
}

/* Rows as they come. */
static enum ica_status decode_rows(spng_ctx *png, size_t row_bytes, bool transparent,
                                   uint32_t height, struct ica_raster_sink *sink,
                                   struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    uint8_t *rgba_row = ica_array_new(transparent ? row_bytes : 0, 1);
    if (!rgba_row) {
        return ica_error_nomem(err, "a row of pixels");
    }
    int code = spng_decode_image(png, NULL, 0, transparent ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8,
                                 SPNG_DECODE_PROGRESSIVE | SPNG_DECODE_TRNS);
    for (uint32_t y = 0; y < height && !code; y++) {
        uint8_t *row = transparent ? rgba_row : ica_raster_sink_next(sink);
        code = spng_decode_row(png, row, row_bytes);
        /* The last row comes with SPNG_EOI. */
        if (!code || code == SPNG_EOI) {
            put_row(sink, row, transparent);
        }
    }
    if (code && code != SPNG_EOI) {
        status = fail(code, err);
    }
    free(rgba_row);
    return status;
}

/* All rows at once, for interlaced pictures. */
static enum ica_status decode_whole(spng_ctx *png, size_t row_bytes, bool transparent,
                                    uint32_t height, struct ica_raster_sink *sink,
                                    struct ica_error *err)
{
    uint8_t *image = ica_array_new(height, row_bytes);
    if (!image) {
        return ica_error_nomem(err, "an interlaced PNG");
    }
    enum ica_status status = ICA_OK;
    int code = spng_decode_image(png, image, row_bytes * height,
                                 transparent ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8, SPNG_DECODE_TRNS);
    if (code) {
        status = fail(code, err);
        goto out;
    }
    for (uint32_t y = 0; y < height; y++) {
        put_row(sink, image + y * row_bytes, transparent);
    }
out:
    free(image);
    return status;
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    struct spng_ihdr header;
    struct spng_iccp profile;
    struct spng_trns transparency;
    (void)info;
    spng_ctx *png = open_context(bytes, size);
    if (!png) {
        return ica_error_nomem(err, "a PNG");
    }
    enum ica_status status;
    int code = spng_get_ihdr(png, &header);
    if (code) {
        status = fail(code, err);
        goto out;
    }
    if (spng_get_iccp(png, &profile) == 0) {
        ica_raster_sink_profile(sink, (const uint8_t *)profile.profile, profile.profile_len);
    }
    bool transparent = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                       header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA ||
                       spng_get_trns(png, &transparency) == 0;
    size_t row_bytes = (size_t)header.width * (transparent ? RGBA_BYTES : ICA_PIXELS_RGB);
    status = ica_raster_sink_begin(sink, header.width, header.height, ICA_PIXELS_RGB, err);
    if (status) {
        goto out;
    }
    status = header.interlace_method == SPNG_INTERLACE_NONE
                 ? decode_rows(png, row_bytes, transparent, header.height, sink, err)
                 : decode_whole(png, row_bytes, transparent, header.height, sink, err);
    if (!status) {
        status = ica_raster_sink_end(sink, err);
    }
out:
    spng_ctx_free(png);
    return status;
}

const struct ica_codec ica_png_codec = {
    .name = "png", .sniff = sniff, .read_header = read_header, .decode = decode};
