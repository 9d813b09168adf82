/* SPDX-License-Identifier: Apache-2.0 */
/* The composition root: the only file that names concrete adapters. It chooses and connects them
 * for the command that the command line asks for. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "adapters/blip/blip_captioner.h"
#include "adapters/bmp/bmp_codec.h"
#include "adapters/concept_file/concept_file.h"
#include "adapters/concepts/concepts_describer.h"
#include "adapters/csv/csv_report.h"
#include "adapters/description_memory/description_memory.h"
#include "adapters/gallery/gallery_report.h"
#include "adapters/gallery/gallery_search_report.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/jpeg/jpeg_encoder.h"
#include "adapters/json/json_report.h"
#include "adapters/json/json_search_report.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/openai/openai_describer.h"
#include "adapters/openvino/openvino_inference.h"
#include "adapters/png/png_codec.h"
#include "adapters/sqlite/sqlite_index.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"
#include "application/caption_describer.h"
#include "application/model_set.h"
#include "base/log.h"
#include "cli/image_folder.h"
#include "cli/openai_texts.h"
#include "cli/program.h"
#include "http/server.h"
#include "program_paths.h"

static const struct ica_codec *const codecs[] = {
    &ica_jpeg_codec, &ica_png_codec,  &ica_webp_codec, &ica_heif_codec,
    &ica_gif_codec,  &ica_tiff_codec, &ica_bmp_codec,
};

/* As results name them: the codec for HEIF reads two. */
static const char *const formats[] = {"jpeg", "png",  "webp", "heic", "avif",
                                      "gif",  "tiff", "bmp",  NULL};

static const struct ica_report *const reports[] = {
    &ica_json_report, &ica_ndjson_report, &ica_csv_report, &ica_gallery_report, NULL,
};

static const struct ica_search_report *const search_reports[] = {
    &ica_json_search_report,
    &ica_ndjson_search_report,
    &ica_gallery_search_report,
    NULL,
};

#define MAX_DESCRIBERS       3
#define BLIP                 "blip" /* the describer, and the folder of its model among the weights */
#define OPENAI_FIRST_WAIT_MS 500
#define IDLE_PAUSE_S         5

/* Everything that was opened; NULL or empty until then. */
struct program {
    struct ica_program base;
    struct ica_model_catalogue *catalogue;
    struct ica_executor *executor;
    struct ica_colour *colour;
    struct ica_decoder *decoder;
    struct ica_inference *inference;
    char cache_dir[ICA_MAX_PATH]; /* of compiled models; "" if there is none */
    struct ica_model_set *models;
    struct ica_embedder *embedder; /* one of the models */
    struct ica_concept_store *own_concepts;
    struct ica_description_cache *descriptions;
    struct ica_captioner *captioner;
    struct ica_describer *describers[MAX_DESCRIBERS + 1]; /* NULL after the last */
    struct ica_image_index *index;
    struct ica_walked_folder library_folder;
    struct ica_library *library;
    struct ica_http_server *server;
};

/* Where the weights of all models are, and what else the program's data is beside. */
static enum ica_status find_weights(char weights[ICA_MAX_PATH], const struct ica_settings *settings,
                                    struct ica_error *err)
{
    char data_dir[ICA_MAX_PATH];
    if (*settings->models_dir) {
        return ica_path_join(weights, settings->models_dir, "", err);
    }
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    return status ? status : ica_path_join(weights, data_dir, "weights", err);
}

static enum ica_status open_catalogue(struct ica_program *self, const struct ica_settings *settings,
                                      const struct ica_model_catalogue **out, struct ica_error *err)
{
    struct program *program = (struct program *)self;
    char data_dir[ICA_MAX_PATH];
    char manifests[ICA_MAX_PATH];
    char weights[ICA_MAX_PATH];
    if (program->catalogue) {
        *out = program->catalogue;
        return ICA_OK;
    }
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    if (!status) {
        status = ica_path_join(manifests, data_dir, "models", err);
    }
    if (!status) {
        status = find_weights(weights, settings, err);
    }
    if (!status) {
        status = ica_manifest_catalogue_open(&program->catalogue, manifests, weights, err);
    }
    *out = program->catalogue;
    return status;
}

/* Of the installed models with a classifier the one that knows most: the one that sees most pixels.
 */
static struct ica_embedder *find_classifier(struct ica_model_set *models)
{
    struct ica_embedder *best = NULL;
    struct ica_embedder *model;
    for (size_t i = 0; (model = ica_model_set_at(models, i)); i++) {
        if (model->model.n_classes > 0 &&
            (!best || model->model.crop.size > best->model.crop.size)) {
            best = model;
        }
    }
    return best;
}

static enum ica_status open_models(struct program *program, const struct ica_settings *settings,
                                   size_t n_threads, struct ica_error *err)
{
    const struct ica_model_catalogue *catalogue = NULL;
    enum ica_status status = open_catalogue(&program->base, settings, &catalogue, err);
    if (!status) {
        status = ica_openvino_inference_open(&program->inference, err);
    }
    if (status) {
        return status;
    }
    ica_path_cache_dir(program->cache_dir, settings->cache_dir);
    const struct ica_model_set_config config = {
        .catalogue = catalogue,
        .engine = program->inference,
        .clock = &ica_system_clock,
        .cache_dir = program->cache_dir[0] ? program->cache_dir : NULL,
        .device = settings->device,
        .precision = (enum ica_precision)settings->precision,
        .n_streams = n_threads,
        .max_bytes = settings->model_memory_bytes,
        .idle_s = (double)settings->model_idle_s,
    };
    return ica_model_set_open(&program->models, &config, err);
}

/* Why there is no installed model of that name. */
static enum ica_status refuse_model(const struct ica_model_catalogue *catalogue, const char *name,
                                    struct ica_error *err)
{
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        if (strcmp(catalogue->entries[i].model.name, name) == 0) {
            return ica_error_set(err, ICA_ENOTFOUND,
                                 "Model %s is not installed here (no complete weights beside "
                                 "%s): run tools/setup.sh models %s.",
                                 name, catalogue->entries[i].graph_path, name);
        }
    }
    return ica_error_set(err, ICA_EINVALID,
                         "There is no model named \"%s\": `image-cluster-ai models` lists them.",
                         name);
}

/* The model that looks at images unless another one is chosen is loaded before anybody waits. */
static enum ica_status choose_model(struct program *program, const struct ica_settings *settings,
                                    struct ica_error *err)
{
    program->embedder = ica_model_set_embedder(program->models, settings->model);
    return program->embedder ? ica_model_set_load(program->models, program->embedder, err)
                             : refuse_model(program->catalogue, settings->model, err);
}

static enum ica_status open_decoder(struct program *program, const struct ica_settings *settings,
                                    struct ica_error *err)
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
                                       size_t n_threads, struct ica_error *err)
{
    const struct ica_blip_config config = {
        .folder = folder,
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

/* The captioner is there where its model is installed. That it is not, or is damaged, hinders only
 * those who want it. */
static enum ica_status open_blip(struct program *program, const struct ica_settings *settings,
                                 size_t n_threads, struct ica_error *err)
{
    char weights[ICA_MAX_PATH];
    char folder[ICA_MAX_PATH];
    struct ica_error failure = {0};
    enum ica_status status = find_weights(weights, settings, err);
    if (!status) {
        status = ica_path_join(folder, weights, BLIP, err);
    }
    if (status) {
        return status;
    }
    failure.status = open_blip_model(program, folder, n_threads, &failure);
    if (failure.status && strcmp(settings->describer, BLIP) == 0) {
        return ica_error_set(err, failure.status, "%s", failure.text);
    }
    if (failure.status && ica_blip_is_installed(folder)) {
        ica_log(ICA_LOG_WARNING, BLIP, "%s", failure.text);
    }
    return ICA_OK;
}

/* Concepts come first: they need no pictures. */
static enum ica_status open_describers(struct program *program, const struct ica_settings *settings,
                                       size_t n_threads, struct ica_error *err)
{
    char data_dir[ICA_MAX_PATH];
    char concepts[ICA_MAX_PATH];
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    if (!status) {
        status = ica_path_join(concepts, data_dir, "concepts", err);
    }
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

static enum ica_status open_concepts(struct ica_program *self, const struct ica_settings *settings,
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
static enum ica_status open_own_concepts(struct program *program,
                                         const struct ica_settings *settings, struct ica_error *err)
{
    struct ica_concept_store *store;
    enum ica_status status = open_concepts(&program->base, settings, &store, err);
    bool is_needed = settings->command == ICA_COMMAND_CONCEPTS || *settings->own_concepts;
    return status == ICA_EINVALID && !is_needed ? ICA_OK : status;
}

static enum ica_status open_engine(struct ica_program *self, const struct ica_settings *settings,
                                   struct ica_engine *out, struct ica_error *err)
{
    struct program *program = (struct program *)self;
    size_t n_threads =
        settings->threads ? (size_t)settings->threads : ica_thread_executor_default_workers();
    size_t max_runs = settings->command == ICA_COMMAND_SERVE ? (size_t)settings->max_requests : 1;
    max_runs += *settings->library != 0; /* its updates are runs, too */
    enum ica_status status = ica_thread_executor_open(&program->executor, n_threads, max_runs, err);
    if (!status) {
        status = open_decoder(program, settings, err);
    }
    if (!status) {
        status = open_describers(program, settings, n_threads, err);
    }
    if (!status && settings->command == ICA_COMMAND_SERVE) { /* one run has nothing to remember */
        status =
            ica_description_memory_open(&program->descriptions, ICA_DEFAULT_DESCRIPTIONS_KEPT, err);
    }
    if (!status) {
        status = open_own_concepts(program, settings, err);
    }
    if (!status) {
        status = open_models(program, settings, n_threads, err);
    }
    if (!status) {
        status = choose_model(program, settings, err);
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
            .classifier = find_classifier(program->models),
            .descriptions = program->descriptions,
            .own_concepts = program->own_concepts,
        };
    }
    return status;
}

/* ---- Searching --------------------------------------------------------------------------------
 */

static struct ica_describer *const no_describers[] = {NULL};

static enum ica_status open_index(struct ica_program *self, const struct ica_settings *settings,
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

static enum ica_status choose_search_model(struct program *program, const char *name, bool words,
                                           struct ica_text_embedder **text, struct ica_error *err)
{
    program->embedder = ica_model_set_embedder(program->models, name);
    if (!program->embedder) {
        return refuse_model(program->catalogue, name, err);
    }
    *text = words ? ica_model_set_text(program->models, &program->embedder->model) : NULL;
    return *text || !words ? ICA_OK
                           : ica_error_set(err, ICA_EINVALID,
                                           "Model %s reads no words: name one that does with "
                                           "--model, or look for an image with --image.",
                                           name);
}

static enum ica_status open_search(struct ica_program *self, const struct ica_settings *settings,
                                   const char *model, bool words, struct ica_search_engine *out,
                                   struct ica_error *err)
{
    struct program *program = (struct program *)self;
    struct ica_text_embedder *text = NULL;
    size_t n_threads =
        settings->threads ? (size_t)settings->threads : ica_thread_executor_default_workers();
    enum ica_status status = ica_thread_executor_open(&program->executor, n_threads, 1, err);
    if (!status) {
        status = open_decoder(program, settings, err);
    }
    if (!status) {
        status = open_models(program, settings, n_threads, err);
    }
    if (!status) {
        status = choose_search_model(program, model, words, &text, err);
    }
    if (!status) {
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
    }
    return status;
}

/* ---- Serving ----------------------------------------------------------------------------------
 */

static void print_addresses(const struct ica_settings *settings,
                            const struct ica_http_server *server)
{
    /* An address for all interfaces is none to type into a browser. */
    bool all = strcmp(settings->listen, "0.0.0.0") == 0 || strcmp(settings->listen, "::") == 0;
    const char *host = all ? "localhost" : settings->listen;
    bool ipv6 = strchr(host, ':') != NULL;
    (void)printf("API        http://%s%s%s:%u\n", ipv6 ? "[" : "", host, ipv6 ? "]" : "",
                 ica_http_server_port(server));
    (void)printf("Web client http://%s%s%s:%u\n", ipv6 ? "[" : "", host, ipv6 ? "]" : "",
                 ica_http_server_web_port(server));
    (void)fflush(stdout);
}

/* Until a signal comes, unload now and then what is idle. */
static int wait_for_signal(struct program *program, const sigset_t *signals)
{
    static const struct timespec pause = {.tv_sec = IDLE_PAUSE_S};
    int signal_number = -1;
    while (signal_number < 0) {
        signal_number = sigtimedwait(signals, NULL, &pause);
        ica_model_set_unload_idle(program->models);
    }
    return signal_number;
}

static enum ica_status open_library(struct program *program, const struct ica_settings *settings,
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
    status = open_index(&program->base, settings, &index, err);
    const struct ica_library_config config = {
        .index = index,
        .folder = &program->library_folder.base,
        .engine = engine,
        .interval_s = (unsigned)settings->library_interval_s,
    };
    return status ? status : ica_library_open(&program->library, &config, err);
}

static enum ica_status serve(struct ica_program *self, const struct ica_settings *settings,
                             struct ica_error *err)
{
    struct program *program = (struct program *)self;
    /* Threads inherit the mask: the signals are left to sigwait below. */
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);

    struct ica_engine engine;
    enum ica_status status = open_engine(self, settings, &engine, err);
    if (!status) {
        status = open_library(program, settings, &engine, err);
    }
    if (!status) {
        const struct ica_http_config config = {
            .listen = settings->listen,
            .port = (uint16_t)settings->port,
            .web_port = (uint16_t)settings->web_port,
            .max_file_bytes = (size_t)settings->max_file_size_bytes,
            .max_request_bytes = settings->max_request_size_bytes,
            .max_images = (size_t)settings->max_images,
            .exact_pixels = settings->exact_pixels,
            .grouping = ica_settings_grouping(settings),
            .name_is_text = settings->name_is_text,
            .version = ICA_VERSION,
            .formats = formats,
            .max_pixels = settings->max_pixels,
            .max_requests = (size_t)settings->max_requests,
            .library = program->library,
            .search_json = &ica_json_search_report,
        };
        status = ica_http_server_open(&program->server, &config, &engine, &ica_json_report, err);
    }
    if (status) {
        return status;
    }
    print_addresses(settings, program->server);
    int signal_number = wait_for_signal(program, &signals);
    ica_log(ICA_LOG_INFO, "serve", "signal %d: finishing what is in work", signal_number);
    return ICA_OK;
}

/* Release in reverse order of opening. */
static void close_program(struct ica_program *self)
{
    struct program *program = (struct program *)self;
    ica_http_server_close(program->server);
    ica_library_close(program->library);
    ica_walked_folder_clear(&program->library_folder);
    ica_image_index_destroy(program->index);
    ica_model_set_close(program->models);
    ica_inference_destroy(program->inference);
    ica_manifest_catalogue_close(program->catalogue);
    ica_concept_store_destroy(program->own_concepts);
    ica_description_cache_destroy(program->descriptions);
    for (size_t i = 0; program->describers[i]; i++) {
        ica_describer_destroy(program->describers[i]);
    }
    ica_captioner_destroy(program->captioner);
    ica_decoder_destroy(program->decoder);
    ica_colour_destroy(program->colour);
    ica_executor_destroy(program->executor);
}

int main(int argc, char *argv[])
{
    /* Workers allocate and free whole pictures; many arenas would keep them all. */
    (void)mallopt(M_ARENA_MAX, 2);
    struct program program = {
        .base =
            {
                .version = ICA_VERSION,
                .reports = reports,
                .search_reports = search_reports,
                .open_engine = open_engine,
                .open_search = open_search,
                .open_index = open_index,
                .open_catalogue = open_catalogue,
                .open_concepts = open_concepts,
                .serve = serve,
                .close = close_program,
            },
    };
    return ica_cli_main(&program.base, argc, argv);
}
