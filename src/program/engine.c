/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of the use cases: every port with the adapter that serves it. */
#include "adapters/bmp/bmp_codec.h"
#include "adapters/description_memory/description_memory.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/jpeg/jpeg_encoder.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/png/png_codec.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"
#include "program/program.h"

static const struct ica_codec *const codecs[] = {
    &ica_jpeg_codec, &ica_png_codec,  &ica_webp_codec, &ica_heif_codec,
    &ica_gif_codec,  &ica_tiff_codec, &ica_bmp_codec,
};

size_t ica_program_n_threads(const struct ica_settings *settings)
{
    return settings->threads ? (size_t)settings->threads : ica_thread_executor_default_workers();
}

enum ica_status ica_program_open_decoder(struct program *program,
                                         const struct ica_settings *settings, struct ica_error *err)
{
    const struct ica_decode_limits limits = {
        .max_pixels = settings->max_pixels,
        .max_decode_bytes = ICA_DEFAULT_MAX_DECODE_BYTES,
    };
    enum ica_status status = ica_lcms_colour_open(&program->colour, err);
    if (!status) {
        status = ica_local_decoder_open(&program->decoder, codecs, sizeof codecs / sizeof *codecs,
                                        program->colour, &limits, err);
    }
    return status;
}

enum ica_status ica_program_open_engine(struct ica_program *self,
                                        const struct ica_settings *settings, struct ica_engine *out,
                                        struct ica_error *err)
{
    struct program *program = (struct program *)self;
    size_t n_threads = ica_program_n_threads(settings);
    size_t max_runs = settings->command == ICA_COMMAND_SERVE ? (size_t)settings->max_requests : 1;
    max_runs += *settings->library != 0; /* its updates are runs, too */
    enum ica_status status = ica_thread_executor_open(&program->executor, n_threads, max_runs, err);
    if (!status) {
        status = ica_program_open_decoder(program, settings, err);
    }
    if (!status) {
        status = ica_program_open_inference(program, err);
    }
    if (!status) {
        status = ica_program_open_describers(program, settings, n_threads, err);
    }
    if (!status && settings->command == ICA_COMMAND_SERVE) { /* one run has nothing to remember */
        status =
            ica_description_memory_open(&program->descriptions, ICA_DEFAULT_DESCRIPTIONS_KEPT, err);
    }
    if (!status) {
        status = ica_program_open_own_concepts(program, settings, err);
    }
    if (!status) {
        status = ica_program_open_model_set(program, settings, n_threads, err);
    }
    if (!status) {
        status = ica_program_open_zero_shot(program, settings, err);
    }
    if (!status) {
        status = ica_program_choose_model(program, settings, err);
    }
    if (!status) {
        *out = (struct ica_engine){
            .decoder = program->decoder,
            .embedder = program->embedder,
            .models = program->models,
            .executor = program->executor,
            .clock = &ica_system_clock,
            .encoder = &ica_jpeg_encoder,
            .describers = program->describers,
            .classifier = ica_program_find_classifier(program->models),
            .descriptions = program->descriptions,
            .own_concepts = program->own_concepts,
        };
    }
    return status;
}
