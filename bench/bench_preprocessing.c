/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures that a model sees, as raw RGB on the standard output.
 *
 *     bench_preprocessing RULE FILTER ROUNDING SHORT_SIDE SIZE fast|exact FILE...
 *
 * RULE is crop, stretch or pad (filled with 124, 116, 104), FILTER bicubic or bilinear, ROUNDING
 * nearest, down or all-down; stretch and pad want SHORT_SIDE to be SIZE. Last, on the standard
 * error, the mean milliseconds of processor time that decoding an image took. Used by
 * bench_preprocessing.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/png/png_codec.h"
#include "adapters/webp/webp_codec.h"
#include "base/buffer.h"
#include "base/choice.h"
#include "base/file_io.h"
#include "base/text.h"

#define MAX_FILE_BYTES ((size_t)1 << 30)

static const struct ica_codec *const codecs[] = {&ica_jpeg_codec, &ica_png_codec, &ica_webp_codec,
                                                 &ica_heif_codec};

static const struct ica_choice rules[] = {
    {"crop", ICA_RESIZE_CROP}, {"stretch", ICA_RESIZE_STRETCH}, {"pad", ICA_RESIZE_PAD}, {0}};
static const struct ica_choice filters[] = {
    {"bicubic", ICA_FILTER_BICUBIC}, {"bilinear", ICA_FILTER_BILINEAR}, {0}};
static const struct ica_choice roundings[] = {{"nearest", ICA_ROUND_NEAREST},
                                              {"down", ICA_ROUND_DOWN},
                                              {"all-down", ICA_ROUND_ALL_DOWN},
                                              {0}};
static const struct ica_choice modes[] = {{"fast", false}, {"exact", true}, {0}};

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool parse_request(char *const words[], struct ica_decode_request *request)
{
    int rule;
    int filter;
    int rounding;
    int exact;
    uint64_t short_side;
    uint64_t size;
    if (!ica_choice_find(rules, words[0], &rule) || !ica_choice_find(filters, words[1], &filter) ||
        !ica_choice_find(roundings, words[2], &rounding) ||
        !ica_text_parse_uint(words[3], 1, ICA_MAX_CROP_SIDE, &short_side) ||
        !ica_text_parse_uint(words[4], 1, ICA_MAX_CROP_SIDE, &size) ||
        !ica_choice_find(modes, words[5], &exact)) {
        return false;
    }
    request->exact = exact;
    request->crop = (struct ica_crop){
        .short_side = (uint32_t)short_side,
        .size = (uint32_t)size,
        .rule = (enum ica_resize_rule)rule,
        .filter = (enum ica_resize_filter)filter,
        .rounding = (enum ica_side_rounding)rounding,
        .padding = {124, 116, 104},
    };
    return true;
}

/* Decode a file and write its picture; adds the time that decoding took. */
static enum ica_status write_picture(struct ica_decoder *decoder,
                                     struct ica_decode_request *request, const char *path,
                                     double *ms, struct ica_error *err)
{
    struct ica_buffer file;
    struct ica_decoded decoded = {0};
    ica_buffer_init(&file, MAX_FILE_BYTES);
    enum ica_status status = ica_file_read(path, &file, err);
    if (!status) {
        request->bytes = file.data;
        request->size_bytes = file.size;
        double begin_ms = now_ms();
        status = ica_decoder_decode(decoder, request, &decoded, err);
        *ms += now_ms() - begin_ms;
    }
    if (!status) {
        size_t row_bytes = ica_pixels_row_bytes(&decoded.model);
        (void)fwrite(decoded.model.samples, row_bytes, decoded.model.height, stdout);
    }
    ica_decoded_clear(&decoded);
    ica_buffer_clear(&file);
    return status;
}

int main(int argc, char *argv[])
{
    struct ica_decode_request request = {0};
    if (argc < 8 || !parse_request(argv + 1, &request)) {
        (void)fprintf(stderr, "usage: %s RULE FILTER ROUNDING SHORT_SIDE SIZE fast|exact FILE...\n",
                      argv[0]);
        return EXIT_FAILURE;
    }
    const struct ica_decode_limits limits = {.max_pixels = ICA_DEFAULT_MAX_PIXELS,
                                             .max_decode_bytes = ICA_DEFAULT_MAX_DECODE_BYTES};
    struct ica_error err = {0};
    struct ica_colour *colour = NULL;
    struct ica_decoder *decoder = NULL;
    double ms = 0;
    enum ica_status status = ica_lcms_colour_open(&colour, &err);
    if (!status) {
        status = ica_local_decoder_open(&decoder, codecs, sizeof codecs / sizeof *codecs, colour,
                                        &limits, &err);
    }
    for (int i = 7; i < argc && !status; i++) {
        status = write_picture(decoder, &request, argv[i], &ms, &err);
        status = status ? ica_error_prefix(&err, status, "%s: ", argv[i]) : ICA_OK;
    }
    if (status) {
        (void)fprintf(stderr, "%s\n", err.text);
    } else {
        (void)fprintf(stderr, "%.3f\n", ms / (argc - 7));
    }
    ica_decoder_destroy(decoder);
    ica_colour_destroy(colour);
    return status || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
