/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests may be written by users, so every member is checked for type and range before it is
 * used. */
#include "adapters/manifest/manifest_reader.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "adapters/manifest/manifest_members.h"
#include "adapters/manifest/manifest_pixels.h"
#include "adapters/manifest/manifest_words.h"
#include "base/buffer.h"
#include "base/file_io.h"
#include "ports/tokenizer.h"

/* ---- Outputs and towers -----------------------------------------------------------------------
 */

static enum ica_status read_classes(const struct ica_manifest_text *manifest,
                                    struct ica_model *model)
{
    uint64_t n_classes = 0;
    if (!json_object_get(manifest->root, "classifier_output")) {
        return ICA_OK;
    }
    enum ica_status status = ica_member_text(manifest, manifest->root, "classifier_output",
                                             model->logits_output, sizeof model->logits_output);
    if (!status) {
        status =
            ica_member_size(manifest, manifest->root, "classes", 1, ICA_MAX_CLASSES, &n_classes);
    }
    model->n_classes = (size_t)n_classes;
    return status;
}

static enum ica_status read_outputs(const struct ica_manifest_text *manifest,
                                    struct ica_model *model)
{
    uint64_t dim = 0;
    int pooling = ICA_POOLING_NONE;
    enum ica_status status =
        ica_member_text(manifest, manifest->root, "embedding_output", model->embedding_output,
                        sizeof model->embedding_output);
    if (!status) {
        status = ica_member_size(manifest, manifest->root, "dimension", 1, ICA_MAX_DIM, &dim);
    }
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "embedding_pooling",
                                 ica_manifest_poolings, false, &pooling);
    }
    model->dim = (size_t)dim;
    model->pooling = (enum ica_pooling)pooling;
    return status ? status : read_classes(manifest, model);
}

/* The tensors of the text tower, which a complete manifest gives. */
static enum ica_status read_text_tensors(const struct ica_manifest_text *manifest,
                                         const json_t *text, struct ica_text_tower *tower)
{
    uint64_t context = 0;
    int is_32_bit = 0;
    enum ica_status status =
        ica_member_text(manifest, text, "input", tower->input, sizeof tower->input);
    if (!status) {
        status = ica_member_optional(manifest, text, "mask_input", tower->mask, sizeof tower->mask);
    }
    if (!status) {
        status = ica_member_text(manifest, text, "output", tower->output, sizeof tower->output);
    }
    if (!status) {
        status = ica_member_size(manifest, text, "context", 2, ICA_MAX_CONTEXT, &context);
    }
    if (!status) {
        status =
            ica_member_word(manifest, text, "input_type", ica_manifest_id_types, false, &is_32_bit);
    }
    tower->context = (size_t)context;
    tower->is_32_bit = is_32_bit != 0;
    return status;
}

static enum ica_status read_text_files(const struct ica_manifest_text *manifest,
                                       struct ica_model_package *package)
{
    const json_t *text = json_object_get(manifest->root, "text");
    if (!text) {
        return ICA_OK;
    }
    if (!json_is_object(text)) {
        return ica_member_wrong(manifest, "text", "an object");
    }
    enum ica_status status =
        ica_member_text(manifest, text, "graph", package->text_graph, sizeof package->text_graph);
    if (!status) {
        status = ica_member_optional(manifest, text, "tokenizer", package->tokenizer,
                                     sizeof package->tokenizer);
    }
    return status;
}

/* ---- Files ------------------------------------------------------------------------------------
 */

static bool is_sha256(const char *text)
{
    return strlen(text) == ICA_SHA256_HEX_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == ICA_SHA256_HEX_SIZE - 1;
}

/* Of a file that can be pulled, size and hash may be missing or "". */
static enum ica_status read_content(const struct ica_manifest_text *manifest, const json_t *object,
                                    struct ica_model_file *file)
{
    const json_t *hash = json_object_get(object, "sha256");
    bool is_pullable = file->url[0] != 0;
    enum ica_status status = ICA_OK;
    if (!is_pullable || json_object_get(object, "size")) {
        status = ica_member_size(manifest, object, "size", 1, ICA_MAX_MODEL_FILE_BYTES,
                                 &file->size_bytes);
    }
    bool is_missing = !hash || (json_is_string(hash) && json_string_length(hash) == 0);
    if (status || (is_pullable && is_missing)) {
        return status;
    }
    status = ica_member_text(manifest, object, "sha256", file->sha256, sizeof file->sha256);
    if (!status && !is_sha256(file->sha256)) {
        status =
            ica_member_wrong(manifest, "files[].sha256", "64 hexadecimal digits in lower case");
    }
    return status;
}

static enum ica_status read_file(const struct ica_manifest_text *manifest, const json_t *object,
                                 struct ica_model_package *package)
{
    struct ica_model_file *file = &package->files[package->n_files];
    enum ica_status status =
        ica_member_text(manifest, object, "name", file->name, sizeof file->name);
    bool is_plain = ica_model_file_name_is_plain(file->name) &&
                    strcmp(file->name, "manifest.json") != 0; /* that is the store's own */
    if (!status && !is_plain) {
        status = ica_member_wrong(manifest, "files[].name",
                                  "a plain file name other than manifest.json");
    }
    if (!status && ica_model_package_find(package, file->name)) {
        status = ica_member_wrong(manifest, "files[].name", "different for each file");
    }
    if (!status) {
        status = ica_member_optional(manifest, object, "url", file->url, sizeof file->url);
    }
    if (!status) {
        status = read_content(manifest, object, file);
    }
    package->n_files += !status;
    return status;
}

/* Whether the member names a file of the package, if it is there at all. */
static enum ica_status check_role(const struct ica_manifest_text *manifest,
                                  const struct ica_model_package *package, const char *member,
                                  const char *name, bool is_needed)
{
    bool is_right = *name ? ica_model_package_find(package, name) != NULL : !is_needed;
    return is_right ? ICA_OK : ica_member_wrong(manifest, member, "one of the files");
}

static enum ica_status read_files(const struct ica_manifest_text *manifest,
                                  struct ica_model_package *package)
{
    const json_t *files = json_object_get(manifest->root, "files");
    size_t n_files = json_array_size(files);
    if (n_files == 0 || n_files > ICA_MAX_MODEL_FILES) {
        return ica_member_wrong(manifest, "files", "a list of 1 to 32 files");
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n_files && !status; i++) {
        status = read_file(manifest, json_array_get(files, i), package);
    }
    if (!status) {
        status = ica_member_text(manifest, manifest->root, "graph", package->graph,
                                 sizeof package->graph);
    }
    if (!status) {
        status = check_role(manifest, package, "graph", package->graph, true);
    }
    if (!status) {
        status = ica_member_optional(manifest, manifest->root, "weights", package->weights,
                                     sizeof package->weights);
    }
    return status ? status : check_role(manifest, package, "weights", package->weights, false);
}

/* ---- The whole --------------------------------------------------------------------------------
 */

/* Where the weights are from: a text, or a package of Python. */
static enum ica_status read_source(const struct ica_manifest_text *manifest,
                                   struct ica_model_package *package)
{
    const json_t *source = json_object_get(manifest->root, "source");
    if (!json_is_object(source)) {
        return ica_member_optional(manifest, manifest->root, "source", package->source,
                                   sizeof package->source);
    }
    char name[96];
    char version[32];
    enum ica_status status = ica_member_text(manifest, source, "package", name, sizeof name);
    if (!status) {
        status = ica_member_text(manifest, source, "version", version, sizeof version);
    }
    if (!status) {
        package->needs_convert = true;
        (void)snprintf(package->source, sizeof package->source, "Python package %s %s", name,
                       version);
    }
    return status;
}

static enum ica_status read_identity(const struct ica_manifest_text *manifest,
                                     struct ica_model *model, struct ica_model_package *package)
{
    const struct {
        const char *member;
        char *out;
        size_t size;
        bool is_needed;
    } texts[] = {
        {"version", model->version, sizeof model->version, true},
        {"licence", model->licence, sizeof model->licence, true},
        {"title", package->title, sizeof package->title, false},
        {"preset", package->preset, sizeof package->preset, false},
        {"class_set", package->class_set, sizeof package->class_set, false},
    };
    enum ica_status status =
        ica_member_text(manifest, manifest->root, "name", model->name, sizeof model->name);
    if (!status && !ica_model_name_is_plain(model->name)) {
        status = ica_member_wrong(manifest, "name", "letters, digits, '.', '_' and '-'");
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !status; i++) {
        status = texts[i].is_needed ? ica_member_text(manifest, manifest->root, texts[i].member,
                                                      texts[i].out, texts[i].size)
                                    : ica_member_optional(manifest, manifest->root, texts[i].member,
                                                          texts[i].out, texts[i].size);
    }
    if (!status) {
        status = ica_member_bool(manifest, "unverified", &package->is_unverified);
    }
    return status ? status : read_source(manifest, package);
}

/* What is not said will be found when the model is pulled: the preset has to say the rest. */
static enum ica_status read_promise(const struct ica_manifest_text *manifest,
                                    struct ica_model *model)
{
    uint64_t size = 0;
    uint64_t dim = 0;
    enum ica_status status = ica_member_size(manifest, manifest->root, "input_size",
                                             ICA_MIN_MODEL_SIDE, ICA_MAX_MODEL_SIDE, &size);
    if (!status) {
        status = ica_member_size(manifest, manifest->root, "dimension", 1, ICA_MAX_DIM, &dim);
    }
    if (!status) {
        status = ica_member_optional(manifest, manifest->root, "embedding_output",
                                     model->embedding_output, sizeof model->embedding_output);
    }
    model->crop.size = (uint32_t)size;
    model->dim = (size_t)dim;
    return status;
}

/* The graph and the weights' hash, which results carry, are known. */
static enum ica_status read_tensors(const struct ica_manifest_text *manifest,
                                    struct ica_model *model, struct ica_model_package *package)
{
    enum ica_status status = ica_manifest_read_input(manifest, &model->input);
    if (!status) {
        status = ica_manifest_read_crop(manifest, &model->crop);
    }
    if (!status) {
        status = read_outputs(manifest, model);
    }
    if (!status && package->text_graph[0]) {
        status = read_text_tensors(manifest, json_object_get(manifest->root, "text"), &model->text);
    }
    package->is_complete = true;
    for (size_t i = 0; i < package->n_files; i++) {
        package->is_complete =
            package->is_complete && package->files[i].sha256[0] && package->files[i].size_bytes;
    }
    const struct ica_model_file *weights =
        ica_model_package_find(package, package->weights[0] ? package->weights : package->graph);
    memcpy(model->weights_sha256, weights->sha256, sizeof model->weights_sha256);
    return status;
}

static enum ica_status read_whole(const struct ica_manifest_text *manifest, struct ica_model *model,
                                  struct ica_model_package *package)
{
    enum ica_status status = read_identity(manifest, model, package);
    if (!status) {
        status = read_text_files(manifest, package);
    }
    bool is_promise = package->preset[0] && !json_object_get(manifest->root, "input");
    if (!status) {
        status = read_files(manifest, package);
    }
    if (!status) {
        status = check_role(manifest, package, "text.graph", package->text_graph, false);
    }
    if (!status) {
        status = check_role(manifest, package, "text.tokenizer", package->tokenizer, false);
    }
    if (!status && is_promise && !ica_model_package_is_pullable(package)) {
        status =
            ica_member_wrong(manifest, "input", "there, because not all files have an \"url\"");
    }
    if (status) {
        return status;
    }
    return is_promise ? read_promise(manifest, model) : read_tensors(manifest, model, package);
}

enum ica_status ica_manifest_read(const char *path, struct ica_model *model,
                                  struct ica_model_package *package, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MANIFEST_BYTES);
    enum ica_status status = ica_file_read(path, &text, err);
    if (status) {
        ica_buffer_clear(&text);
        return ica_error_prefix(err, status == ICA_ETOOLARGE ? ICA_EINVALID : status,
                                "%.200s: ", path);
    }
    json_error_t syntax;
    json_t *root = json_loadb(ica_buffer_text(&text), text.size, JSON_REJECT_DUPLICATES, &syntax);
    ica_buffer_clear(&text);
    if (!root) {
        return ica_error_set(err, ICA_EINVALID, "%.200s, line %d: this is no valid JSON (%s).",
                             path, syntax.line, syntax.text);
    }
    const struct ica_manifest_text manifest = {.path = path, .root = root, .err = err};
    status = read_whole(&manifest, model, package);
    json_decref(root);
    return status;
}
