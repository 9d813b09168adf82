/* SPDX-License-Identifier: Apache-2.0 */
/* WebP through libwebp. A still picture is treated as an animation of one frame: the demuxer finds
 * the canvas, the first frame and the metadata; the frame is decoded, scaled down on the way by the
 * library, and laid on a white canvas. */
#include "adapters/webp/webp_codec.h"

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "base/memory.h"
#include "domain/image/exif.h"

#define RGBA_BYTES 4
/* A lossless picture stands in memory as a whole, beside the result that we ask for. */
#define DECODE_BYTES_PER_PIXEL 8u

static const char damaged[] = "The WebP data is damaged.";
static const char ends_early[] = "The WebP data ends early (truncated file).";

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0;
}

/* The file's parts and its first frame. Both must be released with `close_file`. */
struct file {
    WebPDemuxer *demuxer;
    WebPIterator frame;
    uint32_t width; /* of the canvas */
    uint32_t height;
};

static void close_file(struct file *file)
{
    WebPDemuxReleaseIterator(&file->frame);
    WebPDemuxDelete(file->demuxer);
}

static enum ica_status open_file(const uint8_t *bytes, size_t size, struct file *file,
                                 struct ica_error *err)
{
    WebPData data = {.bytes = bytes, .size = size};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    *file = (struct file){.demuxer = WebPDemuxPartial(&data, &state)};
    if (!file->demuxer || state == WEBP_DEMUX_PARSE_ERROR) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", damaged);
    }
    const WebPIterator *frame = &file->frame;
    if (state == WEBP_DEMUX_PARSING_HEADER || !WebPDemuxGetFrame(file->demuxer, 1, &file->frame) ||
        !frame->complete) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    }
    file->width = WebPDemuxGetI(file->demuxer, WEBP_FF_CANVAS_WIDTH);
    file->height = WebPDemuxGetI(file->demuxer, WEBP_FF_CANVAS_HEIGHT);
    if (frame->width <= 0 || frame->height <= 0 || frame->x_offset < 0 || frame->y_offset < 0 ||
        (int64_t)frame->x_offset + frame->width > file->width ||
        (int64_t)frame->y_offset + frame->height > file->height) {
        return ica_error_set(err, ICA_ECORRUPT, "%s", damaged);
    }
    return ICA_OK;
}

/* The chunk `name`, or nothing; it lasts until `chunk` is released. */
static WebPData find_chunk(const struct file *file, const char name[4], WebPChunkIterator *chunk)
{
    WebPData none = {0};
    return WebPDemuxGetChunk(file->demuxer, name, 1, chunk) ? chunk->chunk : none;
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    struct file file;
    WebPChunkIterator chunk = {0};
    enum ica_status status = open_file(bytes, size, &file, err);
    if (status) {
        goto out;
    }
    *info = (struct ica_image_info){.format = ica_webp_codec.name,
                                    .width = file.width,
                                    .height = file.height,
                                    .orientation = ICA_ORIENTATION_UPRIGHT,
                                    .decode_bytes = (uint64_t)file.width * file.height *
                                                    DECODE_BYTES_PER_PIXEL};
    WebPData exif = find_chunk(&file, "EXIF", &chunk);
    if (exif.bytes) {
        ica_exif_read(exif.bytes, exif.size, info);
    }
    WebPDemuxReleaseChunkIterator(&chunk);
out:
    close_file(&file);
    return status;
}

static enum ica_status translate(VP8StatusCode code, struct ica_error *err)
{
    switch (code) {
    case VP8_STATUS_OK:
        return ICA_OK;
    case VP8_STATUS_OUT_OF_MEMORY:
        return ica_error_nomem(err, "a WebP");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return ica_error_set(err, ICA_EUNAVAILABLE, "This kind of WebP cannot be read here.");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return ica_error_set(err, ICA_ECORRUPT, "%s", ends_early);
    default:
        return ica_error_set(err, ICA_ECORRUPT, "%s", damaged);
    }
}

/* Decode the frame to its place on a transparent canvas of width x height, with colours that are
 * already multiplied with alpha. A frame that is the whole canvas is scaled to it. */
static enum ica_status decode_frame(const struct file *file, uint32_t width, uint32_t height,
                                    uint8_t *canvas, struct ica_error *err)
{
    const WebPIterator *frame = &file->frame;
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        return ica_error_set(err, ICA_EUNAVAILABLE, "The WebP library has another version.");
    }
    size_t stride = (size_t)width * RGBA_BYTES;
    size_t begin = (size_t)frame->y_offset * stride + (size_t)frame->x_offset * RGBA_BYTES;
    config.options.use_scaling = width < file->width || height < file->height;
    config.options.scaled_width = (int)width;
    config.options.scaled_height = (int)height;
    config.output.colorspace = MODE_rgbA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = canvas + begin;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = stride * height - begin;
    return translate(WebPDecode(frame->fragment.bytes, frame->fragment.size, &config), err);
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    struct file file;
    WebPChunkIterator chunk = {0};
    uint8_t *canvas = NULL;
    (void)info;
    enum ica_status status = open_file(bytes, size, &file, err);
    if (status) {
        goto out;
    }
    WebPData profile = find_chunk(&file, "ICCP", &chunk);
    ica_raster_sink_profile(sink, profile.bytes, profile.size);
    WebPDemuxReleaseChunkIterator(&chunk);

    bool whole =
        (uint32_t)file.frame.width == file.width && (uint32_t)file.frame.height == file.height;
    uint32_t factor =
        whole ? ica_shrink_factor(file.width, file.height, sink->wanted_short_side) : 1;
    uint32_t width = (file.width + factor - 1) / factor;
    uint32_t height = (file.height + factor - 1) / factor;
    size_t row_bytes = (size_t)width * RGBA_BYTES;
    canvas = ica_array_new(height, row_bytes);
    if (!canvas) {
        status = ica_error_nomem(err, "a WebP");
        goto out;
    }
    if ((status = decode_frame(&file, width, height, canvas, err)) ||
        (status = ica_raster_sink_begin(sink, width, height, ICA_PIXELS_RGB, err))) {
        goto out;
    }
    for (uint32_t y = 0; y < height; y++) {
        ica_raster_sink_rgba_row(sink, canvas + y * row_bytes, true);
    }
    status = ica_raster_sink_end(sink, err);
out:
    free(canvas);
    close_file(&file);
    return status;
}

const struct ica_codec ica_webp_codec = {
    .name = "webp", .sniff = sniff, .read_header = read_header, .decode = decode};
