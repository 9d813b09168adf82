/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/add_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application/models/settle_model.h"
#include "domain/model_preset.h"

#define MAX_LISTED 200

/* A model while it is added. */
struct adding {
    const struct ica_model_tools *tools;
    const struct ica_add_request *request;
    const struct ica_monitor *monitor;
    struct ica_staging *staging;
    struct ica_model_package *package;
    struct ica_error *err;
};

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- What is not said -------------------------------------------------------------------------
 */

/* The file's own name, or else that of its folder, tells the family. */
static enum ica_status choose_preset(const struct ica_add_request *request,
                                     const struct ica_model_preset **out, struct ica_error *err)
{
    char listed[MAX_LISTED];
    ica_model_preset_list(listed, sizeof listed);
    if (*request->preset) {
        *out = ica_model_preset_find(request->preset);
        return *out ? ICA_OK
                    : ica_error_set(err, ICA_EINVALID, "There is no preset \"%.80s\"; they are %s.",
                                    request->preset, listed);
    }
    *out = ica_model_preset_guess(file_name(request->graph));
    *out = *out || !*request->name ? *out : ica_model_preset_guess(request->name);
    *out = *out ? *out : ica_model_preset_guess(request->graph);
    return *out ? ICA_OK
                : ica_error_set(err, ICA_EINVALID,
                                "The name %.100s does not tell how its pictures are prepared: say "
                                "so with --preset, one of %s.",
                                file_name(request->graph), listed);
}

/* "vision_model.onnx" says nothing; its folder may. */
static bool is_generic(const char *name, size_t length)
{
    static const char *const names[] = {"model", "vision_model", "visual", "onnx", "image_model"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0) {
            return true;
        }
    }
    return length == 0;
}

/* The last part of the path that says something, in lower case and without what no name may have.
 */
static void make_name(const char *path, char name[ICA_MAX_MODEL_NAME])
{
    const char *end = path + strlen(path);
    const char *from = file_name(path);
    const char *dot = strrchr(from, '.');
    end = dot ? dot : end;
    while (is_generic(from, (size_t)(end - from)) && from > path) {
        end = from - 1;
        from = end;
        while (from > path && from[-1] != '/') {
            from--;
        }
    }
    size_t used = 0;
    for (; from < end && used < ICA_MAX_MODEL_NAME - 1; from++) {
        char c = *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
        if (is_plain || (used > 0 && name[used - 1] != '-')) {
            name[used++] = is_plain ? c : '-';
        }
    }
    name[used] = 0;
}

static enum ica_status copy_text(const char *what, const char *text, const char *fallback,
                                 char *out, size_t size, struct ica_error *err)
{
    int length = snprintf(out, size, "%s", *text ? text : fallback);
    bool is_clean = length >= 0 && (size_t)length < size;
    for (const char *c = out; is_clean && *c; c++) {
        is_clean = (unsigned char)*c >= ' ' && *c != 0x7F;
    }
    return is_clean ? ICA_OK
                    : ica_error_set(err, ICA_EINVALID,
                                    "%s must be a text of at most %zu bytes without control "
                                    "characters.",
                                    what, size - 1);
}

static enum ica_status fill_identity(const struct ica_add_request *request, const char *name,
                                     struct ica_model *model, struct ica_model_package *package,
                                     struct ica_error *err)
{
    enum ica_status status = copy_text("--name", name, "", model->name, sizeof model->name, err);
    if (!status) {
        status = copy_text("--model-version", request->version, "1", model->version,
                           sizeof model->version, err);
    }
    if (!status) {
        status = copy_text("--licence", request->licence, "unknown", model->licence,
                           sizeof model->licence, err);
    }
    if (!status) {
        status =
            copy_text("--title", request->title, name, package->title, sizeof package->title, err);
    }
    if (!status) {
        status = copy_text("--output", request->output, "", model->embedding_output,
                           sizeof model->embedding_output, err);
    }
    return status;
}

/* ---- Files ------------------------------------------------------------------------------------
 */

/* Copy one file; what the package has already, two graphs share. */
static enum ica_status put_file(const struct adding *adding, const char *path, bool may_be_there)
{
    struct ica_model_package *package = adding->package;
    const char *name = file_name(path);
    if (!ica_model_file_name_is_plain(name)) {
        return ica_error_set(adding->err, ICA_EINVALID,
                             "The file name %.200s cannot be used in a model: rename the file.",
                             name);
    }
    if (may_be_there && ica_model_package_find(package, name)) {
        return ICA_OK;
    }
    if (package->n_files == ICA_MAX_MODEL_FILES) {
        return ica_error_set(adding->err, ICA_ETOOLARGE, "A model has at most %d files.",
                             ICA_MAX_MODEL_FILES);
    }
    struct ica_model_file *file = &package->files[package->n_files];
    *file = (struct ica_model_file){0};
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    enum ica_status status = ica_model_store_put(adding->tools->store, adding->staging, path, file,
                                                 adding->monitor, adding->err);
    package->n_files += !status;
    return status;
}

/* The graph and the files beside it that it needs. */
static enum ica_status put_graph(const struct adding *adding, const char *path, char *role,
                                 bool is_second)
{
    struct ica_graph_files files;
    enum ica_status status = ica_graph_files_list(adding->tools->graphs, path, &files, adding->err);
    if (!status) {
        status = put_file(adding, path, false);
    }
    const char *name = file_name(path);
    for (size_t i = 0; i < files.n_names && !status; i++) {
        size_t length = (size_t)(name - path);
        char *folder = strndup(length ? path : ".", length ? length : 1);
        char *beside = folder ? ica_model_file_path(folder, files.names[i]) : NULL;
        status =
            beside ? put_file(adding, beside, is_second) : ica_error_nomem(adding->err, "a path");
        free(beside);
        free(folder);
    }
    if (!status) {
        (void)snprintf(role, ICA_MAX_MODEL_FILE_NAME, "%s", name);
    }
    return status;
}

static enum ica_status put_all(const struct adding *adding)
{
    const struct ica_add_request *request = adding->request;
    struct ica_model_package *package = adding->package;
    enum ica_status status = put_graph(adding, request->graph, package->graph, false);
    if (!status && *request->text_graph) {
        status = put_graph(adding, request->text_graph, package->text_graph, true);
    }
    if (!status && *request->tokenizer) {
        status = put_file(adding, request->tokenizer, false);
        (void)snprintf(package->tokenizer, sizeof package->tokenizer, "%s",
                       file_name(request->tokenizer));
    }
    return status;
}

/* Before anything is copied: can this be a model at all? */
static enum ica_status check_request(const struct ica_model_tools *tools,
                                     const struct ica_add_request *request, struct ica_error *err)
{
    struct ica_graph_files files;
    if (!*request->text_graph != !*request->tokenizer) {
        return ica_error_set(err, ICA_EINVALID,
                             "A text tower needs both --text FILE.onnx and --tokenizer FILE.json.");
    }
    return ica_graph_files_list(tools->graphs, request->graph, &files, err);
}

enum ica_status ica_add_model(const struct ica_model_tools *tools,
                              const struct ica_add_request *request,
                              const struct ica_monitor *monitor, struct ica_model *model,
                              struct ica_model_package *package, struct ica_error *err)
{
    char name[ICA_MAX_MODEL_NAME];
    const struct ica_model_preset *preset = NULL;
    struct ica_staging *staging = NULL;
    make_name(request->graph, name);
    enum ica_status status = check_request(tools, request, err);
    if (!status) {
        status = choose_preset(request, &preset, err);
    }
    if (!status) {
        status = fill_identity(request, *request->name ? request->name : name, model, package, err);
    }
    if (!status) {
        status = ica_model_store_begin(tools->store, model->name, ICA_STAGING_NEW, &staging, err);
    }
    if (status) {
        return status;
    }
    const struct adding adding = {.tools = tools,
                                  .request = request,
                                  .monitor = monitor,
                                  .staging = staging,
                                  .package = package,
                                  .err = err};
    (void)snprintf(package->source, sizeof package->source, "%s", file_name(request->graph));
    (void)snprintf(package->preset, sizeof package->preset, "%s", preset->name);
    status = put_all(&adding);
    if (!status) {
        status = ica_settle_model(tools, staging, preset, model, package, err);
    }
    ica_model_store_end(tools->store, staging);
    return status;
}
