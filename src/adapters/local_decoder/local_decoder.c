/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder composed of codecs and a colour converter. Nothing of a picture is decoded before its
 * header passed all limits. Work is ordered by size: the codec shrinks while it reads unless the
 * pixels are to be exact, the resize leaves two small pictures, and only those are converted to
 * sRGB and turned. */
#include "adapters/local_decoder/local_decoder.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/image/orientation.h"
#include "domain/image/raster_sink.h"
#include "domain/image/resize.h"

/* How much larger than the model's picture the shrunk one is kept, so that the final, better filter
 * decides what is seen. Mean cosine of the embedding to that of an unshrunk decoding, on photos
 * that a JPEG's DCT shrinks: 0.980 to 0.996 with 1, 0.994 to 0.998 with 2. */
#define DETAIL 2
#define WHOLE  UINT32_MAX /* a shorter side that no picture has: nothing is shrunk */

#define FAST_TAKES_LESS " With fast instead of exact pixels it may take less."

struct local_decoder {
    struct ica_decoder base;
    const struct ica_codec *const *codecs;
    size_t n_codecs;
    struct ica_colour *colour;
    struct ica_decode_limits limits;
};

static const struct ica_codec *find_codec(const struct local_decoder *decoder,
                                          const struct ica_decode_request *request)
{
    for (size_t i = 0; i < decoder->n_codecs; i++) {
        if (decoder->codecs[i]->sniff(request->bytes, request->size_bytes)) {
            return decoder->codecs[i];
        }
    }
    return NULL;
}

/* `side` of the longer side, as a length of the shorter one, rounded up. */
static uint64_t shorter_of(uint64_t side, const struct ica_image_info *info)
{
    uint32_t shorter = info->width < info->height ? info->width : info->height;
    uint32_t longer = info->width < info->height ? info->height : info->width;
    return (side * shorter + longer - 1) / longer;
}

/* The shorter side that suffices for the model's picture, also where that is stretched: the longer
 * side has more then. And for a thumbnail of `thumbnail_side`. */
static uint32_t wanted_short_side(const struct ica_decode_request *request, uint32_t thumbnail_side,
                                  const struct ica_image_info *info)
{
    if (request->exact) {
        return WHOLE;
    }
    uint64_t model = (uint64_t)request->crop.short_side * DETAIL;
    if (request->crop.rule == ICA_RESIZE_PAD) {
        model = shorter_of(model, info);
    }
    uint64_t thumbnail = shorter_of(thumbnail_side, info);
    return (uint32_t)(thumbnail > model ? thumbnail : model);
}

static enum ica_status check_limits(const struct ica_decode_limits *limits,
                                    const struct ica_image_info *info, uint32_t wanted,
                                    struct ica_error *err)
{
    if (info->width > ICA_MAX_SIDE || info->height > ICA_MAX_SIDE) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "The image is %u x %u pixels; the limit is %u pixels a side.",
                             info->width, info->height, ICA_MAX_SIDE);
    }
    uint64_t pixels = (uint64_t)info->width * info->height;
    if (pixels > limits->max_pixels) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "The image is %u x %u pixels; the limit is %" PRIu64 " pixels.",
                             info->width, info->height, limits->max_pixels);
    }
    uint64_t factor = ica_shrink_factor(info->width, info->height, wanted);
    uint64_t raster = (info->width / factor + 1) * (info->height / factor + 1) * ICA_PIXELS_CMYK;
    if (info->decode_bytes > limits->max_decode_bytes ||
        raster > limits->max_decode_bytes - info->decode_bytes) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "Decoding the image would take %" PRIu64 " bytes of memory; the limit "
                             "is %" PRIu64 ".%s",
                             info->decode_bytes + raster, limits->max_decode_bytes,
                             wanted == WHOLE ? FAST_TAKES_LESS : "");
    }
    return ICA_OK;
}

/* One of the two results: colours first, then upright. */
static enum ica_status finish(struct local_decoder *decoder, const struct ica_raster_sink *sink,
                              unsigned orientation, struct ica_pixels *pixels,
                              struct ica_error *err)
{
    enum ica_status status =
        ica_colour_to_srgb(decoder->colour, pixels, sink->icc, sink->icc_bytes, err);
    return status ? status : ica_orientation_apply(pixels, orientation, err);
}

/* Padding comes last: it is sRGB, and its odd pixel belongs to a side of the upright picture. */
static enum ica_status make_model_picture(struct local_decoder *decoder,
                                          const struct ica_raster_sink *sink, struct ica_crop crop,
                                          struct ica_decoded *out, struct ica_error *err)
{
    unsigned orientation = out->info.orientation;
    enum ica_status status = ica_resize_crop(&sink->raster, orientation, crop, &out->model, err);
    if (!status) {
        status = finish(decoder, sink, orientation, &out->model, err);
    }
    if (!status && crop.rule == ICA_RESIZE_PAD) {
        status = ica_resize_pad(&out->model, crop, err);
    }
    return status;
}

static enum ica_status decode(struct ica_decoder *self, const struct ica_decode_request *request,
                              struct ica_decoded *out, struct ica_error *err)
{
    struct local_decoder *decoder = (struct local_decoder *)self;
    if (ica_crop_check(request->crop, NULL) || request->thumbnail_side > ICA_MAX_THUMBNAIL_SIDE) {
        return ica_error_set(err, ICA_EINVALID, "The wanted picture is empty or too large.");
    }
    if (request->size_bytes == 0) {
        return ica_error_set(err, ICA_EFORMAT, "The file is empty.");
    }
    const struct ica_codec *codec = find_codec(decoder, request);
    if (!codec) {
        return ica_error_set(err, ICA_EFORMAT, "The content is not an image of a known format.");
    }
    enum ica_status status =
        codec->read_header(request->bytes, request->size_bytes, &out->info, err);
    if (status) {
        return status;
    }
    uint32_t thumbnail_side =
        request->foreign_only && !out->info.foreign ? 0 : request->thumbnail_side;
    uint32_t wanted = wanted_short_side(request, thumbnail_side, &out->info);
    if ((status = check_limits(&decoder->limits, &out->info, wanted, err))) {
        return status;
    }
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, wanted);
    status = codec->decode(request->bytes, request->size_bytes, &out->info, &sink, err);
    if (!status) {
        status = make_model_picture(decoder, &sink, request->crop, out, err);
    }
    if (!status && thumbnail_side) {
        status = ica_resize_fit(&sink.raster, thumbnail_side, &out->thumbnail, err);
        if (!status) {
            status = finish(decoder, &sink, out->info.orientation, &out->thumbnail, err);
        }
    }
    ica_raster_sink_clear(&sink);
    return status;
}

static void destroy(struct ica_decoder *self)
{
    free(self);
}

static const struct ica_decoder_ops ops = {.decode = decode, .destroy = destroy};

enum ica_status ica_local_decoder_open(struct ica_decoder **out,
                                       const struct ica_codec *const codecs[], size_t n_codecs,
                                       struct ica_colour *colour,
                                       const struct ica_decode_limits *limits,
                                       struct ica_error *err)
{
    struct local_decoder *decoder = ica_array_new(1, sizeof *decoder);
    if (!decoder) {
        return ica_error_nomem(err, "the decoder");
    }
    decoder->base.ops = &ops;
    decoder->codecs = codecs;
    decoder->n_codecs = n_codecs;
    decoder->colour = colour;
    decoder->limits = *limits;
    *out = &decoder->base;
    return ICA_OK;
}
