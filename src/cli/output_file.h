/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a command is to write: better refused before the work than after it. */
#ifndef ICA_CLI_OUTPUT_FILE_H
#define ICA_CLI_OUTPUT_FILE_H

#include "base/error.h"

/* Check that a file can be put at `path`: it is no folder, and its folder can be written to. The
 * message does not name it. */
enum ica_status ica_output_file_check(const char *path, struct ica_error *err) ICA_MUST_CHECK;

#endif
