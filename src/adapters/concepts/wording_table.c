/* SPDX-License-Identifier: Apache-2.0 */
/* Each row has a place in the wording, which the table below knows; what is left over is a name of
 * a concept. */
#include "adapters/concepts/wording_table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/concepts/table.h"
#include "base/memory.h"

enum row_kind { ROW_WORD, ROW_FORMS, ROW_NOUN };

#define INTO(member) offsetof(struct ica_wording, member)

static const struct place {
    const char *kind;
    const char *english;
    enum row_kind type;
    bool optional;
    size_t offset;
} places[] = {{"word", "and", ROW_WORD, false, INTO(and_)},
              {"word", "and before i", ROW_WORD, true, INTO(and_before_i)},
              {"word", "with", ROW_WORD, false, INTO(with)},
              {"word", "such as", ROW_WORD, false, INTO(such_as)},
              {"word", "perhaps", ROW_WORD, false, INTO(perhaps)},
              {"word", "partly", ROW_WORD, false, INTO(partly)},
              {"article", "a", ROW_FORMS, false, INTO(article)},
              {"article", "a before a vowel", ROW_WORD, true, INTO(article_before_vowel)},
              {"adjective", "assorted", ROW_FORMS, false, INTO(assorted)},
              {"adjective", "similar", ROW_FORMS, false, INTO(similar)},
              {"name", "item", ROW_NOUN, false, INTO(item)},
              {"name", "picture", ROW_NOUN, false, INTO(picture)},
#define ICA_COLOUR_PLACE(name, text)                                                               \
    {"colour", text, ROW_FORMS, false, INTO(colours[ICA_COLOUR_##name])},
              ICA_COLOUR_MAP(ICA_COLOUR_PLACE)
#undef ICA_COLOUR_PLACE
};

#define N_PLACES (sizeof places / sizeof *places)

static enum ica_status copy(const struct ica_table *table, const char *from, char *to, size_t size,
                            struct ica_error *err)
{
    size_t length = strlen(from);
    if (length == 0 || length >= size) {
        return ica_table_wrong(table, "a word is missing or too long", err);
    }
    memcpy(to, from, length + 1);
    return ICA_OK;
}

static enum ica_status read_word(const struct ica_table *table, char word[ICA_MAX_WORD],
                                 struct ica_error *err)
{
    return copy(table, table->fields[2], word, ICA_MAX_WORD, err);
}

/* A form that is left out is like the first. */
static enum ica_status read_forms(const struct ica_table *table, struct ica_forms *forms,
                                  struct ica_error *err)
{
    char *const to[] = {forms->masculine, forms->feminine, forms->masculine_plural,
                        forms->feminine_plural};
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < 4 && !status; i++) {
        const char *from = table->fields[2 + i];
        status = copy(table, *from ? from : table->fields[2], to[i], ICA_MAX_WORD, err);
    }
    return status;
}

static enum ica_status read_noun(const struct ica_table *table, struct ica_noun *noun,
                                 struct ica_error *err)
{
    static const char genders[] = "nmf"; /* in the order of enum ica_gender */
    const char *gender = table->fields[2];
    const char *at = *gender ? strchr(genders, *gender) : NULL;
    if (!at || gender[1]) {
        return ica_table_wrong(table, "the gender is not m, f or n", err);
    }
    noun->gender = (enum ica_gender)(at - genders);
    enum ica_status status =
        copy(table, table->fields[3], noun->singular, sizeof noun->singular, err);
    if (!status) {
        status = copy(table, table->fields[4], noun->plural, sizeof noun->plural, err);
    }
    if (!status && *table->fields[5]) {
        status = copy(table, table->fields[5], noun->article, sizeof noun->article, err);
    }
    return status;
}

static enum ica_status fill_place(const struct ica_table *table, const struct place *place,
                                  struct ica_wording *wording, struct ica_error *err)
{
    void *to = (char *)wording + place->offset;
    return place->type == ROW_WORD    ? read_word(table, to, err)
           : place->type == ROW_FORMS ? read_forms(table, to, err)
                                      : read_noun(table, to, err);
}

static enum ica_status add_translation(const struct ica_table *table,
                                       struct ica_translations *translations, struct ica_error *err)
{
    if (!ica_array_reserve((void **)&translations->items, &translations->capacity,
                           translations->n + 1, ICA_MAX_TABLE_ROWS, sizeof *translations->items)) {
        return ica_error_nomem(err, "the translations");
    }
    struct ica_translation *item = &translations->items[translations->n++];
    *item = (struct ica_translation){0};
    enum ica_status status =
        copy(table, table->fields[1], item->english, sizeof item->english, err);
    return status ? status : read_noun(table, &item->noun, err);
}

static enum ica_status read_row(const struct ica_table *table, struct ica_wording *wording,
                                struct ica_translations *translations, bool filled[N_PLACES],
                                struct ica_error *err)
{
    const char *kind = table->fields[0];
    for (size_t i = 0; i < N_PLACES; i++) {
        if (strcmp(kind, places[i].kind) == 0 && strcmp(table->fields[1], places[i].english) == 0) {
            filled[i] = true;
            return fill_place(table, &places[i], wording, err);
        }
    }
    if (strcmp(kind, "name") == 0) {
        return add_translation(table, translations, err);
    }
    bool before = strcmp(table->fields[2], "before") == 0;
    if (strcmp(kind, "order") == 0 && (before || strcmp(table->fields[2], "after") == 0)) {
        wording->adjectives_before = before;
        return ICA_OK;
    }
    return ica_table_wrong(table, "there is no such word to be translated", err);
}

static enum ica_status check_filled(const bool filled[N_PLACES], const char *path,
                                    struct ica_error *err)
{
    for (size_t i = 0; i < N_PLACES; i++) {
        if (!filled[i] && !places[i].optional) {
            return ica_error_set(err, ICA_EMODEL, "%s lacks the %s \"%s\".", path, places[i].kind,
                                 places[i].english);
        }
    }
    return ICA_OK;
}

static int compare(const void *a, const void *b)
{
    const struct ica_translation *left = a;
    const struct ica_translation *right = b;
    return strcmp(left->english, right->english);
}

/* What is sorted can be found. */
static enum ica_status sort_translations(struct ica_translations *translations, const char *path,
                                         struct ica_error *err)
{
    if (translations->n == 0) {
        return ICA_OK;
    }
    qsort(translations->items, translations->n, sizeof *translations->items, compare);
    for (size_t i = 1; i < translations->n; i++) {
        if (compare(&translations->items[i - 1], &translations->items[i]) == 0) {
            return ica_error_set(err, ICA_EMODEL, "%s has the name \"%s\" twice.", path,
                                 translations->items[i].english);
        }
    }
    return ICA_OK;
}

enum ica_status ica_wording_table_read(struct ica_wording *wording,
                                       struct ica_translations *translations, const char *path,
                                       struct ica_error *err)
{
    struct ica_table table;
    bool filled[N_PLACES] = {false};
    bool more = false;
    enum ica_status status = ica_table_open(&table, path, err);
    if (!status) {
        status = ica_table_next(&table, &more, err);
    }
    while (!status && more) {
        status = read_row(&table, wording, translations, filled, err);
        if (!status) {
            status = ica_table_next(&table, &more, err);
        }
    }
    ica_table_clear(&table);
    if (!status) {
        status = check_filled(filled, path, err);
    }
    return status ? status : sort_translations(translations, path, err);
}

const struct ica_noun *ica_translations_find(const struct ica_translations *translations,
                                             const char *english)
{
    struct ica_translation wanted;
    size_t length = strlen(english);
    if (translations->n == 0 || length >= sizeof wanted.english) {
        return NULL;
    }
    memcpy(wanted.english, english, length + 1);
    const struct ica_translation *found = bsearch(&wanted, translations->items, translations->n,
                                                  sizeof *translations->items, compare);
    return found ? &found->noun : NULL;
}

void ica_translations_clear(struct ica_translations *translations)
{
    free(translations->items);
    *translations = (struct ica_translations){0};
}
