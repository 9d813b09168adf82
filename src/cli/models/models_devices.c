/* SPDX-License-Identifier: Apache-2.0 */
/* `models devices`: what can compute the models here. */
#include "cli/console.h"
#include "cli/models/models_verbs.h"

enum ica_status ica_models_devices(struct ica_models_command *command, struct ica_error *err)
{
    struct ica_device devices[ICA_MAX_DEVICES];
    size_t n = 0;
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    struct ica_inference *engine = command->models.tools.engine;
    enum ica_status status = ica_inference_devices(engine, devices, &n, err);
    if (!status) {
        status = ica_buffer_printf(&text, err, "%-10s %s\n", "device", "what it is");
    }
    for (size_t i = 0; i < n && !status; i++) {
        status = ica_buffer_printf(&text, err, "%-10s ", devices[i].name);
        if (!status) {
            status = ica_console_append(&text, devices[i].title, SIZE_MAX, err);
        }
        if (!status) {
            status = ica_buffer_append_text(&text, "\n", err);
        }
    }
    return ica_models_print(&text, status, err);
}
