/* SPDX-License-Identifier: Apache-2.0 */
/* The database: opened, asked, and what it says when it fails. */
#include "adapters/sqlite/statement.h"

#include <string.h>

enum ica_status ica_database_error(const struct ica_database *database, struct ica_error *err)
{
    const char *text = sqlite3_errmsg(database->handle);
    switch (sqlite3_errcode(database->handle)) {
    case SQLITE_NOMEM:
        return ica_error_nomem(err, "the index");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ica_error_set(err, ICA_EBUSY,
                             "Another process is writing to the index %.200s: wait until it is "
                             "done, or name another file with --index.",
                             database->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ica_error_set(err, ICA_ECORRUPT,
                             "The index %.200s is damaged or is no index (%.80s): remove the file, "
                             "and the images are embedded again.",
                             database->path, text);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ica_error_set(err, ICA_EDENIED,
                             "The index %.200s cannot be opened to write (%.80s): name another "
                             "file with --index.",
                             database->path, text);
    case SQLITE_FULL:
        return ica_error_set(err, ICA_EIO,
                             "There is no room left for the index %.200s: free some, or name a "
                             "file elsewhere with --index.",
                             database->path);
    default:
        return ica_error_set(err, ICA_EIO, "The index %.200s: %.200s.", database->path, text);
    }
}

enum ica_status ica_database_run(const struct ica_database *database, const char *sql,
                                 struct ica_error *err)
{
    return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK
               ? ICA_OK
               : ica_database_error(database, err);
}

enum ica_status ica_database_prepare(const struct ica_database *database, const char *sql,
                                     sqlite3_stmt **out, struct ica_error *err)
{
    return sqlite3_prepare_v2(database->handle, sql, -1, out, NULL) == SQLITE_OK
               ? ICA_OK
               : ica_database_error(database, err);
}

enum ica_status ica_database_step(const struct ica_database *database, sqlite3_stmt *statement,
                                  bool *row, struct ica_error *err)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? ICA_OK : ica_database_error(database, err);
}

enum ica_status ica_database_execute(const struct ica_database *database, sqlite3_stmt *statement,
                                     struct ica_error *err)
{
    bool row;
    enum ica_status status = ica_database_step(database, statement, &row, err);
    (void)sqlite3_reset(statement);
    return status;
}

enum ica_status ica_database_begin(const struct ica_database *database, struct ica_error *err)
{
    return ica_database_run(database, "BEGIN IMMEDIATE", err);
}

enum ica_status ica_database_end(const struct ica_database *database, enum ica_status status,
                                 struct ica_error *err)
{
    if (!status) {
        status = ica_database_run(database, "COMMIT", err);
    }
    if (status && !sqlite3_get_autocommit(database->handle)) {
        (void)sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

void ica_bind_bytes(sqlite3_stmt *statement, int parameter, const char *text)
{
    (void)sqlite3_bind_blob64(statement, parameter, text, strlen(text), SQLITE_STATIC);
}

bool ica_column_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    size_t length = (size_t)sqlite3_column_bytes(statement, column);
    if (!bytes || length == 0 || length >= size || memchr(bytes, 0, length)) {
        return false;
    }
    memcpy(text, bytes, length);
    text[length] = 0;
    return true;
}
