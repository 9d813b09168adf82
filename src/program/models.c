/* SPDX-License-Identifier: Apache-2.0 */
/* The models: the store, the catalogue, and the engine that computes them. */
#include <stdio.h>
#include <string.h>

#include "adapters/download/curl_downloader.h"
#include "adapters/manifest/file_model_store.h"
#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/onnx/onnx_graph_files.h"
#include "adapters/openvino/openvino_inference.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/tokenizer_json/tokenizer_json.h"
#include "program/program.h"

#define DOWNLOAD_CONNECT_S 20
#define DOWNLOAD_SILENCE_S 60
#define DOWNLOAD_ATTEMPTS  4

/* The weights beside the program; those of the store come before them. */
enum ica_status ica_program_find_weights(char weights[ICA_MAX_PATH],
                                         const struct ica_settings *settings, struct ica_error *err)
{
    char data_dir[ICA_MAX_PATH];
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    return status ? status : ica_path_join(weights, data_dir, "weights", err);
}

/* Who has no home can do without a store, unless it is what the command is about. */
static enum ica_status open_store(struct program *program, const struct ica_settings *settings,
                                  struct ica_error *err)
{
    char folder[ICA_MAX_PATH];
    enum ica_status status = ica_path_model_store(folder, settings->models_dir, err);
    if (status == ICA_EINVALID && settings->command != ICA_COMMAND_MODELS &&
        !*settings->models_dir) {
        return ICA_OK;
    }
    return status ? status : ica_file_model_store_open(&program->store, folder, err);
}

/* Opened by whoever needs it first. */
static enum ica_status open_catalogue(struct program *program, const struct ica_settings *settings,
                                      struct ica_error *err)
{
    char data_dir[ICA_MAX_PATH];
    char manifests[ICA_MAX_PATH];
    char weights[ICA_MAX_PATH];
    if (program->catalogue) {
        return ICA_OK;
    }
    enum ica_status status = ica_path_data_dir(data_dir, settings->data_dir, err);
    if (!status) {
        status = ica_path_join(manifests, data_dir, "models", err);
    }
    if (!status) {
        status = ica_program_find_weights(weights, settings, err);
    }
    if (!status) {
        status = open_store(program, settings, err);
    }
    const char *store = program->store ? program->store->folder : NULL;
    return status
               ? status
               : ica_manifest_catalogue_open(&program->catalogue, manifests, store, weights, err);
}

enum ica_status ica_program_open_models(struct ica_program *self,
                                        const struct ica_settings *settings, bool with_engine,
                                        struct ica_models *out, struct ica_error *err)
{
    struct program *program = (struct program *)self;
    const struct ica_curl_downloader_config download = {
        .agent = "image-cluster-ai/" ICA_VERSION,
        .connect_s = DOWNLOAD_CONNECT_S,
        .silence_s = DOWNLOAD_SILENCE_S,
        .n_attempts = DOWNLOAD_ATTEMPTS,
    };
    enum ica_status status = open_catalogue(program, settings, err);
    if (!status && with_engine) {
        status = ica_program_open_inference(program, err);
    }
    if (!status && with_engine) {
        status = ica_curl_downloader_open(&program->downloader, &download, err);
    }
    *out = (struct ica_models){
        .catalogue = program->catalogue,
        .tools = {.store = program->store,
                  .engine = program->inference,
                  .graphs = &ica_onnx_graph_reader,
                  .downloader = program->downloader,
                  .open_tokenizer = ica_tokenizer_json_open},
        .clock = &ica_system_clock,
    };
    return status;
}

/* Of the installed models with a classifier the one that knows most: the one that sees most pixels.
 */
struct ica_embedder *ica_program_find_classifier(struct ica_model_set *models)
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

/* One engine computes all models. */
enum ica_status ica_program_open_inference(struct program *program, struct ica_error *err)
{
    return program->inference ? ICA_OK : ica_openvino_inference_open(&program->inference, err);
}

enum ica_status ica_program_open_model_set(struct program *program,
                                           const struct ica_settings *settings, size_t n_threads,
                                           struct ica_error *err)
{
    enum ica_status status = open_catalogue(program, settings, err);
    if (!status) {
        status = ica_program_open_inference(program, err);
    }
    if (status) {
        return status;
    }
    ica_path_cache_dir(program->cache_dir, settings->cache_dir);
    const struct ica_model_set_config config = {
        .catalogue = program->catalogue,
        .engine = program->inference,
        .open_tokenizer = ica_tokenizer_json_open,
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

/* The name of the model to use: the one that is given, else the store's default, else the
 * program's. */
static enum ica_status name_model(const struct program *program,
                                  const struct ica_settings *settings,
                                  char name[ICA_MAX_MODEL_NAME], struct ica_error *err)
{
    name[0] = 0;
    if (*settings->model) {
        int length = snprintf(name, ICA_MAX_MODEL_NAME, "%s", settings->model);
        return length < ICA_MAX_MODEL_NAME
                   ? ICA_OK
                   : ica_error_set(err, ICA_EINVALID, "No model has a name as long as \"%.80s\".",
                                   settings->model);
    }
    if (program->store) {
        enum ica_status status = ica_model_store_load_default(program->store, name, err);
        if (status) {
            return status;
        }
    }
    if (!name[0]) {
        (void)snprintf(name, ICA_MAX_MODEL_NAME, "%s", ICA_DEFAULT_MODEL);
    }
    return ICA_OK;
}

/* Why there is no installed model of that name, and what to do about it. */
static enum ica_status refuse_model(const struct ica_model_catalogue *catalogue, const char *name,
                                    struct ica_error *err)
{
    const struct ica_catalogue_entry *entry = ica_catalogue_find(catalogue, name);
    if (!entry) {
        return ica_error_set(
            err, ICA_EINVALID,
            "There is no model named \"%s\": `image-cluster-ai models` lists them.", name);
    }
    if (entry->problem) {
        return ica_error_set(err, ICA_EINVALID, "%s", entry->problem);
    }
    bool is_pullable = ica_model_package_is_pullable(&entry->package);
    return ica_error_set(err, ICA_ENOTFOUND,
                         "Model %s is not installed here (no complete weights beside %.250s): run "
                         "%s %s.",
                         name, entry->graph_path,
                         is_pullable ? "image-cluster-ai models pull" : "tools/setup.sh models",
                         name);
}

enum ica_status ica_program_find_model(struct program *program, const char *name,
                                       struct ica_embedder **out, struct ica_error *err)
{
    *out = ica_model_set_embedder(program->models, name);
    return *out ? ICA_OK : refuse_model(program->catalogue, name, err);
}

/* The model that looks at images unless another one is chosen is loaded before anybody waits. */
enum ica_status ica_program_choose_model(struct program *program,
                                         const struct ica_settings *settings, struct ica_error *err)
{
    char name[ICA_MAX_MODEL_NAME];
    enum ica_status status = name_model(program, settings, name, err);
    if (!status) {
        status = ica_program_find_model(program, name, &program->embedder, err);
    }
    return status ? status : ica_model_set_load(program->models, program->embedder, err);
}
