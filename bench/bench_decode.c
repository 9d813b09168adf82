/* SPDX-License-Identifier: Apache-2.0 */
/* How long decoding takes, per image and stage, on one core.
 *
 *     bench_decode [-n ROUNDS] [-s SHORT_SIDE] [-c CROP] [-t THUMBNAIL] FILE...
 *
 * For each file the least of ROUNDS times in milliseconds: reading the header, decoding into the
 * shrinking sink, resizing to the crop, and the whole decoder with its thumbnail; last the means.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "adapters/bmp/bmp_codec.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/png/png_codec.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"
#include "base/text.h"

#define MAX_FILE_BYTES (1l << 30)
#define DETAIL         2 /* as in local_decoder.c */

enum stage { HEADER, PIXELS, RESIZE, ALL, N_STAGES };

struct settings {
    uint64_t rounds;
    uint64_t short_side;
    uint64_t crop;
    uint64_t thumbnail;
};

static const struct ica_codec *const codecs[] = {
    &ica_jpeg_codec, &ica_png_codec, &ica_webp_codec, &ica_gif_codec,
    &ica_tiff_codec, &ica_bmp_codec, &ica_heif_codec,
};
#define N_CODECS (sizeof codecs / sizeof *codecs)

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The file's bytes, owned by the caller; NULL with a message if it cannot be read. */
static uint8_t *read_file(const char *path, size_t *size)
{
    uint8_t *bytes = NULL;
    long length = -1;
    FILE *file = fopen(path, "rb");
    if (file && fseek(file, 0, SEEK_END) == 0) {
        length = ftell(file);
        rewind(file);
    }
    if (length > 0 && length <= MAX_FILE_BYTES) {
        bytes = malloc((size_t)length);
    }
    if (bytes && fread(bytes, 1, (size_t)length, file) != (size_t)length) {
        free(bytes);
        bytes = NULL;
    }
    if (file) {
        (void)fclose(file);
    }
    if (!bytes) {
        (void)fprintf(stderr, "%s cannot be read\n", path);
    }
    *size = bytes ? (size_t)length : 0;
    return bytes;
}

static void keep_least(double *least, double begin_ms)
{
    double ms = now_ms() - begin_ms;
    *least = *least == 0 || ms < *least ? ms : *least;
}

/* One round of all stages; false with a message in `err` if one fails. */
static bool measure(struct ica_decoder *decoder, const struct ica_codec *codec,
                    const struct ica_decode_request *request, double least_ms[N_STAGES],
                    struct ica_image_info *info, struct ica_error *err)
{
    struct ica_raster_sink sink;
    struct ica_pixels model = {0};
    struct ica_decoded decoded = {0};
    ica_raster_sink_init(&sink, request->crop.short_side * DETAIL);
    double begin_ms = now_ms();
    enum ica_status status = codec->read_header(request->bytes, request->size_bytes, info, err);
    keep_least(&least_ms[HEADER], begin_ms);
    if (!status) {
        begin_ms = now_ms();
        status = codec->decode(request->bytes, request->size_bytes, info, &sink, err);
        keep_least(&least_ms[PIXELS], begin_ms);
    }
    if (!status) {
        begin_ms = now_ms();
        status = ica_resize_crop(&sink.raster, 1, request->crop, &model, err);
        keep_least(&least_ms[RESIZE], begin_ms);
    }
    if (!status) {
        begin_ms = now_ms();
        status = ica_decoder_decode(decoder, request, &decoded, err);
        keep_least(&least_ms[ALL], begin_ms);
    }
    ica_decoded_clear(&decoded);
    ica_pixels_clear(&model);
    ica_raster_sink_clear(&sink);
    return !status;
}

/* Measure one file, print its line and add its times to `sums_ms`. */
static bool bench_file(struct ica_decoder *decoder, const struct settings *settings,
                       const char *path, double sums_ms[N_STAGES])
{
    struct ica_decode_request request = {
        .crop = {.short_side = (uint32_t)settings->short_side, .size = (uint32_t)settings->crop},
        .thumbnail_side = (uint32_t)settings->thumbnail,
    };
    struct ica_image_info info = {0};
    struct ica_error err = {0};
    double least_ms[N_STAGES] = {0};
    const struct ica_codec *codec = NULL;
    uint8_t *bytes = read_file(path, &request.size_bytes);
    request.bytes = bytes;
    for (size_t i = 0; i < N_CODECS && bytes && !codec; i++) {
        codec = codecs[i]->sniff(bytes, request.size_bytes) ? codecs[i] : NULL;
    }
    bool good = codec != NULL;
    for (uint64_t round = 0; round < settings->rounds && good; round++) {
        good = measure(decoder, codec, &request, least_ms, &info, &err);
    }
    free(bytes);
    if (!good) {
        (void)fprintf(stderr, "%s: %s\n", path, codec ? err.text : "not an image");
        return false;
    }
    (void)printf("%8.2f %8.2f %8.2f %8.2f  %s %ux%u %s\n", least_ms[HEADER], least_ms[PIXELS],
                 least_ms[RESIZE], least_ms[ALL], info.format, info.width, info.height, path);
    for (size_t stage = 0; stage < N_STAGES; stage++) {
        sums_ms[stage] += least_ms[stage];
    }
    return true;
}

static bool parse_settings(int argc, char **argv, struct settings *settings)
{
    int option;
    bool good = true;
    while ((option = getopt(argc, argv, "n:s:c:t:")) != -1) {
        switch (option) {
        case 'n':
            good &= ica_text_parse_uint(optarg, 1, 1000000, &settings->rounds);
            break;
        case 's':
            good &= ica_text_parse_uint(optarg, 1, ICA_MAX_CROP_SIDE, &settings->short_side);
            break;
        case 'c':
            good &= ica_text_parse_uint(optarg, 1, ICA_MAX_CROP_SIDE, &settings->crop);
            break;
        case 't':
            good &= ica_text_parse_uint(optarg, 0, ICA_MAX_THUMBNAIL_SIDE, &settings->thumbnail);
            break;
        default:
            good = false;
        }
    }
    return good && optind < argc;
}

int main(int argc, char **argv)
{
    struct settings settings = {.rounds = 10, .short_side = 297, .crop = 260, .thumbnail = 320};
    if (!parse_settings(argc, argv, &settings)) {
        (void)fprintf(stderr,
                      "usage: %s [-n ROUNDS] [-s SHORT_SIDE] [-c CROP] [-t THUMBNAIL] "
                      "FILE...\n",
                      argv[0]);
        return EXIT_FAILURE;
    }
    const struct ica_decode_limits limits = {.max_pixels = ICA_DEFAULT_MAX_PIXELS,
                                             .max_decode_bytes = ICA_DEFAULT_MAX_DECODE_BYTES};
    struct ica_error err = {0};
    struct ica_colour *colour = NULL;
    struct ica_decoder *decoder = NULL;
    int result = EXIT_FAILURE;
    if (ica_lcms_colour_open(&colour, &err) ||
        ica_local_decoder_open(&decoder, codecs, N_CODECS, colour, &limits, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        goto out;
    }
    double sums_ms[N_STAGES] = {0};
    int n_read = 0;
    (void)printf("  header   pixels   resize      all  (ms)\n");
    for (int i = optind; i < argc; i++) {
        n_read += bench_file(decoder, &settings, argv[i], sums_ms);
    }
    if (n_read > 0) {
        (void)printf("%8.2f %8.2f %8.2f %8.2f  mean of %d images\n", sums_ms[HEADER] / n_read,
                     sums_ms[PIXELS] / n_read, sums_ms[RESIZE] / n_read, sums_ms[ALL] / n_read,
                     n_read);
        result = EXIT_SUCCESS;
    }
out:
    ica_decoder_destroy(decoder);
    ica_colour_destroy(colour);
    return result;
}
