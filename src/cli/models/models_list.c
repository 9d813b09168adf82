/* SPDX-License-Identifier: Apache-2.0 */
/* `models list`: which there are, in a table or as JSON. */
#include <stdio.h>
#include <string.h>

#include "cli/console.h"
#include "cli/models/byte_progress.h"
#include "cli/models/models_json.h"
#include "cli/models/models_verbs.h"

static enum ica_status append_problem(const struct ica_catalogue_entry *entry,
                                      struct ica_buffer *out, struct ica_error *err)
{
    enum ica_status status = ica_buffer_append_text(out, "    ", err);
    if (!status) {
        status = ica_console_append(out, entry->problem, SIZE_MAX, err);
    }
    return status ? status : ica_buffer_append_text(out, "\n", err);
}

static enum ica_status append_model(const struct ica_models_command *command,
                                    const struct ica_catalogue_entry *entry, struct ica_buffer *out,
                                    struct ica_error *err)
{
    const struct ica_model *model = &entry->model;
    char size[24] = "-";
    uint64_t bytes = ica_model_package_bytes(&entry->package);
    if (bytes > 0) {
        ica_bytes_format(size, sizeof size, bytes);
    }
    enum ica_status status = ica_buffer_printf(
        out, err, "%c %-30s %-8s %6u %6zu %8zu  %-5s  %-9s %9s  ",
        strcmp(model->name, command->default_name) == 0 ? '*' : ' ', model->name, model->version,
        model->crop.size, model->dim, model->n_classes, entry->package.tokenizer[0] ? "words" : "-",
        ica_models_state(entry), size);
    if (!status) {
        status = ica_console_append(out, model->licence, SIZE_MAX, err);
    }
    if (!status) {
        status = ica_buffer_append_text(out, "\n", err);
    }
    return status || !entry->problem ? status : append_problem(entry, out, err);
}

static enum ica_status append_table(const struct ica_models_command *command,
                                    struct ica_buffer *out, struct ica_error *err)
{
    const struct ica_model_catalogue *catalogue = command->models.catalogue;
    enum ica_status status = ica_buffer_printf(
        out, err, "  %-30s %-8s %6s %6s %8s  %-5s  %-9s %9s  %s\n", "model", "version", "pixels",
        "dim", "classes", "reads", "installed", "size", "licence");
    for (size_t i = 0; !status && i < catalogue->n_entries; i++) {
        status = append_model(command, &catalogue->entries[i], out, err);
    }
    return status;
}

enum ica_status ica_models_list(struct ica_models_command *command, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    enum ica_status status = ica_models_want_json(command)
                                 ? ica_models_append_list_json(command, &text, err)
                                 : append_table(command, &text, err);
    return ica_models_print(&text, status, err);
}
