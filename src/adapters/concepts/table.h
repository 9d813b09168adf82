/* SPDX-License-Identifier: Apache-2.0 */
/* Tab-separated tables, read whole and cut up in place. */
#ifndef ICA_ADAPTERS_CONCEPTS_TABLE_H
#define ICA_ADAPTERS_CONCEPTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define ICA_TABLE_COLUMNS  6
#define ICA_MAX_TABLE_ROWS 65536

/* One line after another of a file; lines that are empty or begin with '#' are left out. */
struct ica_table {
    const char *path; /* borrowed */
    struct ica_buffer text;
    char *rest;
    size_t line_number;
    char *fields[ICA_TABLE_COLUMNS]; /* of the present line; "" where it has fewer */
};

/* Read the file at `path`, which is borrowed. The table is to be cleared whatever is returned; what
 * rows point to lives until then. ICA_EMODEL (missing, empty, too large, no text), ICA_ENOMEM. */
enum ica_status ica_table_open(struct ica_table *table, const char *path,
                               struct ica_error *err) ICA_MUST_CHECK;

void ica_table_clear(struct ica_table *table);

/* Go to the next line; `*more` is false at the end. ICA_EMODEL (too many columns). */
enum ica_status ica_table_next(struct ica_table *table, bool *more,
                               struct ica_error *err) ICA_MUST_CHECK;

/* ICA_EMODEL with a message that names the file and the line and says `what` is wrong there. */
enum ica_status ica_table_wrong(const struct ica_table *table, const char *what,
                                struct ica_error *err);

/* Parse all lines into the array `*rows` of `*n` rows of `row_bytes` each, which the caller frees
 * even on failure; both come in as 0. */
enum ica_status ica_table_parse(struct ica_table *table,
                                enum ica_status (*parse)(const struct ica_table *table, void *row,
                                                         struct ica_error *err),
                                size_t row_bytes, void **rows, size_t *n,
                                struct ica_error *err) ICA_MUST_CHECK;

#endif
