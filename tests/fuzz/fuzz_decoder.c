/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the decoder with every codec. tests/data/images is a good first corpus. Checks that
 * a success gives whole pictures and a failure gives a reason and none. */
#include <stdint.h>
#include <stdlib.h>

#include "adapters/bmp/bmp_codec.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/png/png_codec.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"

#define CROP_SIDE      16
#define THUMBNAIL_SIDE 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Opened once and never closed: it lives as long as the fuzzer. Low limits keep it fast. */
static struct ica_decoder *shared_decoder(void)
{
    static const struct ica_codec *const codecs[] = {
        &ica_jpeg_codec, &ica_png_codec, &ica_webp_codec, &ica_gif_codec,
        &ica_tiff_codec, &ica_bmp_codec, &ica_heif_codec,
    };
    static struct ica_colour *colour;
    static struct ica_decoder *decoder;
    const struct ica_decode_limits limits = {.max_pixels = 1u << 20, .max_decode_bytes = 1u << 26};
    if (!decoder) {
        check(ica_lcms_colour_open(&colour, NULL) == ICA_OK);
        check(ica_local_decoder_open(&decoder, codecs, sizeof codecs / sizeof *codecs, colour,
                                     &limits, NULL) == ICA_OK);
    }
    return decoder;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ica_crop cut = {.short_side = CROP_SIDE + CROP_SIDE / 8, .size = CROP_SIDE};
    static const struct ica_crop padded = {
        .short_side = CROP_SIDE, .size = CROP_SIDE, .rule = ICA_RESIZE_PAD};
    struct ica_decoded decoded = {0};
    struct ica_error err = {0};
    const struct ica_decode_request request = {
        .bytes = data,
        .size_bytes = size,
        .crop = size % 2 ? cut : padded,
        .exact = size % 3 == 0,
        .thumbnail_side = THUMBNAIL_SIDE,
    };
    if (ica_decoder_decode(shared_decoder(), &request, &decoded, &err)) {
        check(err.text[0] != '\0');
    } else {
        check(decoded.model.width == CROP_SIDE && decoded.model.height == CROP_SIDE);
        check(decoded.model.layout == ICA_PIXELS_RGB && decoded.thumbnail.samples);
        check(decoded.info.orientation >= 1 && decoded.info.orientation <= 8);
    }
    ica_decoded_clear(&decoded);
    return 0;
}
