/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever can say what a group shows. */
#include <string.h>

#include "adapters/blip/blip_captioner.h"
#include "adapters/concept_file/concept_file.h"
#include "adapters/concepts/class_names.h"
#include "adapters/concepts/concepts_describer.h"
#include "adapters/jpeg/jpeg_encoder.h"
#include "adapters/openai/openai_describer.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/vector_files/vector_files.h"
#include "application/describing/caption_describer.h"
#include "application/describing/zero_shot_describer.h"
#include "base/file_io.h"
#include "base/log.h"
#include "cli/openai_texts.h"
#include "program/program.h"

#define BLIP                 "blip" /* the describer, and the folder of its model among the weights */
#define OPENAI_FIRST_WAIT_MS 500
#define MAX_PHRASE_FILE      ((size_t)4 << 20)

static enum ica_status open_openai(struct ica_describer **out, const struct ica_settings *settings,
                                   struct ica_error *err)
{
    struct ica_openai_texts texts;
    enum ica_status status = ica_openai_texts_read(settings, &texts, err);
    if (!status) {
        const struct ica_openai_config config = {
            .url = settings->openai_url,
            .model = settings->openai_model,
            .key = ica_buffer_text(&texts.key),
            .prompt = ica_buffer_text(&texts.prompt),
            .encoder = &ica_jpeg_encoder,
            .clock = &ica_system_clock,
            .n_images = (size_t)settings->openai_images,
            .image_side = (uint32_t)settings->openai_image_side,
            .n_parallel = (size_t)settings->openai_parallel,
            .timeout_ms = (uint32_t)(settings->openai_timeout_s * 1000),
            .n_retries = (size_t)settings->openai_retries,
            .first_wait_ms = OPENAI_FIRST_WAIT_MS,
            .budget = (size_t)settings->openai_budget,
        };
        status = ica_openai_describer_open(out, &config, err);
        status = status ? ica_error_prefix(err, status, "--openai-url: ") : ICA_OK;
    }
    ica_openai_texts_clear(&texts);
    return status;
}

/* Where the next describer is to be put. */
static struct ica_describer **next_describer(struct program *program)
{
    struct ica_describer **place = program->describers;
    while (*place) {
        place++;
    }
    return place;
}

static enum ica_status open_blip_model(struct program *program, const char *folder,
                                       const char *device, size_t n_threads, struct ica_error *err)
{
    const struct ica_blip_config config = {
        .engine = program->inference,
        .folder = folder,
        .device = device,
        .n_threads = n_threads,
        .max_pictures = ICA_DEFAULT_BLIP_PICTURES,
    };
    const struct ica_caption_describer_options options = ica_caption_describer_options_default();
    if (!ica_blip_is_installed(folder)) {
        return ica_error_set(err, ICA_ENOTFOUND,
                             "The model of the describer \"" BLIP
                             "\" is not installed here: make it "
                             "with tools/export_blip.py --weights "
                             "Salesforce/blip-image-captioning-base %.200s",
                             folder);
    }
    enum ica_status status = ica_blip_captioner_open(&program->captioner, &config, err);
    return status ? status
                  : ica_caption_describer_open(next_describer(program), program->captioner,
                                               &options, err);
}

/* The captioner's folder: in the store if it is there, else beside the program. */
static enum ica_status find_blip(char folder[ICA_MAX_PATH], const struct ica_settings *settings,
                                 struct ica_error *err)
{
    char store[ICA_MAX_PATH];
    char weights[ICA_MAX_PATH];
    if (ica_path_model_store(store, settings->models_dir, NULL) == ICA_OK &&
        ica_path_join(folder, store, BLIP, NULL) == ICA_OK && ica_blip_is_installed(folder)) {
        return ICA_OK;
    }
    enum ica_status status = ica_program_find_weights(weights, settings, err);
    return status ? status : ica_path_join(folder, weights, BLIP, err);
}

/* The captioner is there where its model is installed. That it is not, or is damaged, hinders only
 * those who want it. */
static enum ica_status open_blip(struct program *program, const struct ica_settings *settings,
                                 size_t n_threads, struct ica_error *err)
{
    char folder[ICA_MAX_PATH];
    struct ica_error failure = {0};
    enum ica_status status = find_blip(folder, settings, err);
    if (status) {
        return status;
    }
    failure.status = open_blip_model(program, folder, settings->device, n_threads, &failure);
    if (failure.status && strcmp(settings->describer, BLIP) == 0) {
        return ica_error_set(err, failure.status, "%s", failure.text);
    }
    if (failure.status && ica_blip_is_installed(folder)) {
        ica_log(ICA_LOG_WARNING, BLIP, "%s", failure.text);
    }
    return ICA_OK;
}

/* The tables of concepts, among the program's data. */
static enum ica_status find_concepts(char concepts[ICA_MAX_PATH],
                                     const struct ica_settings *settings, struct ica_error *err)
{
    char data_dir[ICA_MAX_PATH];
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    return status ? status : ica_path_join(concepts, data_dir, "concepts", err);
}

/* Concepts come first: they need no pictures. */
enum ica_status ica_program_open_describers(struct program *program,
                                            const struct ica_settings *settings, size_t n_threads,
                                            struct ica_error *err)
{
    char concepts[ICA_MAX_PATH];
    enum ica_status status = find_concepts(concepts, settings, err);
    if (!status) {
        status = ica_concepts_describer_open(&program->describers[0], concepts, err);
    }
    if (!status) {
        status = open_blip(program, settings, n_threads, err);
    }
    if (!status && *settings->openai_url) {
        status = open_openai(next_describer(program), settings, err);
    }
    return status;
}

static enum ica_status read_phrases(const char *path, struct ica_phrases *phrases,
                                    struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_PHRASE_FILE);
    enum ica_status status = ica_file_read(path, &text, err);
    if (!status) {
        status = ica_phrases_parse(phrases, ica_buffer_text(&text), text.size, err);
    }
    ica_buffer_clear(&text);
    return status ? ica_error_prefix(err, status, "--phrases %s: ", path) : ICA_OK;
}

static bool has_text_tower(struct ica_model_set *models)
{
    const struct ica_embedder *model;
    bool found = false;
    for (size_t i = 0; (model = ica_model_set_at(models, i)); i++) {
        found |= *model->model.text.input != 0;
    }
    return found;
}

/* Where a model reads words there is a describer that uses them. */
enum ica_status ica_program_open_zero_shot(struct program *program,
                                           const struct ica_settings *settings,
                                           struct ica_error *err)
{
    char concepts[ICA_MAX_PATH];
    enum ica_status status = ICA_OK;
    if (*settings->phrases) {
        status = read_phrases(settings->phrases, &program->phrases, err);
    }
    if (status || !has_text_tower(program->models)) {
        return status || !*settings->phrases
                   ? status
                   : ica_error_set(
                         err, ICA_EINVALID,
                         "--phrases needs a model that reads words, and none is installed: "
                         "`image-cluster-ai models` lists what can be pulled.");
    }
    status = find_concepts(concepts, settings, err);
    if (!status) {
        status = ica_class_names_read(concepts, &program->class_names, err);
    }
    if (!status && program->cache_dir[0]) {
        status = ica_vector_files_open(&program->word_vectors, program->cache_dir, err);
    }
    const struct ica_zero_shot_config config = {
        .models = program->models,
        .concepts = program->describers[0],
        .classes = &program->class_names,
        .phrases = &program->phrases,
        .cache = program->word_vectors,
    };
    return status ? status : ica_zero_shot_describer_open(next_describer(program), &config, err);
}

enum ica_status ica_program_open_concepts(struct ica_program *self,
                                          const struct ica_settings *settings,
                                          struct ica_concept_store **out, struct ica_error *err)
{
    struct program *program = (struct program *)self;
    char path[ICA_MAX_PATH];
    enum ica_status status = ica_path_own_concepts(path, settings->own_concepts, err);
    if (!status) {
        status = ica_concept_file_open(&program->own_concepts, path, err);
    }
    *out = program->own_concepts;
    return status;
}

/* Who has no home can do without own concepts, unless they are what the command is about. */
enum ica_status ica_program_open_own_concepts(struct program *program,
                                              const struct ica_settings *settings,
                                              struct ica_error *err)
{
    struct ica_concept_store *store;
    enum ica_status status = ica_program_open_concepts(&program->base, settings, &store, err);
    bool is_needed = settings->command == ICA_COMMAND_CONCEPTS || *settings->own_concepts;
    return status == ICA_EINVALID && !is_needed ? ICA_OK : status;
}
