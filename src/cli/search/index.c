/* SPDX-License-Identifier: Apache-2.0 */
/* The command `index`: what searches have kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/search/index_folders.h"
#include "cli/search/search_model.h"

#define MAX_TABLE_BYTES ((size_t)64 << 20)
#define MODEL_COLUMNS   32
#define COLUMNS_BEFORE  64 /* those of the folder */

/* ---- list -------------------------------------------------------------------------------------
 */

struct table {
    struct ica_buffer text;
    size_t columns; /* of the folder */
};

static enum ica_status append_generation(void *context, const char *folder,
                                         const struct ica_index_generation *generation,
                                         struct ica_error *err)
{
    struct table *table = context;
    const struct ica_model *model = &generation->model;
    char name[ICA_MAX_MODEL_NAME + ICA_MAX_MODEL_VERSION + 1];
    (void)snprintf(name, sizeof name, "%s@%s", model->name, model->version);
    double mebibytes =
        (double)generation->n_images * (double)model->dim * sizeof(float) / (1 << 20);
    enum ica_status status =
        ica_buffer_printf(&table->text, err, "%-*s %8zu %6zu %8.1fM  ", MODEL_COLUMNS, name,
                          generation->n_images, generation->n_failed, mebibytes);
    char *shown = ica_text_copy_utf8(folder, strlen(folder));
    if (!status) {
        status = shown ? ica_console_append(&table->text, shown, table->columns, err)
                       : ica_error_nomem(err, "a path");
    }
    free(shown);
    return status ? status
                  : ica_buffer_append_text(
                        &table->text, generation->is_current ? "\n" : " (not complete)\n", err);
}

static enum ica_status list(struct ica_image_index *index, struct ica_error *err)
{
    size_t columns = ica_console_of(stdout).columns;
    struct table table = {.columns = columns > COLUMNS_BEFORE ? columns - COLUMNS_BEFORE : 1};
    ica_buffer_init(&table.text, MAX_TABLE_BYTES);
    enum ica_status status =
        ica_buffer_printf(&table.text, err, "%-*s %8s %6s %9s  %s\n", MODEL_COLUMNS, "model",
                          "images", "bad", "vectors", "folder");
    size_t head = table.text.size;
    if (!status) {
        status = ica_image_index_list(index, NULL, append_generation, &table, err);
    }
    if (!status && table.text.size == head) {
        ica_buffer_clear(&table.text);
        status = ica_buffer_append_text(&table.text,
                                        "Nothing is indexed yet: the first search of a folder does "
                                        "it, or\n  image-cluster-ai index update DIR\n",
                                        err);
    }
    if (!status) {
        status = ica_console_print(&table.text, err);
    }
    ica_buffer_clear(&table.text);
    return status;
}

/* ---- update -----------------------------------------------------------------------------------
 */

static enum ica_status update_all(struct ica_program *program, const struct ica_settings *settings,
                                  struct ica_image_index *index, struct ica_index_folders *folders,
                                  struct ica_error *err)
{
    struct ica_models models;
    const char *model = NULL;
    struct ica_search_engine search;
    enum ica_status status = program->open_models(program, settings, false, &models, err);
    if (!status) {
        status = ica_search_model_choose(&models, index, folders->items[0].base.path,
                                         settings->model, false, &model, err);
    }
    if (!status) {
        status = program->open_search(program, settings, model, false, &search, err);
    }
    return status ? status
                  : ica_index_folders_update(folders, settings, index, &search.engine, err);
}

static enum ica_status update(struct ica_program *program, const struct ica_settings *settings,
                              struct ica_image_index *index, struct ica_error *err)
{
    struct ica_index_folders folders = {0};
    ica_interrupt_watch();
    enum ica_status status =
        ica_index_folders_open(&folders, settings, settings->paths + 1, settings->n_paths - 1, err);
    if (!status) {
        status = update_all(program, settings, index, &folders, err);
    }
    ica_index_folders_clear(&folders);
    return status;
}

/* ---- remove -----------------------------------------------------------------------------------
 */

/* A folder that is gone is known by the name that it was given under. */
static enum ica_status remove_folder(const struct ica_settings *settings,
                                     struct ica_image_index *index, const char *given,
                                     struct ica_error *err)
{
    char *found = realpath(given, NULL);
    const char *model = *settings->model ? settings->model : NULL;
    size_t n_removed = 0;
    enum ica_status status =
        ica_image_index_remove(index, found ? found : given, model, &n_removed, err);
    free(found);
    return status || n_removed > 0
               ? status
               : ica_error_set(err, ICA_ENOTFOUND,
                               "%.300s is not in the index%s%.100s: `image-cluster-ai index list` "
                               "lists what is.",
                               given, model ? " with model " : "", model ? model : "");
}

static enum ica_status remove_all(const struct ica_settings *settings,
                                  struct ica_image_index *index, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 1; i < settings->n_paths && !status; i++) {
        status = remove_folder(settings, index, settings->paths[i], err);
    }
    return status;
}

enum ica_status ica_command_index(struct ica_program *program, const struct ica_settings *settings,
                                  struct ica_error *err)
{
    const char *verb = settings->n_paths > 0 ? settings->paths[0] : "list";
    bool is_list = strcmp(verb, "list") == 0 && settings->n_paths <= 1;
    bool is_update = strcmp(verb, "update") == 0 && settings->n_paths > 1;
    bool is_remove = strcmp(verb, "remove") == 0 && settings->n_paths > 1;
    struct ica_image_index *index;
    if (!is_list && !is_update && !is_remove) {
        return ica_error_set(err, ICA_EINVALID, "index takes list, update DIR... or remove DIR...");
    }
    enum ica_status status = program->open_index(program, settings, &index, err);
    if (status) {
        return status;
    }
    return is_list     ? list(index, err)
           : is_update ? update(program, settings, index, err)
                       : remove_all(settings, index, err);
}
