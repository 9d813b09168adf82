/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of --help. */
#ifndef ICA_CLI_HELP_H
#define ICA_CLI_HELP_H

#include "base/buffer.h"
#include "cli/settings.h"

/* Append how the program is called: a few lines. */
enum ica_status ica_help_usage(struct ica_buffer *out, struct ica_error *err) ICA_MUST_CHECK;

/* Append all there is to say about `command`; the program as a whole if that is UNSET. */
enum ica_status ica_help_write(enum ica_command command, struct ica_buffer *out,
                               struct ica_error *err) ICA_MUST_CHECK;

#endif
