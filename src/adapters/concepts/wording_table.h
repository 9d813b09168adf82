/* SPDX-License-Identifier: Apache-2.0 */
/* words.LANGUAGE.tsv: the small words of a language, and its names of concepts. */
#ifndef ICA_ADAPTERS_CONCEPTS_WORDING_TABLE_H
#define ICA_ADAPTERS_CONCEPTS_WORDING_TABLE_H

#include "base/error.h"
#include "domain/description/words/wording.h"

struct ica_translation {
    char english[ICA_MAX_CONCEPT_NAME]; /* the singular of everyday-names.tsv */
    struct ica_noun noun;
};

/* Starts all zero. */
struct ica_translations {
    struct ica_translation *items; /* owned; by English name */
    size_t n;
    size_t capacity;
};

/* Read the table at `path`. Both are to be all zero; the translations are to be cleared whatever is
 * returned. ICA_EMODEL (as in concept_tables.h; also when a small word is missing or a name is
 * there twice), ICA_ENOMEM. */
enum ica_status ica_wording_table_read(struct ica_wording *wording,
                                       struct ica_translations *translations, const char *path,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* The noun for an English name; NULL if there is none. */
const struct ica_noun *ica_translations_find(const struct ica_translations *translations,
                                             const char *english);

void ica_translations_clear(struct ica_translations *translations);

#endif
