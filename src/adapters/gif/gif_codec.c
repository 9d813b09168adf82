/* SPDX-License-Identifier: Apache-2.0 */
/* GIF through giflib: the first frame at its place on a white canvas, row by row; only an
 * interlaced frame, whose rows come in another order, has to stand in memory (one byte a pixel). */
#include "adapters/gif/gif_codec.h"

#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "base/log.h"
#include "base/memory.h"

#define MAX_COLOURS 256
/* The library's own state, its tables and one row of indexes. */
#define STATE_BYTES (1u << 17)

/* The order of an interlaced frame's rows (GIF89a specification, appendix E). */
static const struct {
    int first;
    int step;
} passes[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

struct source {
    const uint8_t *bytes;
    size_t left;
};

struct palette {
    uint8_t rgb[MAX_COLOURS][ICA_PIXELS_RGB];
};

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= 6 && (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0);
}

static int read_bytes(GifFileType *gif, GifByteType *to, int size)
{
    struct source *source = gif->UserData;
    size_t count = size < 0 ? 0 : (size_t)size < source->left ? (size_t)size : source->left;
    if (count) {
        memcpy(to, source->bytes, count);
    }
    source->bytes += count;
    source->left -= count;
    return (int)count;
}

static enum ica_status fail(int code, struct ica_error *err)
{
    const char *text = GifErrorString(code);
    ica_log(ICA_LOG_DEBUG, "gif", "%s", text ? text : "unknown error");
    switch (code) {
    case D_GIF_ERR_NOT_ENOUGH_MEM:
        return ica_error_nomem(err, "a GIF");
    case D_GIF_ERR_READ_FAILED:
    case D_GIF_ERR_EOF_TOO_SOON:
        return ica_error_set(err, ICA_ECORRUPT, "The GIF data ends early (truncated file).");
    default:
        return ica_error_set(err, ICA_ECORRUPT, "The GIF data is damaged.");
    }
}

/* Open and read the canvas' size and palette. NULL and `*status` set on failure. */
static GifFileType *open_file(struct source *source, enum ica_status *status, struct ica_error *err)
{
    int code = D_GIF_SUCCEEDED;
    GifFileType *gif = DGifOpen(source, read_bytes, &code);
    *status = gif ? ICA_OK : fail(code, err);
    return gif;
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    enum ica_status status;
    struct source source = {bytes, size};
    GifFileType *gif = open_file(&source, &status, err);
    if (!gif) {
        return status;
    }
    if (gif->SWidth <= 0 || gif->SHeight <= 0) {
        status = ica_error_set(err, ICA_ECORRUPT, "The GIF has an empty canvas.");
        goto out;
    }
    *info = (struct ica_image_info){.format = ica_gif_codec.name,
                                    .width = (uint32_t)gif->SWidth,
                                    .height = (uint32_t)gif->SHeight,
                                    .orientation = ICA_ORIENTATION_UPRIGHT};
    info->decode_bytes = (uint64_t)info->width * info->height + STATE_BYTES;
out:
    (void)DGifCloseFile(gif, NULL);
    return status;
}

/* Skip one extension, remembering the transparent index if it has one. */
static bool read_extension(GifFileType *gif, int *transparent)
{
    int kind;
    GifByteType *data;
    if (DGifGetExtension(gif, &kind, &data) == GIF_ERROR) {
        return false;
    }
    GraphicsControlBlock control;
    if (kind == GRAPHICS_EXT_FUNC_CODE && data &&
        DGifExtensionToGCB(data[0], data + 1, &control) == GIF_OK) {
        *transparent = control.TransparentColor;
    }
    while (data) {
        if (DGifGetExtensionNext(gif, &data) == GIF_ERROR) {
            return false;
        }
    }
    return true;
}

/* Go to the first frame and read its description and palette. */
static enum ica_status find_frame(GifFileType *gif, struct palette *palette, struct ica_error *err)
{
    int transparent = NO_TRANSPARENT_COLOR;
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    while (record != IMAGE_DESC_RECORD_TYPE) {
        if (DGifGetRecordType(gif, &record) == GIF_ERROR ||
            (record == EXTENSION_RECORD_TYPE && !read_extension(gif, &transparent)) ||
            (record == IMAGE_DESC_RECORD_TYPE && DGifGetImageDesc(gif) == GIF_ERROR)) {
            return fail(gif->Error, err);
        }
        if (record == TERMINATE_RECORD_TYPE) {
            return ica_error_set(err, ICA_ECORRUPT, "The GIF holds no picture.");
        }
    }
    const ColorMapObject *map = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
    if (!map) {
        return fail(D_GIF_ERR_NO_COLOR_MAP, err);
    }
    memset(palette, 0xff, sizeof *palette);
    for (int i = 0; i < map->ColorCount && i < MAX_COLOURS; i++) {
        if (i != transparent) {
            palette->rgb[i][0] = map->Colors[i].Red;
            palette->rgb[i][1] = map->Colors[i].Green;
            palette->rgb[i][2] = map->Colors[i].Blue;
        }
    }
    return ICA_OK;
}

/* All rows of an interlaced frame, in their places. */
static bool read_interlaced(GifFileType *gif, uint8_t *indexes)
{
    const GifImageDesc *frame = &gif->Image;
    for (size_t pass = 0; pass < sizeof passes / sizeof *passes; pass++) {
        for (int y = passes[pass].first; y < frame->Height; y += passes[pass].step) {
            if (DGifGetLine(gif, indexes + (size_t)y * (size_t)frame->Width, frame->Width) ==
                GIF_ERROR) {
                return false;
            }
        }
    }
    return true;
}

/* Lay one row of the frame on a white row of the canvas. */
static void paint_row(const GifImageDesc *frame, const uint8_t *indexes,
                      const struct palette *palette, uint32_t canvas_width, uint8_t *row)
{
    memset(row, 0xff, (size_t)canvas_width * ICA_PIXELS_RGB);
    for (int x = 0; x < frame->Width && frame->Left + x < (int)canvas_width; x++) {
        memcpy(row + (size_t)(frame->Left + x) * ICA_PIXELS_RGB, palette->rgb[indexes[x]],
               ICA_PIXELS_RGB);
    }
}

static enum ica_status decode_frame(GifFileType *gif, const struct palette *palette,
                                    const struct ica_image_info *info, struct ica_raster_sink *sink,
                                    struct ica_error *err)
{
    const GifImageDesc *frame = &gif->Image;
    uint64_t canvas_pixels = (uint64_t)info->width * info->height;
    if (frame->Width <= 0 || frame->Height <= 0 ||
        (frame->Interlace && (uint64_t)frame->Width * (uint64_t)frame->Height > canvas_pixels)) {
        return ica_error_set(err, ICA_ECORRUPT, "The GIF's first frame does not fit its canvas.");
    }
    enum ica_status status = ICA_OK;
    size_t stride = frame->Interlace ? (size_t)frame->Width : 0;
    uint8_t *indexes =
        ica_array_new(frame->Interlace ? (size_t)frame->Height : 1, (size_t)frame->Width);
    if (!indexes) {
        return ica_error_nomem(err, "a GIF");
    }
    if ((status = ica_raster_sink_begin(sink, info->width, info->height, ICA_PIXELS_RGB, err))) {
        goto out;
    }
    if (frame->Interlace && !read_interlaced(gif, indexes)) {
        status = fail(gif->Error, err);
        goto out;
    }
    for (int y = 0; y < (int)info->height; y++) {
        int frame_y = y - frame->Top;
        uint8_t *row = ica_raster_sink_next(sink);
        if (frame_y < 0 || frame_y >= frame->Height) {
            memset(row, 0xff, (size_t)info->width * ICA_PIXELS_RGB);
        } else if (!frame->Interlace && DGifGetLine(gif, indexes, frame->Width) == GIF_ERROR) {
            status = fail(gif->Error, err);
            goto out;
        } else {
            paint_row(frame, indexes + (size_t)frame_y * stride, palette, info->width, row);
        }
        ica_raster_sink_row(sink, row);
    }
    status = ica_raster_sink_end(sink, err);
out:
    free(indexes);
    return status;
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    enum ica_status status;
    struct palette palette;
    struct source source = {bytes, size};
    GifFileType *gif = open_file(&source, &status, err);
    if (!gif) {
        return status;
    }
    if (!(status = find_frame(gif, &palette, err))) {
        status = decode_frame(gif, &palette, info, sink, err);
    }
    (void)DGifCloseFile(gif, NULL);
    return status;
}

const struct ica_codec ica_gif_codec = {
    .name = "gif", .sniff = sniff, .read_header = read_header, .decode = decode};
