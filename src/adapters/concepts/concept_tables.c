/* SPDX-License-Identifier: Apache-2.0 */
/* The taxonomy's tables and their translation. */
#include "adapters/concepts/concept_tables.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/concepts/table.h"
#include "adapters/concepts/wording_table.h"
#include "base/text.h"

/* wnid, class index or -1, lemmas, parents */
static enum ica_status parse_wordnet_row(const struct ica_table *table, void *row,
                                         struct ica_error *err)
{
    uint64_t class_index = 0;
    bool is_class = strcmp(table->fields[1], "-1") != 0;
    if (is_class &&
        !ica_text_parse_uint(table->fields[1], 0, ICA_MAX_TAXONOMY_CLASSES - 1, &class_index)) {
        return ica_table_wrong(table, "the class index is no number", err);
    }
    *(struct ica_wordnet_row *)row = (struct ica_wordnet_row){
        .id = table->fields[0],
        .class_index = is_class ? (int32_t)class_index : ICA_NO_CLASS,
        .parents = table->fields[3],
    };
    return ICA_OK;
}

static enum ica_status parse_name_row(const struct ica_table *table, void *row,
                                      struct ica_error *err)
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
        return ica_table_wrong(table, "the level is unknown", err);
    }
    return ICA_OK;
}

/* Give each row its translation; what has none is not said. */
static void translate(struct ica_name_row *names, size_t n_names,
                      const struct ica_translations *translations)
{
    for (size_t i = 0; i < n_names; i++) {
        names[i].translation = ica_translations_find(translations, names[i].singular);
        if (!names[i].translation) {
            names[i].level = ICA_CONCEPT_HIDDEN;
        }
    }
}

/* The three tables while they are read. */
struct sources {
    struct ica_table tree;
    struct ica_table names;
    void *wordnet_rows;
    size_t n_wordnet;
    void *name_rows;
    size_t n_names;
    struct ica_translations translations;
};

static enum ica_status read_sources(struct sources *sources, const struct ica_concept_paths *paths,
                                    struct ica_wording *wording, struct ica_error *err)
{
    enum ica_status status = ica_table_open(&sources->tree, paths->tree, err);
    if (!status) {
        status = ica_table_parse(&sources->tree, parse_wordnet_row, sizeof(struct ica_wordnet_row),
                                 &sources->wordnet_rows, &sources->n_wordnet, err);
    }
    if (!status) {
        status = ica_table_open(&sources->names, paths->names, err);
    }
    if (!status) {
        status = ica_table_parse(&sources->names, parse_name_row, sizeof(struct ica_name_row),
                                 &sources->name_rows, &sources->n_names, err);
    }
    if (!status) {
        status = ica_wording_table_read(wording, &sources->translations, paths->words, err);
    }
    return status;
}

enum ica_status ica_concept_tables_read(struct ica_lexicon *lexicon,
                                        const struct ica_concept_paths *paths,
                                        struct ica_error *err)
{
    struct sources sources = {0};
    enum ica_status status = read_sources(&sources, paths, &lexicon->wording, err);
    if (!status) {
        if (sources.translations.n > 0) {
            translate(sources.name_rows, sources.n_names, &sources.translations);
        }
        status = ica_taxonomy_init(&lexicon->taxonomy, sources.wordnet_rows, sources.n_wordnet,
                                   sources.name_rows, sources.n_names, err);
        if (status) {
            ica_error_prefix(err, status, "%s: ", paths->names);
        }
    }
    ica_translations_clear(&sources.translations);
    free(sources.wordnet_rows);
    free(sources.name_rows);
    ica_table_clear(&sources.tree);
    ica_table_clear(&sources.names);
    return status;
}
