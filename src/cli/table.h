/* SPDX-License-Identifier: Apache-2.0 */
/* The result as a table for people. */
#ifndef ICA_CLI_TABLE_H
#define ICA_CLI_TABLE_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/console.h"
#include "domain/result.h"

/* Append the table, as wide as the console. */
enum ica_status ica_table_write(const struct ica_result *result, const struct ica_console *console,
                                struct ica_buffer *out, struct ica_error *err) ICA_MUST_CHECK;

#endif
