/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/settle_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application/models/graph_roles.h"
#include "application/models/model_trial.h"

/* A model while it is settled. */
struct settling {
    const struct ica_model_tools *tools;
    const struct ica_model_preset *preset;
    struct ica_model *model;
    struct ica_model_package *package;
    char *graph_path;
    char *text_path; /* NULL without a text tower */
    struct ica_error *err;
};

char *ica_model_file_path(const char *folder, const char *name)
{
    size_t length = strlen(folder) + strlen(name) + 2;
    char *path = malloc(length);
    if (path) {
        (void)snprintf(path, length, "%s/%s", folder, name);
    }
    return path;
}

/* What the graph keeps elsewhere must be of the package too: else its manifest would not tell when
 * that file changes. */
static enum ica_status check_files(const struct settling *settling, const char *path,
                                   struct ica_graph_files *files)
{
    enum ica_status status =
        ica_graph_files_list(settling->tools->graphs, path, files, settling->err);
    for (size_t i = 0; i < files->n_names && !status; i++) {
        if (!ica_model_package_find(settling->package, files->names[i])) {
            status = ica_error_set(settling->err, ICA_EINVALID,
                                   "%.200s needs %.100s, which is none of the model's files.", path,
                                   files->names[i]);
        }
    }
    return status;
}

/* The file whose hash names the model: the one with the weights. */
static enum ica_status find_weights(const struct settling *settling)
{
    struct ica_model_package *package = settling->package;
    struct ica_graph_files files = {0};
    enum ica_status status = check_files(settling, settling->graph_path, &files);
    if (status) {
        return status;
    }
    const char *name = files.n_names > 0 ? files.names[0] : package->graph;
    if (!package->weights[0]) {
        (void)snprintf(package->weights, sizeof package->weights, "%s", name);
    }
    const struct ica_model_file *weights = ica_model_package_find(package, package->weights);
    memcpy(settling->model->weights_sha256, weights->sha256, sizeof weights->sha256);
    return settling->text_path ? check_files(settling, settling->text_path, &files) : ICA_OK;
}

static enum ica_status find_image(const struct settling *settling, struct ica_graph_info *info)
{
    struct ica_model *model = settling->model;
    size_t promised = model->dim;
    enum ica_status status =
        ica_inference_inspect(settling->tools->engine, settling->graph_path, info, settling->err);
    if (!status) {
        status = ica_graph_find_image(info, settling->preset, model, settling->err);
    }
    if (!status && promised > 0 && model->dim != promised) {
        status =
            ica_error_set(settling->err, ICA_EMODEL,
                          "The graph makes %zu numbers of a picture, but the manifest says %zu: "
                          "it is another model.",
                          model->dim, promised);
    }
    if (!status && model->n_classes > 0) {
        (void)snprintf(settling->package->class_set, sizeof settling->package->class_set,
                       "imagenet-1k");
    }
    return status;
}

static enum ica_status find_roles(const struct settling *settling)
{
    if (settling->model->input.name[0]) {
        return ICA_OK; /* the manifest has said all */
    }
    struct ica_graph_info *info = malloc(sizeof *info);
    enum ica_status status =
        info ? find_image(settling, info) : ica_error_nomem(settling->err, "a graph");
    if (!status && settling->text_path) {
        status = ica_inference_inspect(settling->tools->engine, settling->text_path, info,
                                       settling->err);
    }
    if (!status && settling->text_path) {
        status = ica_graph_find_text(info, settling->preset, settling->model, settling->err);
    }
    free(info);
    return status;
}

/* Try the model as it will be used: a text tower with its own tokenizer. */
static enum ica_status try_model(const struct settling *settling, const char *folder)
{
    const struct ica_model_package *package = settling->package;
    struct ica_tokenizer *tokenizer = NULL;
    enum ica_status status = ICA_OK;
    if (package->text_graph[0] && package->tokenizer[0]) {
        char *path = ica_model_file_path(folder, package->tokenizer);
        status = path ? settling->tools->open_tokenizer(&tokenizer, path, settling->err)
                      : ica_error_nomem(settling->err, "a path");
        free(path);
    }
    return status ? status
                  : ica_model_trial(settling->tools->engine, settling->model, settling->graph_path,
                                    settling->text_path, tokenizer, settling->err);
}

enum ica_status ica_settle_model(const struct ica_model_tools *tools, struct ica_staging *staging,
                                 const struct ica_model_preset *preset, struct ica_model *model,
                                 struct ica_model_package *package, struct ica_error *err)
{
    bool has_text = package->text_graph[0] != 0;
    struct settling settling = {
        .tools = tools,
        .preset = preset,
        .model = model,
        .package = package,
        .graph_path = ica_model_file_path(staging->folder, package->graph),
        .text_path = has_text ? ica_model_file_path(staging->folder, package->text_graph) : NULL,
        .err = err,
    };
    enum ica_status status = settling.graph_path && (settling.text_path || !has_text)
                                 ? find_weights(&settling)
                                 : ica_error_nomem(err, "a path");
    if (!status) {
        status = find_roles(&settling);
    }
    if (!status) {
        status = try_model(&settling, staging->folder);
    }
    if (!status) {
        package->is_complete = true;
        status = ica_model_store_commit(tools->store, staging, model, package, err);
    }
    free(settling.graph_path);
    free(settling.text_path);
    return status;
}
