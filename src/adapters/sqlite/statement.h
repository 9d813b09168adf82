/* SPDX-License-Identifier: Apache-2.0 */
/* The database: opened, asked, and what it says when it fails turned into statuses and sentences.
 */
#ifndef ICA_ADAPTERS_SQLITE_STATEMENT_H
#define ICA_ADAPTERS_SQLITE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ica_database {
    sqlite3 *handle;
    char *path; /* owned; for messages */
};

/* Turn the database's last failure into a message that names the file. Returns its status. */
enum ica_status ica_database_error(const struct ica_database *database, struct ica_error *err);

/* Run one or more statements without parameters or answers. */
enum ica_status ica_database_run(const struct ica_database *database, const char *sql,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Compile one statement, to be finalised by the caller. */
enum ica_status ica_database_prepare(const struct ica_database *database, const char *sql,
                                     sqlite3_stmt **out, struct ica_error *err) ICA_MUST_CHECK;

/* Step to the next row; `*row` is false at the end. */
enum ica_status ica_database_step(const struct ica_database *database, sqlite3_stmt *statement,
                                  bool *row, struct ica_error *err) ICA_MUST_CHECK;

/* Step a statement that answers nothing, and make it ready for its next parameters. */
enum ica_status ica_database_execute(const struct ica_database *database, sqlite3_stmt *statement,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Begin a transaction that writes, and end it: commit, or roll back after a failure. Returns
 * `status`, or how the commit failed. */
enum ica_status ica_database_begin(const struct ica_database *database,
                                   struct ica_error *err) ICA_MUST_CHECK;
enum ica_status ica_database_end(const struct ica_database *database, enum ica_status status,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Bind texts as bytes: paths need not be UTF-8. Borrowed until the statement is stepped; that
 * binding failed shows there. */
void ica_bind_bytes(sqlite3_stmt *statement, int parameter, const char *text);

/* A column of bytes as a C string of at most `size` - 1 bytes; false if it is longer or NULL. */
bool ica_column_text(sqlite3_stmt *statement, int column, char *text, size_t size);

#endif
