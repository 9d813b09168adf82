/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue read from a folder of JSON manifests. Manifests may be written by users, so
 * every member is checked for type and range before it is used. */
#include "adapters/manifest/manifest_catalogue.h"

#include <errno.h>
#include <glob.h>
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
        status = read_text(manifest, manifest->root, "input", model->input, sizeof model->input);
    }
    if (!status) {
        status = read_crop(manifest, &model->crop);
    }
    return status ? status : read_outputs(manifest, model);
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

static enum ica_status read_manifest(const char *path, const char *weights_dir,
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
        status = read_files(&manifest, weights_dir, entry);
    }
    json_decref(root);
    return status;
}

/* Paths of all manifests, sorted; to be released with globfree on success. */
static enum ica_status list_manifests(const char *manifests_dir, glob_t *paths,
                                      struct ica_error *err)
{
    char *pattern = NULL;
    if (asprintf(&pattern, "%s/*.json", manifests_dir) < 0) {
        return ica_error_nomem(err, "the catalogue");
    }
    int failed = glob(pattern, 0, NULL, paths);
    free(pattern);
    if (failed == GLOB_NOSPACE) {
        return ica_error_nomem(err, "the catalogue");
    }
    if (failed) {
        return ica_error_set(err, ICA_ENOTFOUND, "There are no model manifests in %s.",
                             manifests_dir);
    }
    if (paths->gl_pathc > ICA_MAX_MANIFESTS) {
        globfree(paths);
        return ica_error_set(err, ICA_ETOOLARGE, "More than %d model manifests in %s.",
                             ICA_MAX_MANIFESTS, manifests_dir);
    }
    return ICA_OK;
}

enum ica_status ica_manifest_catalogue_open(struct ica_model_catalogue **out,
                                            const char *manifests_dir, const char *weights_dir,
                                            struct ica_error *err)
{
    *out = NULL;
    glob_t paths;
    enum ica_status status = list_manifests(manifests_dir, &paths, err);
    if (status) {
        return status;
    }
    struct ica_model_catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (catalogue) {
        catalogue->entries = ica_array_new(paths.gl_pathc, sizeof *catalogue->entries);
    }
    if (!catalogue || !catalogue->entries) {
        status = ica_error_nomem(err, "the catalogue");
    }
    for (size_t i = 0; i < paths.gl_pathc && !status; i++) {
        status = read_manifest(paths.gl_pathv[i], weights_dir,
                               &catalogue->entries[catalogue->n_entries++], err);
    }
    globfree(&paths);
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
