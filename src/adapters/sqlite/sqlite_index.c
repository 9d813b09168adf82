/* SPDX-License-Identifier: Apache-2.0 */
/* The image index port in one SQLite database. A mutex makes the calls take turns: what one call
 * asks of the connection is not to be mixed with what another does. */
#include "adapters/sqlite/sqlite_index.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/statement.h"
#include "base/file_io.h"
#include "base/text.h"

#define BUSY_TIMEOUT_MS 10000

struct sqlite_index {
    struct ica_image_index base;
    struct ica_database database;
    pthread_mutex_t mutex;
};

static struct ica_database *lock(struct ica_image_index *self)
{
    struct sqlite_index *index = (struct sqlite_index *)self;
    (void)pthread_mutex_lock(&index->mutex);
    return &index->database;
}

static void unlock(struct ica_image_index *self)
{
    (void)pthread_mutex_unlock(&((struct sqlite_index *)self)->mutex);
}

/* What the tables cannot hold unless somebody else wrote it. */
static enum ica_status damaged(const struct ica_database *database, struct ica_error *err)
{
    return ica_error_set(err, ICA_ECORRUPT,
                         "The index %.200s holds what no version of this program writes: remove "
                         "the file, and the images are embedded again.",
                         database->path);
}

/* ---- Generations ------------------------------------------------------------------------------
 */

/* Columns of a row: folder, id, model, version, weights_sha256, dim, is_current, images, failed. */
static bool read_generation(sqlite3_stmt *row, char folder[ICA_MAX_INDEX_PATH],
                            struct ica_index_generation *out)
{
    struct ica_model *model = &out->model;
    sqlite3_int64 dim = sqlite3_column_int64(row, 5);
    out->id = sqlite3_column_int64(row, 1);
    out->is_current = sqlite3_column_int64(row, 6) == 1;
    out->n_images = (size_t)sqlite3_column_int64(row, 7);
    out->n_failed = (size_t)sqlite3_column_int64(row, 8);
    model->dim = (size_t)dim;
    return dim > 0 && dim <= ICA_MAX_DIM && ica_column_text(row, 0, folder, ICA_MAX_INDEX_PATH) &&
           ica_column_text(row, 2, model->name, sizeof model->name) &&
           ica_column_text(row, 3, model->version, sizeof model->version) &&
           (sqlite3_column_bytes(row, 4) == 0 || /* a model of tests may have no weights */
            ica_column_text(row, 4, model->weights_sha256, sizeof model->weights_sha256));
}

static enum ica_status visit_generations(const struct ica_database *database,
                                         sqlite3_stmt *statement, ica_index_visit_generation *visit,
                                         void *context, struct ica_error *err)
{
    bool row = true;
    enum ica_status status = ICA_OK;
    while (!status && row) {
        char folder[ICA_MAX_INDEX_PATH];
        struct ica_index_generation generation = {0};
        status = ica_database_step(database, statement, &row, err);
        if (status || !row) {
            break;
        }
        status = read_generation(statement, folder, &generation)
                     ? visit(context, folder, &generation, err)
                     : damaged(database, err);
    }
    return status;
}

static enum ica_status list(struct ica_image_index *self, const char *folder,
                            ica_index_visit_generation *visit, void *context, struct ica_error *err)
{
    static const char sql[] =
        "SELECT path, g.id, model, version, weights_sha256, dim, is_current,"
        "  (SELECT count(*) FROM files WHERE generation = g.id AND reason IS NULL),"
        "  (SELECT count(*) FROM files WHERE generation = g.id AND reason <> '')"
        " FROM folders JOIN generations AS g ON g.folder = folders.id"
        " WHERE ?1 IS NULL OR path = ?1 ORDER BY path, model, is_current DESC";
    struct ica_database *database = lock(self);
    sqlite3_stmt *statement = NULL;
    enum ica_status status = ica_database_prepare(database, sql, &statement, err);
    if (!status && folder) {
        ica_bind_bytes(statement, 1, folder);
    }
    if (!status) {
        status = visit_generations(database, statement, visit, context, err);
    }
    (void)sqlite3_finalize(statement);
    unlock(self);
    return status;
}

/* Run one statement whose parameters are the folder, then the model's name, version, weights and
 * dimension, as many as it has; `*id` gets its answer's first column, or 0. */
static enum ica_status with_model(const struct ica_database *database, const char *sql,
                                  const char *folder, const struct ica_model *model, int64_t *id,
                                  struct ica_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum ica_status status = ica_database_prepare(database, sql, &statement, err);
    if (!status) {
        ica_bind_bytes(statement, 1, folder);
        ica_bind_bytes(statement, 2, model->name);
        ica_bind_bytes(statement, 3, model->version);
        ica_bind_bytes(statement, 4, model->weights_sha256);
        (void)sqlite3_bind_int64(statement, 5, (sqlite3_int64)model->dim);
        status = ica_database_step(database, statement, &row, err);
    }
    *id = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status;
}

static enum ica_status begin_within(const struct ica_database *database, const char *folder,
                                    const struct ica_model *model, int64_t *generation,
                                    struct ica_error *err)
{
    static const char *const steps[] = {
        "INSERT INTO folders (path) VALUES (?1) ON CONFLICT DO NOTHING",
        "DELETE FROM generations WHERE folder = (SELECT id FROM folders WHERE path = ?1)"
        "  AND model = ?2 AND is_current = 0"
        "  AND (version <> ?3 OR weights_sha256 <> ?4 OR dim <> ?5)",
        "INSERT INTO generations (folder, model, version, weights_sha256, dim, is_current)"
        "  SELECT id, ?2, ?3, ?4, ?5, 0 FROM folders WHERE path = ?1 ON CONFLICT DO NOTHING",
        "SELECT id FROM generations WHERE folder = (SELECT id FROM folders WHERE path = ?1)"
        "  AND model = ?2 AND is_current = 0",
    };
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++) {
        status = with_model(database, steps[i], folder, model, generation, err);
    }
    return status;
}

static enum ica_status begin(struct ica_image_index *self, const char *folder,
                             const struct ica_model *model, int64_t *generation,
                             struct ica_error *err)
{
    struct ica_database *database = lock(self);
    enum ica_status status = ica_database_begin(database, err);
    if (!status) {
        status =
            ica_database_end(database, begin_within(database, folder, model, generation, err), err);
    }
    unlock(self);
    return status;
}

/* Run a statement whose one parameter is a generation; `*n_changed` rows were changed. */
static enum ica_status with_generation(const struct ica_database *database, const char *sql,
                                       int64_t generation, int *n_changed, struct ica_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum ica_status status = ica_database_prepare(database, sql, &statement, err);
    if (!status) {
        (void)sqlite3_bind_int64(statement, 1, generation);
        status = ica_database_execute(database, statement, err);
    }
    *n_changed = sqlite3_changes(database->handle);
    (void)sqlite3_finalize(statement);
    return status;
}

static enum ica_status gone(const struct ica_database *database, struct ica_error *err)
{
    return ica_error_set(err, ICA_ENOTFOUND,
                         "What was being written to the index %.200s was replaced or removed by "
                         "another process: start again.",
                         database->path);
}

static enum ica_status promote_within(const struct ica_database *database, int64_t generation,
                                      struct ica_error *err)
{
    static const char drop[] =
        "DELETE FROM generations WHERE is_current = 1 AND id <> ?1 AND (folder, model) ="
        "  (SELECT folder, model FROM generations WHERE id = ?1)";
    static const char raise[] = "UPDATE generations SET is_current = 1 WHERE id = ?1";
    int n;
    enum ica_status status = with_generation(database, drop, generation, &n, err);
    if (!status) {
        status = with_generation(database, raise, generation, &n, err);
    }
    return status || n == 1 ? status : gone(database, err);
}

static enum ica_status promote(struct ica_image_index *self, int64_t generation,
                               struct ica_error *err)
{
    struct ica_database *database = lock(self);
    enum ica_status status = ica_database_begin(database, err);
    if (!status) {
        status = ica_database_end(database, promote_within(database, generation, err), err);
    }
    unlock(self);
    return status;
}

static enum ica_status remove_within(const struct ica_database *database, const char *folder,
                                     const char *model, size_t *n_removed, struct ica_error *err)
{
    static const char *const steps[] = {
        "DELETE FROM generations WHERE folder = (SELECT id FROM folders WHERE path = ?1)"
        "  AND (?2 IS NULL OR model = ?2)",
        "DELETE FROM folders WHERE path = ?1 AND id NOT IN (SELECT folder FROM generations)",
    };
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++) {
        sqlite3_stmt *statement = NULL;
        status = ica_database_prepare(database, steps[i], &statement, err);
        if (!status) {
            ica_bind_bytes(statement, 1, folder);
            if (model) {
                ica_bind_bytes(statement, 2, model);
            }
            status = ica_database_execute(database, statement, err);
        }
        if (i == 0) {
            *n_removed = (size_t)sqlite3_changes(database->handle);
        }
        (void)sqlite3_finalize(statement);
    }
    return status;
}

static enum ica_status remove_folder(struct ica_image_index *self, const char *folder,
                                     const char *model, size_t *n_removed, struct ica_error *err)
{
    struct ica_database *database = lock(self);
    *n_removed = 0;
    enum ica_status status = ica_database_begin(database, err);
    if (!status) {
        status =
            ica_database_end(database, remove_within(database, folder, model, n_removed, err), err);
    }
    unlock(self);
    return status;
}

/* ---- Files ------------------------------------------------------------------------------------
 */

/* Where a file's path and vector are for the time of its visit; what the database lends is not
 * aligned for floats. */
struct file_room {
    char path[ICA_MAX_INDEX_PATH];
    float vector[ICA_MAX_DIM];
};

/* Columns of a row: path, size, mtime_ns, reason, and where vectors are wanted vector, dim. */
static enum ica_status visit_row(const struct ica_database *database, sqlite3_stmt *row,
                                 struct file_room *room, ica_index_visit_file *visit, void *context,
                                 struct ica_error *err)
{
    struct ica_index_file file = {
        .path = room->path,
        .size_bytes = (uint64_t)sqlite3_column_int64(row, 1),
        .mtime_ns = sqlite3_column_int64(row, 2),
        .reason = (const char *)sqlite3_column_text(row, 3),
    };
    bool good = ica_column_text(row, 0, room->path, sizeof room->path);
    if (good && sqlite3_column_count(row) > 4) {
        const void *bytes = sqlite3_column_blob(row, 4);
        size_t n_bytes = (size_t)sqlite3_column_bytes(row, 4);
        sqlite3_int64 dim = sqlite3_column_int64(row, 5);
        good = bytes && dim > 0 && dim <= ICA_MAX_DIM && n_bytes == (size_t)dim * sizeof(float);
        if (good) {
            memcpy(room->vector, bytes, n_bytes);
            file.vector = room->vector;
        }
    }
    return good ? visit(context, &file, err) : damaged(database, err);
}

/* Parameters of `sql`: generation and, unless it is NULL, path. */
static enum ica_status visit_files(struct ica_image_index *self, const char *sql,
                                   int64_t generation, const char *path,
                                   ica_index_visit_file *visit, void *context,
                                   struct ica_error *err)
{
    struct file_room *room = malloc(sizeof *room);
    if (!room) {
        return ica_error_nomem(err, "a file of the index");
    }
    struct ica_database *database = lock(self);
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum ica_status status = ica_database_prepare(database, sql, &statement, err);
    if (!status) {
        (void)sqlite3_bind_int64(statement, 1, generation);
        if (path) {
            ica_bind_bytes(statement, 2, path);
        }
    }
    while (!status && row) {
        status = ica_database_step(database, statement, &row, err);
        if (!status && row) {
            status = visit_row(database, statement, room, visit, context, err);
        }
    }
    (void)sqlite3_finalize(statement);
    free(room);
    unlock(self);
    return status;
}

static enum ica_status files(struct ica_image_index *self, int64_t generation,
                             ica_index_visit_file *visit, void *context, struct ica_error *err)
{
    return visit_files(self,
                       "SELECT path, size, mtime_ns, reason FROM files"
                       " WHERE generation = ?1 ORDER BY path",
                       generation, NULL, visit, context, err);
}

#define SELECT_VECTORS                                                                             \
    "SELECT files.path, size, mtime_ns, reason, vector, dim FROM generations"                      \
    " CROSS JOIN files ON generation = generations.id"                                             \
    " CROSS JOIN vectors ON vectors.file = files.id"                                               \
    " WHERE generations.id = ?1"

static enum ica_status vectors(struct ica_image_index *self, int64_t generation, const char *path,
                               ica_index_visit_file *visit, void *context, struct ica_error *err)
{
    const char *sql = path ? SELECT_VECTORS " AND files.path = ?2" : SELECT_VECTORS;
    return visit_files(self, sql, generation, path, visit, context, err);
}

/* The statements that write files, compiled once for all of them. */
struct writer {
    const struct ica_database *database;
    int64_t generation;
    sqlite3_stmt *take_out;
    sqlite3_stmt *put_file;
    sqlite3_stmt *put_vector;
};

static enum ica_status writer_open(struct writer *writer, struct ica_error *err)
{
    const struct ica_database *database = writer->database;
    enum ica_status status = ica_database_prepare(
        database, "DELETE FROM files WHERE generation = ?1 AND path = ?2", &writer->take_out, err);
    if (!status) {
        status = ica_database_prepare(
            database,
            "INSERT INTO files (generation, path, size, mtime_ns, reason) VALUES (?1, ?2, ?3, ?4,"
            " ?5)",
            &writer->put_file, err);
    }
    if (!status) {
        status =
            ica_database_prepare(database,
                                 "INSERT INTO vectors (file, vector) SELECT ?1, ?2 FROM generations"
                                 " WHERE id = ?3 AND dim * 4 = length(?2)",
                                 &writer->put_vector, err);
    }
    return status;
}

static void writer_close(struct writer *writer)
{
    (void)sqlite3_finalize(writer->take_out);
    (void)sqlite3_finalize(writer->put_file);
    (void)sqlite3_finalize(writer->put_vector);
}

static enum ica_status take_out(struct writer *writer, const char *path, struct ica_error *err)
{
    (void)sqlite3_bind_int64(writer->take_out, 1, writer->generation);
    ica_bind_bytes(writer->take_out, 2, path);
    return ica_database_execute(writer->database, writer->take_out, err);
}

static enum ica_status put_vector(struct writer *writer, const struct ica_index_file *file,
                                  size_t dim, struct ica_error *err)
{
    (void)sqlite3_bind_int64(writer->put_vector, 1,
                             sqlite3_last_insert_rowid(writer->database->handle));
    (void)sqlite3_bind_blob64(writer->put_vector, 2, file->vector, dim * sizeof(float),
                              SQLITE_STATIC);
    (void)sqlite3_bind_int64(writer->put_vector, 3, writer->generation);
    return ica_database_execute(writer->database, writer->put_vector, err);
}

static enum ica_status put(struct writer *writer, const struct ica_index_file *file, size_t dim,
                           struct ica_error *err)
{
    sqlite3_stmt *statement = writer->put_file;
    enum ica_status status = take_out(writer, file->path, err);
    if (status) {
        return status;
    }
    (void)sqlite3_bind_int64(statement, 1, writer->generation);
    ica_bind_bytes(statement, 2, file->path);
    (void)sqlite3_bind_int64(statement, 3, (sqlite3_int64)file->size_bytes);
    (void)sqlite3_bind_int64(statement, 4, file->mtime_ns);
    (void)sqlite3_bind_text(statement, 5, file->reason, -1, SQLITE_STATIC);
    status = ica_database_execute(writer->database, statement, err);
    return status || file->reason ? status : put_vector(writer, file, dim, err);
}

/* The dimension of a generation; 0 if it is gone. */
static enum ica_status find_dim(const struct ica_database *database, int64_t generation,
                                size_t *dim, struct ica_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum ica_status status = ica_database_prepare(
        database, "SELECT dim FROM generations WHERE id = ?1", &statement, err);
    if (!status) {
        (void)sqlite3_bind_int64(statement, 1, generation);
        status = ica_database_step(database, statement, &row, err);
    }
    *dim = row ? (size_t)sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return status || *dim > 0 ? status : gone(database, err);
}

static enum ica_status write_within(const struct ica_database *database, int64_t generation,
                                    size_t n, const struct ica_index_file to_put[], size_t n_gone,
                                    const char *const to_take_out[], struct ica_error *err)
{
    struct writer writer = {.database = database, .generation = generation};
    size_t dim;
    enum ica_status status = find_dim(database, generation, &dim, err);
    if (!status) {
        status = writer_open(&writer, err);
    }
    for (size_t i = 0; i < n_gone && !status; i++) {
        status = take_out(&writer, to_take_out[i], err);
    }
    for (size_t i = 0; i < n && !status; i++) {
        status = put(&writer, &to_put[i], dim, err);
    }
    writer_close(&writer);
    return status;
}

static enum ica_status write_files(struct ica_image_index *self, int64_t generation, size_t n,
                                   const struct ica_index_file to_put[], size_t n_gone,
                                   const char *const to_take_out[], struct ica_error *err)
{
    struct ica_database *database = lock(self);
    enum ica_status status = ica_database_begin(database, err);
    if (!status) {
        status = ica_database_end(
            database, write_within(database, generation, n, to_put, n_gone, to_take_out, err), err);
    }
    unlock(self);
    return status;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

static void destroy(struct ica_image_index *self)
{
    struct sqlite_index *index = (struct sqlite_index *)self;
    (void)sqlite3_close(index->database.handle);
    (void)pthread_mutex_destroy(&index->mutex);
    free(index->database.path);
    free(index);
}

static const struct ica_image_index_ops ops = {
    .list = list,
    .begin = begin,
    .files = files,
    .vectors = vectors,
    .write = write_files,
    .promote = promote,
    .remove = remove_folder,
    .destroy = destroy,
};

enum ica_status ica_sqlite_index_open(struct ica_image_index **out, const char *path,
                                      struct ica_error *err)
{
    *out = NULL;
    struct sqlite_index *index = calloc(1, sizeof *index);
    char *copy = ica_text_copy(path);
    if (!index || !copy || pthread_mutex_init(&index->mutex, NULL)) {
        free(copy);
        free(index);
        return ica_error_nomem(err, "the index");
    }
    index->base.ops = &ops;
    index->database.path = copy;
    ica_file_make_folders(copy);
    int code =
        sqlite3_open_v2(copy, &index->database.handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    (void)sqlite3_busy_timeout(index->database.handle, BUSY_TIMEOUT_MS);
    enum ica_status status = code == SQLITE_OK ? ica_schema_prepare(&index->database, err)
                                               : ica_database_error(&index->database, err);
    if (status) {
        destroy(&index->base);
        return status;
    }
    *out = &index->base;
    return ICA_OK;
}
