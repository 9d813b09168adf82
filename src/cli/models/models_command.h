/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of the command `models` share. */
#ifndef ICA_CLI_MODELS_MODELS_COMMAND_H
#define ICA_CLI_MODELS_MODELS_COMMAND_H

#include "cli/program.h"

#define ICA_MAX_MODELS_TEXT ((size_t)4 << 20)

/* Everything is the program's but the name. */
struct ica_models_command {
    struct ica_program *program;
    const struct ica_settings *settings;
    struct ica_models models;
    char default_name[ICA_MAX_MODEL_NAME]; /* of the model that --model falls back to */
};

/* The entry of that name. ICA_ENOTFOUND, with the names that come near. */
enum ica_status ica_models_find(const struct ica_models_command *command, const char *name,
                                const struct ica_catalogue_entry **out,
                                struct ica_error *err) ICA_MUST_CHECK;

/* "yes", "pull", "no" or "problem". */
const char *ica_models_state(const struct ica_catalogue_entry *entry);

bool ica_models_want_json(const struct ica_models_command *command);

/* Print and clear `text`, unless `status` is a failure already. */
enum ica_status ica_models_print(struct ica_buffer *text, enum ica_status status,
                                 struct ica_error *err) ICA_MUST_CHECK;

#endif
