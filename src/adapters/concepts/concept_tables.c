/* SPDX-License-Identifier: Apache-2.0 */
/* Tab-separated tables, read whole and cut up in place. */
#include "adapters/concepts/concept_tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

#define MAX_FILE_BYTES ((size_t)8 * 1024 * 1024)
#define MAX_FIELDS     5

/* One line after another of a text; lines that are empty or begin with '#' are left out. */
struct table {
    const char *path;
    char *rest;
    size_t line_number;
    char *fields[MAX_FIELDS]; /* of the present line; "" where it has fewer */
};

static enum ica_status read_file(struct ica_buffer *buffer, const char *path, struct ica_error *err)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return ica_error_set(err, ICA_EMODEL, "Cannot read the concept table %s: %s.", path,
                             strerror(errno));
    }
    enum ica_status status = ICA_OK;
    char chunk[16384];
    size_t size = 0;
    while (!status && (size = fread(chunk, 1, sizeof chunk, file)) > 0) {
        status = ica_buffer_append(buffer, chunk, size, err);
    }
    if (!status && ferror(file)) {
        status = ica_error_set(err, ICA_EMODEL, "Cannot read the concept table %s.", path);
    } else if (!status && buffer->size == 0) {
        status = ica_error_set(err, ICA_EMODEL, "The concept table %s is empty.", path);
    } else if (!status && (strlen((const char *)buffer->data) != buffer->size ||
                           !ica_text_is_utf8((const char *)buffer->data, buffer->size))) {
        status = ica_error_set(err, ICA_EMODEL, "The concept table %s is not text.", path);
    } else if (status == ICA_ETOOLARGE) {
        status = ica_error_set(err, ICA_EMODEL, "The concept table %s has over %zu bytes.", path,
                               MAX_FILE_BYTES);
    }
    fclose(file);
    return status;
}

/* Cut `line` at its tabs. False when it has too many fields. */
static bool cut_fields(struct table *table, char *line)
{
    static char nothing[] = "";
    for (size_t i = 0; i < MAX_FIELDS; i++) {
        table->fields[i] = line ? line : nothing;
        char *tab = line ? strchr(line, '\t') : NULL;
        if (tab) {
            *tab = '\0';
        }
        line = tab ? tab + 1 : NULL;
    }
    return !line;
}

/* Go to the next line. `*more` is false at the end. */
static enum ica_status next_line(struct table *table, bool *more, struct ica_error *err)
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
                                 table->path, table->line_number, MAX_FIELDS);
        }
        *more = true;
    }
    return ICA_OK;
}

static enum ica_status bad_line(const struct table *table, const char *what, struct ica_error *err)
{
    return ica_error_set(err, ICA_EMODEL, "%s, line %zu: %s.", table->path, table->line_number,
                         what);
}

/* wnid, class index or -1, lemmas, parents */
static enum ica_status parse_wordnet_row(const struct table *table, void *row,
                                         struct ica_error *err)
{
    uint64_t class_index = 0;
    bool is_class = strcmp(table->fields[1], "-1") != 0;
    if (is_class &&
        !ica_text_parse_uint(table->fields[1], 0, ICA_MAX_TAXONOMY_CLASSES - 1, &class_index)) {
        return bad_line(table, "the class index is no number", err);
    }
    *(struct ica_wordnet_row *)row = (struct ica_wordnet_row){
        .id = table->fields[0],
        .class_index = is_class ? (int32_t)class_index : ICA_NO_CLASS,
        .parents = table->fields[3],
    };
    return ICA_OK;
}

static enum ica_status parse_name_row(const struct table *table, void *row, struct ica_error *err)
{
    static const struct {
        const char *word;
        enum ica_concept_level level;
    } levels[] = {
        {"fine", ICA_CONCEPT_FINE},   {"basic", ICA_CONCEPT_BASIC},   {"broad", ICA_CONCEPT_BROAD},
        {"vague", ICA_CONCEPT_VAGUE}, {"hidden", ICA_CONCEPT_HIDDEN},
    };
    char *level = table->fields[1];
    char *flag = strchr(level, ' ');
    if (flag) {
        *flag++ = '\0';
    }
    struct ica_name_row *name = row;
    *name = (struct ica_name_row){
        .id = table->fields[0],
        .singular = table->fields[2],
        .plural = table->fields[3],
        .members = table->fields[4],
        .colour = flag && strcmp(flag, "colour") == 0,
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(level, levels[i].word) == 0) {
            name->level = levels[i].level;
        }
    }
    if (name->level == ICA_CONCEPT_UNSET || (flag && !name->colour)) {
        return bad_line(table, "the level is unknown", err);
    }
    return ICA_OK;
}

typedef enum ica_status parse_row_fn(const struct table *table, void *row, struct ica_error *err);

/* Parse all lines of `table` into `*rows`, which the caller frees even on failure. */
static enum ica_status parse_rows(struct table *table, parse_row_fn *parse, size_t row_bytes,
                                  void **rows, size_t *n, struct ica_error *err)
{
    size_t capacity = 0;
    bool more = true;
    enum ica_status status = next_line(table, &more, err);
    while (!status && more) {
        if (*n == ICA_MAX_TAXONOMY_ROWS) {
            return bad_line(table, "too many rows", err);
        }
        if (!ica_array_reserve(rows, &capacity, *n + 1, ICA_MAX_TAXONOMY_ROWS, row_bytes)) {
            return ica_error_nomem(err, "the concept tables");
        }
        status = parse(table, (char *)*rows + (*n)++ * row_bytes, err);
        if (!status) {
            status = next_line(table, &more, err);
        }
    }
    return status;
}

enum ica_status ica_concept_tables_read(struct ica_taxonomy *taxonomy, const char *tree_path,
                                        const char *names_path, struct ica_error *err)
{
    struct ica_buffer tree;
    struct ica_buffer words;
    void *wordnet = NULL;
    void *names = NULL;
    size_t n_wordnet = 0;
    size_t n_names = 0;
    ica_buffer_init(&tree, MAX_FILE_BYTES);
    ica_buffer_init(&words, MAX_FILE_BYTES);
    enum ica_status status = read_file(&tree, tree_path, err);
    if (status) {
        goto out;
    }
    status = read_file(&words, names_path, err);
    if (status) {
        goto out;
    }
    struct table table = {.path = tree_path, .rest = (char *)tree.data};
    status = parse_rows(&table, parse_wordnet_row, sizeof(struct ica_wordnet_row), &wordnet,
                        &n_wordnet, err);
    if (status) {
        goto out;
    }
    table = (struct table){.path = names_path, .rest = (char *)words.data};
    status = parse_rows(&table, parse_name_row, sizeof(struct ica_name_row), &names, &n_names, err);
    if (!status) {
        status = ica_taxonomy_init(taxonomy, wordnet, n_wordnet, names, n_names, err);
        if (status) {
            ica_error_prefix(err, status, "%s: ", names_path);
        }
    }
out:
    free(wordnet);
    free(names);
    ica_buffer_clear(&tree);
    ica_buffer_clear(&words);
    return status;
}
