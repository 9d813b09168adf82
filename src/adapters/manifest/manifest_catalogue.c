/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue read from a folder of JSON manifests. Manifests may be written by users, so
 * every member is checked for type and range before it is used. */
#include "adapters/manifest/manifest_catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

/* One manifest while it is read. */
struct manifest {
    const char *path; /* for messages */
    json_t *root;
    struct ica_error *err;
};

static enum ica_status wrong(const struct manifest *manifest, const char *member,
                             const char *wanted)
{
    return ica_error_set(manifest->err, ICA_EINVALID, "%s: \"%s\" must be %s.", manifest->path,
                         member, wanted);
}

/* A text that is a plain file or tensor name, fits `size` and is not empty. */
static enum ica_status read_text(const struct manifest *manifest, const json_t *object,
                                 const char *member, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, member));
    if (!text || !*text || strlen(text) >= size) {
        return wrong(manifest, member, "a text of fitting length");
    }
    memcpy(out, text, strlen(text) + 1);
    return ICA_OK;
}

static enum ica_status read_size(const struct manifest *manifest, const json_t *object,
                                 const char *member, size_t min, size_t max, size_t *out)
{
    const json_t *value = json_object_get(object, member);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < (json_int_t)min || number > (json_int_t)max) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "a whole number from %zu to %zu", min, max);
        return wrong(manifest, member, wanted);
    }
    *out = (size_t)number;
    return ICA_OK;
}

static bool is_sha256(const char *text)
{
    return strlen(text) == ICA_SHA256_HEX_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == ICA_SHA256_HEX_SIZE - 1;
}

/* A file of the model lies in the model's own folder: no path, nothing hidden. */
static bool is_plain_name(const char *name)
{
    return name[0] != '.' && !strchr(name, '/');
}

static enum ica_status read_crop(const struct manifest *manifest, struct ica_crop *crop)
{
    size_t size = 0;
    size_t short_side = 0;
    enum ica_status status =
        read_size(manifest, manifest->root, "input_size", 8, ICA_MAX_MODEL_SIDE, &size);
    if (!status) {
        status = read_size(manifest, manifest->root, "resize_side", size, 2 * ICA_MAX_MODEL_SIDE,
                           &short_side);
    }
    *crop = (struct ica_crop){.short_side = (uint32_t)short_side, .size = (uint32_t)size};
    return status;
}

static enum ica_status read_outputs(const struct manifest *manifest, struct ica_model *model)
{
    enum ica_status status = read_text(manifest, manifest->root, "embedding_output",
                                       model->embedding_output, sizeof model->embedding_output);
    if (!status) {
        status = read_size(manifest, manifest->root, "dimension", 1, ICA_MAX_DIM, &model->dim);
    }
    if (!status && json_object_get(manifest->root, "classifier_output")) {
        status = read_text(manifest, manifest->root, "classifier_output", model->logits_output,
                           sizeof model->logits_output);
        if (!status) {
            status = read_size(manifest, manifest->root, "classes", 1, ICA_MAX_CLASSES,
                               &model->n_classes);
        }
    }
    return status;
}

static enum ica_status read_model(const struct manifest *manifest, struct ica_model *model)
{
    enum ica_status status =
        read_text(manifest, manifest->root, "name", model->name, sizeof model->name);
    if (!status && !is_plain_name(model->name)) {
        status = wrong(manifest, "name", "a plain name");
    }
    if (!status) {
        status =
            read_text(manifest, manifest->root, "version", model->version, sizeof model->version);
    }
    if (!status) {
        status =
            read_text(manifest, manifest->root, "licence", model->licence, sizeof model->licence);
    }
    if (!status) {
        status = read_text(manifest, manifest->root, "input", model->input.name,
                           sizeof model->input.name);
    }
    if (!status) {
        status = read_crop(manifest, &model->crop);
    }
    return status ? status : read_outputs(manifest, model);
}

/* Pixels reach every model in the same way so far; a manifest must not ask for another. */
static enum ica_status check_preprocessing(const struct manifest *manifest)
{
    static const struct {
        const char *member;
        const char *supported;
    } rules[] = {
        {"input_layout", "NHWC"},     {"input_type", "u8"},       {"channel_order", "RGB"},
        {"resize_filter", "bicubic"}, {"normalisation", "graph"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *text = json_string_value(json_object_get(manifest->root, rules[i].member));
        if (!text || strcmp(text, rules[i].supported) != 0) {
            char wanted[32];
            (void)snprintf(wanted, sizeof wanted, "\"%s\"", rules[i].supported);
            return wrong(manifest, rules[i].member, wanted);
        }
    }
    return ICA_OK;
}

/* Look at one file of the model: is it there with the right size, is it the graph, the weights? */
static enum ica_status read_file(const struct manifest *manifest, const json_t *file,
                                 const char *folder, struct ica_catalogue_entry *entry)
{
    char name[128];
    char sha256[ICA_SHA256_HEX_SIZE];
    size_t size_bytes = 0;
    enum ica_status status = read_text(manifest, file, "name", name, sizeof name);
    if (!status && !is_plain_name(name)) {
        status = wrong(manifest, "files[].name", "a plain file name");
    }
    if (!status) {
        status = read_text(manifest, file, "sha256", sha256, sizeof sha256);
    }
    if (!status && !is_sha256(sha256)) {
        status = wrong(manifest, "files[].sha256", "64 hexadecimal digits in lower case");
    }
    if (!status) {
        status = read_size(manifest, file, "size", 1, SIZE_MAX >> 16, &size_bytes);
    }
    if (status) {
        return status;
    }
    char *path = NULL;
    if (asprintf(&path, "%s/%s/%s", folder, entry->model.name, name) < 0) {
        return ica_error_nomem(manifest->err, "the catalogue");
    }
    struct stat info;
    if (stat(path, &info) || !S_ISREG(info.st_mode) || (size_t)info.st_size != size_bytes) {
        entry->installed = false;
    }
    const char *graph = json_string_value(json_object_get(manifest->root, "graph"));
    const char *weights = json_string_value(json_object_get(manifest->root, "weights"));
    if (weights && strcmp(weights, name) == 0) {
        memcpy(entry->model.weights_sha256, sha256, sizeof sha256);
    }
    if (graph && strcmp(graph, name) == 0 && !entry->graph_path) {
        entry->graph_path = path;
        path = NULL;
    }
    free(path);
    return ICA_OK;
}

static enum ica_status read_files(const struct manifest *manifest, const char *folder,
                                  struct ica_catalogue_entry *entry)
{
    const json_t *files = json_object_get(manifest->root, "files");
    if (json_array_size(files) == 0) {
        return wrong(manifest, "files", "a list of files");
    }
    entry->installed = true;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < json_array_size(files) && !status; i++) {
        status = read_file(manifest, json_array_get(files, i), folder, entry);
    }
    if (!status && !entry->graph_path) {
        status = wrong(manifest, "graph", "one of the files");
    }
    if (!status && !entry->model.weights_sha256[0]) {
        status = wrong(manifest, "weights", "one of the files");
    }
    return status;
}

static enum ica_status parse_manifest(const char *path, const char *weights_dir,
                                      struct ica_catalogue_entry *entry, struct ica_error *err)
{
    struct stat info;
    if (stat(path, &info) || info.st_size > ICA_MAX_MANIFEST_BYTES) {
        return ica_error_set(err, ICA_EINVALID, "%s: a manifest has at most %d bytes.", path,
                             ICA_MAX_MANIFEST_BYTES);
    }
    json_error_t syntax;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &syntax);
    if (!root) {
        return ica_error_set(err, ICA_EINVALID, "%s, line %d: this is no valid JSON (%s).", path,
                             syntax.line, syntax.text);
    }
    const struct manifest manifest = {.path = path, .root = root, .err = err};
    enum ica_status status = read_model(&manifest, &entry->model);
    if (!status) {
        status = check_preprocessing(&manifest);
    }
    if (!status) {
        status = read_files(&manifest, weights_dir, entry);
    }
    json_decref(root);
    return status;
}

static enum ica_status read_manifest(const char *manifests_dir, const char *name,
                                     const char *weights_dir, struct ica_catalogue_entry *entry,
                                     struct ica_error *err)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", manifests_dir, name) < 0) {
        return ica_error_nomem(err, "the catalogue");
    }
    enum ica_status status = parse_manifest(path, weights_dir, entry, err);
    free(path);
    return status;
}

static enum ica_status read_manifests(struct ica_model_catalogue *catalogue,
                                      const char *manifests_dir, const char *weights_dir,
                                      struct dirent *const names[], size_t n_names,
                                      struct ica_error *err)
{
    catalogue->entries = ica_array_new(n_names, sizeof *catalogue->entries);
    if (!catalogue->entries) {
        return ica_error_nomem(err, "the catalogue");
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n_names && !status; i++) {
        status = read_manifest(manifests_dir, names[i]->d_name, weights_dir,
                               &catalogue->entries[catalogue->n_entries++], err);
    }
    return status;
}

static int is_manifest(const struct dirent *file)
{
    const char *dot = strrchr(file->d_name, '.');
    return file->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

enum ica_status ica_manifest_catalogue_open(struct ica_model_catalogue **out,
                                            const char *manifests_dir, const char *weights_dir,
                                            struct ica_error *err)
{
    *out = NULL;
    struct dirent **names = NULL;
    int n_names = scandir(manifests_dir, &names, is_manifest, by_bytes);
    if (n_names <= 0) {
        free(names);
        return ica_error_set(err, ICA_ENOTFOUND, "There are no model manifests in %s.",
                             manifests_dir);
    }
    struct ica_model_catalogue *catalogue = calloc(1, sizeof *catalogue);
    enum ica_status status = ICA_OK;
    if (!catalogue) {
        status = ica_error_nomem(err, "the catalogue");
    } else if (n_names > ICA_MAX_MANIFESTS) {
        status = ica_error_set(err, ICA_ETOOLARGE, "More than %d model manifests in %s.",
                               ICA_MAX_MANIFESTS, manifests_dir);
    } else {
        status = read_manifests(catalogue, manifests_dir, weights_dir, names, (size_t)n_names, err);
    }
    for (int i = 0; i < n_names; i++) {
        free(names[i]);
    }
    free(names);
    if (status) {
        ica_manifest_catalogue_close(catalogue);
        return status;
    }
    *out = catalogue;
    return ICA_OK;
}

void ica_manifest_catalogue_close(struct ica_model_catalogue *catalogue)
{
    if (catalogue) {
        for (size_t i = 0; i < catalogue->n_entries; i++) {
            free(catalogue->entries[i].graph_path);
        }
        free(catalogue->entries);
        free(catalogue);
    }
}
