/* SPDX-License-Identifier: Apache-2.0 */
/* Models for programs. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/models/models_json.h"

/* What is not in the manifest. */
static json_t *make_state(const struct ica_models_command *command,
                          const struct ica_catalogue_entry *entry)
{
    bool is_default = strcmp(entry->model.name, command->default_name) == 0;
    return json_pack("{s:s, s:b, s:b, s:b, s:s, s:I, s:s?}", "installed", ica_models_state(entry),
                     "in_store", entry->in_store, "default", is_default, "complete",
                     entry->package.is_complete, "folder", entry->folder, "bytes",
                     (json_int_t)ica_model_package_bytes(&entry->package), "problem",
                     entry->problem);
}

static enum ica_status append(json_t *root, struct ica_buffer *out, struct ica_error *err)
{
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    enum ica_status status =
        text ? ica_buffer_printf(out, err, "%s\n", text) : ica_error_nomem(err, "a document");
    free(text);
    json_decref(root);
    return status;
}

static json_t *make_item(const struct ica_models_command *command,
                         const struct ica_catalogue_entry *entry)
{
    const struct ica_model *model = &entry->model;
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:b, s:o}", "name", model->name,
                     "version", model->version, "title", entry->package.title, "licence",
                     model->licence, "pixels", (int)model->crop.size, "dimension",
                     (json_int_t)model->dim, "classes", (json_int_t)model->n_classes, "text",
                     entry->package.tokenizer[0] != 0, "state", make_state(command, entry));
}

enum ica_status ica_models_append_list_json(const struct ica_models_command *command,
                                            struct ica_buffer *out, struct ica_error *err)
{
    const struct ica_model_catalogue *catalogue = command->models.catalogue;
    json_t *list = json_array();
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        if (json_array_append_new(list, make_item(command, &catalogue->entries[i]))) {
            json_decref(list);
            return ica_error_nomem(err, "a document");
        }
    }
    return append(
        json_pack("{s:s, s:o}", "store", command->models.tools.store->folder, "models", list), out,
        err);
}

/* The manifest was read and checked when the catalogue was opened. */
enum ica_status ica_models_append_entry_json(const struct ica_models_command *command,
                                             const struct ica_catalogue_entry *entry,
                                             struct ica_buffer *out, struct ica_error *err)
{
    json_t *root = entry->problem ? json_object() : json_load_file(entry->manifest_path, 0, NULL);
    if (!json_is_object(root) || json_object_set_new(root, "state", make_state(command, entry))) {
        json_decref(root);
        return ica_error_set(err, ICA_EINVALID, "%.200s cannot be read any more.",
                             entry->manifest_path);
    }
    return append(root, out, err);
}
