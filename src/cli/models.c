/* SPDX-License-Identifier: Apache-2.0 */
/* The command `models`: which models there are, and which of them are installed. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/console.h"

#define MAX_TABLE_BYTES (1024 * 1024)

static enum ica_status append_model(const struct ica_catalogue_entry *entry, struct ica_buffer *out,
                                    struct ica_error *err)
{
    const struct ica_model *model = &entry->model;
    return ica_buffer_printf(out, err, "%-24s %-8s %6u %6zu %8zu  %-9s  %s\n", model->name,
                             model->version, model->crop.size, model->dim, model->n_classes,
                             entry->installed ? "yes" : "no", model->licence);
}

enum ica_status ica_command_models(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err)
{
    const struct ica_model_catalogue *catalogue;
    struct ica_buffer table;
    ica_buffer_init(&table, MAX_TABLE_BYTES);
    enum ica_status status = program->open_catalogue(program, settings, &catalogue, err);
    if (!status) {
        status = ica_buffer_printf(&table, err, "%-24s %-8s %6s %6s %8s  %-9s  %s\n", "model",
                                   "version", "pixels", "dim", "classes", "installed", "licence");
    }
    for (size_t i = 0; !status && i < catalogue->n_entries; i++) {
        status = append_model(&catalogue->entries[i], &table, err);
    }
    if (!status) {
        status = ica_console_print(&table, err);
    }
    ica_buffer_clear(&table);
    return status;
}
