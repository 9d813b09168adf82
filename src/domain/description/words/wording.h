/* SPDX-License-Identifier: Apache-2.0 */
/* The words of one language that descriptions are made of, and how they agree with one another. The
 * names of concepts are in the taxonomy. Pure data, read from words.LANGUAGE.tsv. */
#ifndef ICA_DOMAIN_DESCRIPTION_WORDS_WORDING_H
#define ICA_DOMAIN_DESCRIPTION_WORDS_WORDING_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/description/colours/colour_shares.h"

#define ICA_MAX_CONCEPT_NAME 40 /* bytes with the final 0 */
#define ICA_MAX_WORD         24

enum ica_gender {
    ICA_GENDER_NONE, /* as masculine, where a language has genders */
    ICA_GENDER_MASCULINE,
    ICA_GENDER_FEMININE,
};

struct ica_noun {
    char singular[ICA_MAX_CONCEPT_NAME];
    char plural[ICA_MAX_CONCEPT_NAME]; /* or the mass noun */
    char article[ICA_MAX_WORD];        /* "" = that of the gender */
    enum ica_gender gender;
};

/* An adjective. */
struct ica_forms {
    char masculine[ICA_MAX_WORD];
    char feminine[ICA_MAX_WORD];
    char masculine_plural[ICA_MAX_WORD];
    char feminine_plural[ICA_MAX_WORD];
};

struct ica_wording {
    bool adjectives_before; /* the noun */
    char and_[ICA_MAX_WORD];
    char and_before_i[ICA_MAX_WORD]; /* "" = as everywhere */
    char with[ICA_MAX_WORD];
    char such_as[ICA_MAX_WORD];
    char perhaps[ICA_MAX_WORD];
    char partly[ICA_MAX_WORD];
    struct ica_forms article;
    char article_before_vowel[ICA_MAX_WORD]; /* "" = as everywhere */
    struct ica_forms assorted;
    struct ica_forms similar;
    struct ica_forms colours[ICA_COLOUR_COUNT];
    struct ica_noun item;
    struct ica_noun picture;
};

/* The noun for one thing or for several. */
const char *ica_noun_text(const struct ica_noun *noun, bool single);

/* The form of an adjective that goes with the noun for one thing or for several. */
const char *ica_forms_text(const struct ica_forms *forms, const struct ica_noun *noun, bool single);

/* The article before the noun in the singular; "" where it takes none ("water", "sunglasses"). */
const char *ica_noun_article(const struct ica_wording *wording, const struct ica_noun *noun);

/* The "and" before the word `next`. */
const char *ica_wording_and(const struct ica_wording *wording, const char *next);

#endif
