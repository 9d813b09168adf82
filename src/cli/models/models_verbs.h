/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of the command `models`. Each prints to stdout. */
#ifndef ICA_CLI_MODELS_MODELS_VERBS_H
#define ICA_CLI_MODELS_MODELS_VERBS_H

#include "cli/models/models_command.h"

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

#endif
