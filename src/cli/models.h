/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of the command `models`. Each prints to stdout. */
#ifndef ICA_CLI_MODELS_H
#define ICA_CLI_MODELS_H

#include "cli/program.h"

#define ICA_MAX_MODELS_TEXT ((size_t)4 << 20)

/* What the verbs share: everything is the program's but the name. */
struct ica_models_command {
    struct ica_program *program;
    const struct ica_settings *settings;
    struct ica_models models;
    char default_name[ICA_MAX_MODEL_NAME]; /* of the model that --model falls back to */
};

enum ica_status ica_models_list(struct ica_models_command *command,
                                struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_models_show(struct ica_models_command *command, const char *name,
                                struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_models_add(struct ica_models_command *command, const char *path,
                               struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_models_pull(struct ica_models_command *command, const char *name,
                                struct ica_error *err) ICA_MUST_CHECK;
/* `name` NULL: all that are installed. */
enum ica_status ica_models_verify(struct ica_models_command *command, const char *name,
                                  struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_models_remove(struct ica_models_command *command, const char *name,
                                  struct ica_error *err) ICA_MUST_CHECK;
/* `name` NULL: print which it is. */
enum ica_status ica_models_default(struct ica_models_command *command, const char *name,
                                   struct ica_error *err) ICA_MUST_CHECK;

enum ica_status ica_models_devices(struct ica_models_command *command,
                                   struct ica_error *err) ICA_MUST_CHECK;

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
