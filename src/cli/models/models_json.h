/* SPDX-License-Identifier: Apache-2.0 */
/* Models as JSON. */
#ifndef ICA_CLI_MODELS_MODELS_JSON_H
#define ICA_CLI_MODELS_MODELS_JSON_H

#include "cli/models/models_command.h"

/* Append the list, or the manifest of one entry with what is known of its files, as JSON.
 * ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_models_append_list_json(const struct ica_models_command *command,
                                            struct ica_buffer *out,
                                            struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_models_append_entry_json(const struct ica_models_command *command,
                                             const struct ica_catalogue_entry *entry,
                                             struct ica_buffer *out,
                                             struct ica_error *err) ICA_MUST_CHECK;

#endif
