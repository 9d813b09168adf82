/* SPDX-License-Identifier: Apache-2.0 */
/* `models verify`, `models remove` and `models default`. */
#include <stdio.h>
#include <string.h>

#include "application/models/pull_model.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/models/byte_progress.h"
#include "cli/models/models_verbs.h"

/* ---- verify -----------------------------------------------------------------------------------
 */

struct verifying {
    const struct ica_models_command *command;
    struct ica_byte_progress progress;
    struct ica_buffer text;
    size_t n_wrong;
};

static enum ica_status append_result(struct verifying *verifying,
                                     const struct ica_catalogue_entry *entry, size_t i,
                                     enum ica_file_state state, const struct ica_model_file *found,
                                     struct ica_error *err)
{
    static const char *const words[] = {
        [ICA_FILE_OK] = "ok",
        [ICA_FILE_MISSING] = "missing",
        [ICA_FILE_UNREADABLE] = "cannot be read",
        [ICA_FILE_WRONG_SIZE] = "wrong size",
        [ICA_FILE_DIFFERS] = "differs",
    };
    const struct ica_model_file *file = &entry->package.files[i];
    struct ica_buffer *text = &verifying->text;
    enum ica_status status =
        ica_buffer_printf(text, err, "%-30s %-14s ", entry->model.name, words[state]);
    if (!status) {
        status = ica_console_append(text, file->name, SIZE_MAX, err);
    }
    if (!status && state == ICA_FILE_WRONG_SIZE) {
        status = ica_buffer_printf(text, err, "  (%llu bytes instead of %llu)",
                                   (unsigned long long)found->size_bytes,
                                   (unsigned long long)file->size_bytes);
    }
    if (!status && state == ICA_FILE_DIFFERS) {
        status = ica_buffer_printf(text, err, "  (SHA-256 %s)", found->sha256);
    }
    verifying->n_wrong += state != ICA_FILE_OK;
    return status ? status : ica_buffer_append_text(text, "\n", err);
}

static enum ica_status verify_entry(struct verifying *verifying,
                                    const struct ica_catalogue_entry *entry, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    if (entry->problem) {
        verifying->n_wrong++;
        status =
            ica_buffer_printf(&verifying->text, err, "%-30s %-14s ", entry->model.name, "problem");
        status =
            status ? status : ica_console_append(&verifying->text, entry->problem, SIZE_MAX, err);
        return status ? status : ica_buffer_append_text(&verifying->text, "\n", err);
    }
    for (size_t i = 0; i < entry->package.n_files && !status; i++) {
        enum ica_file_state state = ICA_FILE_OK;
        struct ica_model_file found;
        ica_byte_progress_begin(&verifying->progress, entry->package.files[i].name);
        status = ica_verify_file(verifying->command->models.tools.store, entry, i,
                                 &verifying->progress.monitor, &state, &found, err);
        if (!status) {
            status = append_result(verifying, entry, i, state, &found, err);
        }
    }
    return status;
}

/* Files that were put there by hand become a model when they are verified. */
static enum ica_status adopt(struct verifying *verifying, const struct ica_catalogue_entry *entry,
                             struct ica_error *err)
{
    const struct ica_pull_request request = {.entry = entry,
                                             .monitor = &verifying->progress.monitor};
    ica_byte_progress_begin(&verifying->progress, entry->model.name);
    enum ica_status status = ica_adopt_model(&verifying->command->models.tools, &request, err);
    if (status == ICA_ENOTFOUND) {
        return ica_error_prefix(err, status,
                                "The model %s is not complete: pull it, or put its files into "
                                "%.200s/%s. ",
                                entry->model.name, verifying->command->models.tools.store->folder,
                                entry->model.name);
    }
    return status ? status
                  : ica_buffer_printf(&verifying->text, err,
                                      "%-30s was made of the files in its folder; it works.\n",
                                      entry->model.name);
}

static enum ica_status verify_named(struct verifying *verifying, const char *name,
                                    struct ica_error *err)
{
    const struct ica_catalogue_entry *entry = NULL;
    enum ica_status status = ica_models_find(verifying->command, name, &entry, err);
    if (status) {
        return status;
    }
    bool is_promise = !entry->problem && !entry->in_store && !entry->package.is_complete;
    return is_promise ? adopt(verifying, entry, err) : verify_entry(verifying, entry, err);
}

static enum ica_status verify_all(struct verifying *verifying, struct ica_error *err)
{
    const struct ica_model_catalogue *catalogue = verifying->command->models.catalogue;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < catalogue->n_entries && !status; i++) {
        const struct ica_catalogue_entry *entry = &catalogue->entries[i];
        if (entry->installed || entry->in_store) {
            status = verify_entry(verifying, entry, err);
        }
    }
    return status;
}

enum ica_status ica_models_verify(struct ica_models_command *command, const char *name,
                                  struct ica_error *err)
{
    struct verifying verifying = {.command = command};
    ica_interrupt_watch();
    ica_buffer_init(&verifying.text, ICA_MAX_MODELS_TEXT);
    ica_byte_progress_init(&verifying.progress, command->models.clock, command->settings->quiet);
    enum ica_status status =
        name ? verify_named(&verifying, name, err) : verify_all(&verifying, err);
    ica_byte_progress_erase(&verifying.progress);
    status = ica_models_print(&verifying.text, status, err);
    if (!status && verifying.n_wrong > 0) {
        status =
            ica_error_set(err, ICA_EMODEL,
                          "%zu of the files are not what their manifests say: remove the model "
                          "and bring it again.",
                          verifying.n_wrong);
    }
    return status;
}

/* ---- remove and default -----------------------------------------------------------------------
 */

static enum ica_status say(const char *what, const char *name, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    enum ica_status status = ica_buffer_printf(&text, err, "%s%s\n", what, name);
    return ica_models_print(&text, status, err);
}

enum ica_status ica_models_remove(struct ica_models_command *command, const char *name,
                                  struct ica_error *err)
{
    struct ica_model_store *store = command->models.tools.store;
    const struct ica_catalogue_entry *entry = ica_catalogue_find(command->models.catalogue, name);
    bool is_default = strcmp(name, command->default_name) == 0;
    size_t length = strlen(store->folder);
    bool is_in_store =
        entry && strncmp(entry->folder, store->folder, length) == 0 && entry->folder[length] == '/';
    if (entry && entry->installed && !is_in_store) {
        return ica_error_set(
            err, ICA_EINVALID,
            "The model %s came with the program (%.200s): only models of the store "
            "%.150s are removed.",
            name, entry->folder, store->folder);
    }
    if (is_default && !command->settings->force) {
        return ica_error_set(err, ICA_EINVALID,
                             "The model %s is the default: choose another with `image-cluster-ai "
                             "models default NAME` first, or give --force.",
                             name);
    }
    enum ica_status status = ica_model_store_remove(store, name, err);
    if (!status && is_default) {
        status = ica_model_store_save_default(store, "", err);
    }
    return status ? status : say("Removed ", name, err);
}

enum ica_status ica_models_default(struct ica_models_command *command, const char *name,
                                   struct ica_error *err)
{
    const struct ica_catalogue_entry *entry = NULL;
    if (!name) {
        return say("", command->default_name, err);
    }
    enum ica_status status = ica_models_find(command, name, &entry, err);
    if (!status && !entry->installed) {
        status = ica_error_set(err, ICA_EINVALID,
                               "The model %s is not installed: pull or add it first.", name);
    }
    if (!status) {
        status = ica_model_store_save_default(command->models.tools.store, name, err);
    }
    return status ? status : say("The default is now ", name, err);
}
