/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the index. Vectors are in a table of their own: whether a file has changed is found
 * out without reading them. Ids of generations are never given twice, so that a process that fills
 * one that was dropped cannot write into another. */
#include "adapters/sqlite/schema.h"

#define VERSION        1
#define APPLICATION_ID 0x49434149 /* "ICAI" */

#define TEXT(token)    #token
#define TEXT_OF(macro) TEXT(macro)

/* Pages that hold several vectors; set before the first table is made. The log that is written
 * ahead lets searches read while an update writes, and loses nothing when the process is killed. */
static const char settings[] = "PRAGMA page_size = 16384;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = NORMAL;"
                               "PRAGMA foreign_keys = ON;";

static const char tables[] =
    "CREATE TABLE folders ("
    "  id INTEGER PRIMARY KEY,"
    "  path BLOB NOT NULL UNIQUE);"
    "CREATE TABLE generations ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  folder INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,"
    "  model BLOB NOT NULL,"
    "  version BLOB NOT NULL,"
    "  weights_sha256 BLOB NOT NULL,"
    "  dim INTEGER NOT NULL,"
    "  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),"
    "  UNIQUE (folder, model, is_current));"
    "CREATE TABLE files ("
    "  id INTEGER PRIMARY KEY,"
    "  generation INTEGER NOT NULL REFERENCES generations (id) ON DELETE CASCADE,"
    "  path BLOB NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  mtime_ns INTEGER NOT NULL,"
    "  reason TEXT,"
    "  UNIQUE (generation, path));"
    "CREATE TABLE vectors ("
    "  file INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,"
    "  vector BLOB NOT NULL);"
    "PRAGMA application_id = " TEXT_OF(APPLICATION_ID) ";"
                                                       "PRAGMA user_version = " TEXT_OF(
                                                           VERSION) ";";

static enum ica_status read_number(const struct ica_database *database, const char *sql,
                                   sqlite3_int64 *number, struct ica_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum ica_status status = ica_database_prepare(database, sql, &statement, err);
    if (!status) {
        status = ica_database_step(database, statement, &row, err);
    }
    *number = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status;
}

/* Whether the database is empty, or ours and of this version. */
static enum ica_status check(const struct ica_database *database, bool *is_empty,
                             struct ica_error *err)
{
    sqlite3_int64 n_tables;
    sqlite3_int64 application;
    sqlite3_int64 version;
    enum ica_status status =
        read_number(database, "SELECT count(*) FROM sqlite_master", &n_tables, err);
    if (!status) {
        status = read_number(database, "PRAGMA application_id", &application, err);
    }
    if (!status) {
        status = read_number(database, "PRAGMA user_version", &version, err);
    }
    *is_empty = !status && n_tables == 0;
    if (status || *is_empty) {
        return status;
    }
    if (application != APPLICATION_ID || version < 1) {
        return ica_error_set(err, ICA_ECORRUPT,
                             "The file %.200s is a database of another program: name another file "
                             "with --index.",
                             database->path);
    }
    if (version > VERSION) {
        return ica_error_set(err, ICA_EUNAVAILABLE,
                             "The index %.200s was written by a newer version of this program "
                             "(format %lld, this one knows %d): update the program, or name "
                             "another file with --index.",
                             database->path, (long long)version, VERSION);
    }
    return ICA_OK;
}

/* In a transaction: another process may be making the tables at this moment. */
static enum ica_status make_tables(const struct ica_database *database, struct ica_error *err)
{
    bool is_empty;
    enum ica_status status = ica_database_begin(database, err);
    if (status) {
        return status;
    }
    status = check(database, &is_empty, err);
    if (!status && is_empty) {
        status = ica_database_run(database, tables, err);
    }
    return ica_database_end(database, status, err);
}

enum ica_status ica_schema_prepare(const struct ica_database *database, struct ica_error *err)
{
    bool is_empty;
    /* First, so that a file of another program stays as it is. */
    enum ica_status status = check(database, &is_empty, err);
    if (!status) {
        status = ica_database_run(database, settings, err);
    }
    return status || !is_empty ? status : make_tables(database, err);
}
