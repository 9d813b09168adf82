/* SPDX-License-Identifier: Apache-2.0 */
/* The index of embedded images, what searches it, and what keeps a folder in it. */
#include "adapters/jpeg/jpeg_encoder.h"
#include "adapters/sqlite/sqlite_index.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "program/program.h"

static struct ica_describer *const no_describers[] = {NULL};

enum ica_status ica_program_open_index(struct ica_program *self,
                                       const struct ica_settings *settings,
                                       struct ica_image_index **out, struct ica_error *err)
{
    struct program *program = (struct program *)self;
    char path[ICA_MAX_PATH];
    enum ica_status status = ica_path_index(path, settings->index, err);
    if (!status) {
        status = ica_sqlite_index_open(&program->index, path, err);
    }
    *out = program->index;
    return status;
}

static enum ica_status find_text(struct program *program, struct ica_text_embedder **text,
                                 struct ica_error *err)
{
    const struct ica_model *model = &program->embedder->model;
    *text = ica_model_set_text(program->models, model);
    return *text ? ICA_OK
                 : ica_error_set(err, ICA_EINVALID,
                                 "Model %s reads no words: name one that does with --model, or "
                                 "look for an image with --image.",
                                 model->name);
}

enum ica_status ica_program_open_search(struct ica_program *self,
                                        const struct ica_settings *settings, const char *model,
                                        bool words, struct ica_search_engine *out,
                                        struct ica_error *err)
{
    struct program *program = (struct program *)self;
    struct ica_text_embedder *text = NULL;
    size_t n_threads = ica_program_n_threads(settings);
    enum ica_status status = ica_thread_executor_open(&program->executor, n_threads, 1, err);
    if (!status) {
        status = ica_program_open_decoder(program, settings, err);
    }
    if (!status) {
        status = ica_program_open_model_set(program, settings, n_threads, err);
    }
    if (!status) {
        status = ica_program_find_model(program, model, &program->embedder, err);
    }
    if (!status && words) {
        status = find_text(program, &text, err);
    }
    *out = (struct ica_search_engine){
        .engine =
            {
                .decoder = program->decoder,
                .embedder = program->embedder,
                .executor = program->executor,
                .clock = &ica_system_clock,
                .encoder = &ica_jpeg_encoder,
                .describers = no_describers,
            },
        .text = text,
    };
    return status;
}

enum ica_status ica_program_open_library(struct program *program,
                                         const struct ica_settings *settings,
                                         const struct ica_engine *engine, struct ica_error *err)
{
    struct ica_image_index *index = NULL;
    if (!*settings->library) {
        return ICA_OK;
    }
    enum ica_status status =
        ica_walked_folder_open(&program->library_folder, settings->library, true,
                               (size_t)settings->max_file_size_bytes, err);
    if (status) {
        return ica_error_prefix(err, status, "--library: ");
    }
    status = ica_program_open_index(&program->base, settings, &index, err);
    const struct ica_library_config config = {
        .index = index,
        .folder = &program->library_folder.base,
        .engine = engine,
        .interval_s = (unsigned)settings->library_interval_s,
    };
    return status ? status : ica_library_open(&program->library, &config, err);
}
