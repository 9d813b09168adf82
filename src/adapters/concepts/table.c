/* SPDX-License-Identifier: Apache-2.0 */
/* Tab-separated tables. */
#include "adapters/concepts/table.h"

#include <string.h>

#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"

#define MAX_FILE_BYTES ((size_t)8 * 1024 * 1024)

static enum ica_status read_file(struct ica_buffer *buffer, const char *path, struct ica_error *err)
{
    struct ica_error failure = {0};
    enum ica_status status = ica_file_read(path, buffer, &failure);
    if (status == ICA_ENOMEM) {
        return ica_error_nomem(err, "the tables");
    }
    if (status) {
        return ica_error_set(err, ICA_EMODEL, "Cannot read the table %s: %s", path, failure.text);
    }
    if (buffer->size == 0) {
        return ica_error_set(err, ICA_EMODEL, "The table %s is empty.", path);
    }
    if (strlen((const char *)buffer->data) != buffer->size ||
        !ica_text_is_utf8((const char *)buffer->data, buffer->size)) {
        return ica_error_set(err, ICA_EMODEL, "The table %s is not text.", path);
    }
    return ICA_OK;
}

enum ica_status ica_table_open(struct ica_table *table, const char *path, struct ica_error *err)
{
    *table = (struct ica_table){.path = path};
    ica_buffer_init(&table->text, MAX_FILE_BYTES);
    enum ica_status status = read_file(&table->text, path, err);
    table->rest = (char *)table->text.data;
    return status;
}

void ica_table_clear(struct ica_table *table)
{
    ica_buffer_clear(&table->text);
}

/* Cut `line` at its tabs. False when it has too many fields. */
static bool cut_fields(struct ica_table *table, char *line)
{
    static char nothing[] = "";
    for (size_t i = 0; i < ICA_TABLE_COLUMNS; i++) {
        table->fields[i] = line ? line : nothing;
        char *tab = line ? strchr(line, '\t') : NULL;
        if (tab) {
            *tab = '\0';
        }
        line = tab ? tab + 1 : NULL;
    }
    return !line;
}

enum ica_status ica_table_next(struct ica_table *table, bool *more, struct ica_error *err)
{
    *more = false;
    while (table->rest && !*more) {
        char *line = table->rest;
        char *end = strchr(line, '\n');
        table->rest = end ? end + 1 : NULL;
        table->line_number++;
        if (end) {
            *end = '\0';
        }
        if (*line == '\0' || *line == '#') {
            continue;
        }
        if (!cut_fields(table, line)) {
            return ica_error_set(err, ICA_EMODEL, "%s, line %zu: more than %d columns.",
                                 table->path, table->line_number, ICA_TABLE_COLUMNS);
        }
        *more = true;
    }
    return ICA_OK;
}

enum ica_status ica_table_wrong(const struct ica_table *table, const char *what,
                                struct ica_error *err)
{
    return ica_error_set(err, ICA_EMODEL, "%s, line %zu: %s.", table->path, table->line_number,
                         what);
}

enum ica_status ica_table_parse(struct ica_table *table,
                                enum ica_status (*parse)(const struct ica_table *table, void *row,
                                                         struct ica_error *err),
                                size_t row_bytes, void **rows, size_t *n, struct ica_error *err)
{
    size_t capacity = 0;
    bool more = true;
    enum ica_status status = ica_table_next(table, &more, err);
    while (!status && more) {
        if (*n == ICA_MAX_TABLE_ROWS) {
            return ica_table_wrong(table, "too many rows", err);
        }
        if (!ica_array_reserve(rows, &capacity, *n + 1, ICA_MAX_TABLE_ROWS, row_bytes)) {
            return ica_error_nomem(err, "the tables");
        }
        status = parse(table, (char *)*rows + (*n)++ * row_bytes, err);
        if (!status) {
            status = ica_table_next(table, &more, err);
        }
    }
    return status;
}
