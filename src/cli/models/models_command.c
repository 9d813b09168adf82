/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/models/models_command.h"

#include <string.h>

#include "cli/console.h"

const char *ica_models_state(const struct ica_catalogue_entry *entry)
{
    if (entry->problem) {
        return "problem";
    }
    if (entry->installed) {
        return "yes";
    }
    return ica_model_package_is_pullable(&entry->package) ? "pull" : "no";
}

bool ica_models_want_json(const struct ica_models_command *command)
{
    return strcmp(command->settings->format, "json") == 0;
}

enum ica_status ica_models_print(struct ica_buffer *text, enum ica_status status,
                                 struct ica_error *err)
{
    if (!status) {
        status = ica_console_print(text, err);
    }
    ica_buffer_clear(text);
    return status;
}

enum ica_status ica_models_find(const struct ica_models_command *command, const char *name,
                                const struct ica_catalogue_entry **out, struct ica_error *err)
{
    *out = ica_catalogue_find(command->models.catalogue, name);
    return *out
               ? ICA_OK
               : ica_error_set(err, ICA_ENOTFOUND,
                               "There is no model named \"%.80s\": `image-cluster-ai models` lists "
                               "them.",
                               name);
}
