/* SPDX-License-Identifier: Apache-2.0 */
/* The commands. Each does its work, prints to stdout and returns its status; the message of a
 * failure is printed by whoever called. */
#ifndef ICA_CLI_COMMANDS_H
#define ICA_CLI_COMMANDS_H

#include "cli/program.h"

enum ica_status ica_command_cluster(struct ica_program *program,
                                    const struct ica_settings *settings,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Find images by words or by an image. */
enum ica_status ica_command_search(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* List, update and remove what the index of searches has. */
enum ica_status ica_command_index(struct ica_program *program, const struct ica_settings *settings,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Print the vector of each image. */
enum ica_status ica_command_embed(struct ica_program *program, const struct ica_settings *settings,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Ask a running server whether it is well. ICA_EBUSY when it is not. */
enum ica_status ica_command_health(const struct ica_settings *settings,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Teach a concept by examples, list the taught ones, forget one. */
enum ica_status ica_command_concepts(struct ica_program *program,
                                     const struct ica_settings *settings,
                                     struct ica_error *err) ICA_MUST_CHECK;

enum ica_status ica_command_models(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
