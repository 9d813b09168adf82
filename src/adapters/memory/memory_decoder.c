/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder port without image files. */
#include "adapters/memory/memory_decoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE_BYTES 32

static enum ica_status fill(struct ica_pixels *pixels, uint32_t side, const unsigned colour[3],
                            struct ica_error *err)
{
    enum ica_status status = ica_pixels_init(pixels, side, side, ICA_PIXELS_RGB, err);
    if (!status) {
        size_t n = ica_pixels_row_bytes(pixels) * side;
        for (size_t i = 0; i < n; i++) {
            pixels->samples[i] = (uint8_t)colour[i % 3];
        }
    }
    return status;
}

static enum ica_status decode(struct ica_decoder *self, const struct ica_decode_request *request,
                              struct ica_decoded *out, struct ica_error *err)
{
    (void)self;
    char text[MAX_FILE_BYTES + 1] = "";
    unsigned colour[3];
    char rest;
    if (request->size_bytes == 0 || request->size_bytes > MAX_FILE_BYTES) {
        return ica_error_set(err, ICA_EFORMAT, "This is no image that the program knows.");
    }
    memcpy(text, request->bytes, request->size_bytes);
    if (strncmp(text, "rgb", 3) != 0) {
        return ica_error_set(err, ICA_EFORMAT, "This is no image that the program knows.");
    }
    if (sscanf(text, "rgb %3u %3u %3u%c", &colour[0], &colour[1], &colour[2], &rest) != 3 ||
        colour[0] > 255 || colour[1] > 255 || colour[2] > 255) {
        return ica_error_set(err, ICA_ECORRUPT, "The colour is damaged.");
    }
    out->info = (struct ica_image_info){
        .format = "rgb", .width = 1, .height = 1, .orientation = ICA_ORIENTATION_UPRIGHT};
    enum ica_status status = fill(&out->model, request->crop.size, colour, err);
    if (!status && request->thumbnail_side && !request->foreign_only) {
        status = fill(&out->thumbnail, 1, colour, err);
    }
    return status;
}

static void destroy(struct ica_decoder *self)
{
    free(self);
}

static const struct ica_decoder_ops memory_ops = {
    .decode = decode,
    .destroy = destroy,
};

enum ica_status ica_memory_decoder_open(struct ica_decoder **out, struct ica_error *err)
{
    *out = NULL;
    struct ica_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        return ica_error_nomem(err, "a decoder");
    }
    decoder->ops = &memory_ops;
    *out = decoder;
    return ICA_OK;
}
