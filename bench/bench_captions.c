/* SPDX-License-Identifier: Apache-2.0 */
/* Captions of photos, as the describer `blip` makes them.
 *
 *     bench_captions MODEL_DIR THREADS BEAMS FILE...
 *
 * MODEL_DIR is what tools/export_blip.py wrote. Prints the seconds for reading the model, the
 * seconds for the captions, decoding of the files included, and the seconds that all threads
 * together worked on these; then for each file the tokens of its caption. bench_captions.py
 * compares them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "adapters/blip/blip_captioner.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/openvino/openvino_inference.h"
#include "adapters/png/png_codec.h"
#include "adapters/webp/webp_codec.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

#define MAX_FILE_BYTES ((size_t)64 << 20)

static const struct ica_codec *const codecs[] = {&ica_jpeg_codec, &ica_png_codec, &ica_webp_codec};

static _Noreturn void die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "bench_captions: %s: %s\n", what, detail);
    exit(1);
}

static void check(enum ica_status status, const struct ica_error *err)
{
    if (status) {
        die(ica_status_text(status), err->text);
    }
}

static double now_s(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void decode(struct ica_decoder *decoder, const char *path, struct ica_crop crop,
                   struct ica_pixels *out)
{
    struct ica_error err = {0};
    struct ica_buffer content;
    struct ica_decoded decoded = {0};
    char block[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        die("cannot read", path);
    }
    ica_buffer_init(&content, MAX_FILE_BYTES);
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) {
        check(ica_buffer_append(&content, block, n, &err), &err);
    }
    (void)fclose(file);
    const struct ica_decode_request request = {
        .bytes = content.data, .size_bytes = content.size, .crop = crop};
    check(ica_decoder_decode(decoder, &request, &decoded, &err), &err);
    *out = decoded.model;
    decoded.model = (struct ica_pixels){0};
    ica_decoded_clear(&decoded);
    ica_buffer_clear(&content);
}

struct job {
    struct ica_decoder *decoder;
    struct ica_captioner *captioner;
    size_t n_beams;
    char **paths;
    size_t n;
    struct ica_caption *captions;
};

/* All files, batch by batch; how long it took. */
static double caption_all(const struct job *job)
{
    struct ica_error err = {0};
    double start_s = now_s(CLOCK_MONOTONIC);
    for (size_t begin = 0, n; begin < job->n; begin += n) {
        struct ica_pixels pictures[ICA_MAX_BLIP_PICTURES] = {{0}};
        n = ica_size_min(job->n - begin, job->captioner->max_pictures);
        for (size_t i = 0; i < n; i++) {
            decode(job->decoder, job->paths[begin + i], job->captioner->crop, &pictures[i]);
        }
        check(ica_captioner_caption(job->captioner, n, pictures, job->n_beams, NULL,
                                    job->captions + begin, &err),
              &err);
        for (size_t i = 0; i < n; i++) {
            ica_pixels_clear(&pictures[i]);
        }
    }
    return now_s(CLOCK_MONOTONIC) - start_s;
}

/* A caption of the first file, which reads the model if that is not done yet. */
static double caption_first(struct job job)
{
    job.n = 1;
    return caption_all(&job);
}

static size_t number(const char *text, size_t most)
{
    uint64_t value;
    if (!ica_text_parse_uint(text, 1, most, &value)) {
        die("no number that fits", text);
    }
    return (size_t)value;
}

int main(int argc, char *argv[])
{
    struct ica_error err = {0};
    if (argc < 5) {
        die("usage", "bench_captions MODEL_DIR THREADS BEAMS FILE...");
    }
    struct ica_inference *engine = NULL;
    check(ica_openvino_inference_open(&engine, &err), &err);
    const struct ica_blip_config config = {
        .engine = engine,
        .folder = argv[1],
        .device = "cpu",
        .n_threads = number(argv[2], 1024),
        .max_pictures = ICA_DEFAULT_BLIP_PICTURES,
    };
    const struct ica_decode_limits limits = {.max_pixels = (uint64_t)1 << 28,
                                             .max_decode_bytes = (uint64_t)1 << 30};
    struct job job = {
        .n_beams = number(argv[3], ICA_MAX_BEAMS), .paths = argv + 4, .n = (size_t)argc - 4};
    struct ica_colour *colour = NULL;
    job.captions = ica_array_new(job.n, sizeof *job.captions);
    if (!job.captions) {
        die("memory", "too many files");
    }
    check(ica_lcms_colour_open(&colour, &err), &err);
    check(ica_local_decoder_open(&job.decoder, codecs, sizeof codecs / sizeof *codecs, colour,
                                 &limits, &err),
          &err);
    check(ica_blip_captioner_open(&job.captioner, &config, &err), &err);
    double first_s = caption_first(job);
    double read_s = first_s - caption_first(job);
    double worked_s = now_s(CLOCK_PROCESS_CPUTIME_ID);
    double took_s = caption_all(&job);
    worked_s = now_s(CLOCK_PROCESS_CPUTIME_ID) - worked_s;
    (void)printf("%.3f %.3f %.3f\n", read_s, took_s, worked_s);
    for (size_t i = 0; i < job.n; i++) {
        for (size_t t = 0; t < job.captions[i].tokens.n; t++) {
            (void)printf("%s%u", t > 0 ? " " : "", job.captions[i].tokens.ids[t]);
        }
        (void)printf("\n");
    }
    ica_captioner_destroy(job.captioner);
    ica_inference_destroy(engine);
    ica_decoder_destroy(job.decoder);
    ica_colour_destroy(colour);
    free(job.captions);
    return 0;
}
