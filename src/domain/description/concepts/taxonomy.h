/* SPDX-License-Identifier: Apache-2.0 */
/* Everyday concepts above the classes of a classifier: "dogs", "kitchenware", "water birds". Built
 * from WordNet's tree and from a table of the words that may be said; pure, immutable once built.
 */
#ifndef ICA_DOMAIN_DESCRIPTION_CONCEPTS_TAXONOMY_H
#define ICA_DOMAIN_DESCRIPTION_CONCEPTS_TAXONOMY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/description/words/wording.h"

#define ICA_MAX_TAXONOMY_ROWS    65536
#define ICA_MAX_TAXONOMY_CLASSES 65535
#define ICA_NO_CLASS             (-1)

/* How readily a concept is said (Rosch, "Principles of categorization", 1978: people name things at
 * a basic level, "dog", rather than "retriever" or "animal"). */
enum ica_concept_level {
    ICA_CONCEPT_UNSET,
    ICA_CONCEPT_FINE,   /* only on strong evidence */
    ICA_CONCEPT_BASIC,  /* what one says first */
    ICA_CONCEPT_BROAD,  /* what one falls back to */
    ICA_CONCEPT_VAGUE,  /* the last word before giving up */
    ICA_CONCEPT_HIDDEN, /* never said */
};

/* One WordNet concept, as in imagenet-concepts.tsv. Texts are borrowed for the call. */
struct ica_wordnet_row {
    const char *id;
    const char *parents; /* ids, separated by '|'; "" at the root */
    int32_t class_index; /* or ICA_NO_CLASS */
};

/* One row of everyday-names.tsv, which says what the columns mean. */
struct ica_name_row {
    const char *id; /* a WordNet id, or "+" */
    const char *singular;
    const char *plural;
    const char *members; /* singulars or ids, separated by ", " */
    enum ica_concept_level level;
    bool colour;
    const struct ica_noun *translation; /* what is said; NULL: singular and plural */
};

struct ica_concept {
    struct ica_noun name;
    enum ica_concept_level level; /* never hidden */
    bool colour;                  /* people would name its colour */
    size_t n_classes;             /* > 0 */
    const uint16_t *classes;      /* ascending */
};

struct ica_taxonomy {
    size_t n_classes;
    size_t n_concepts;
    struct ica_concept *concepts; /* owned */
    uint16_t *classes;            /* owned: backs concepts[].classes */
};

/* Build the concepts that may be said. Of several with the same classes, which no evidence can tell
 * apart, only one is kept, a basic one if there is. `*taxonomy` must be all zero. ICA_EMODEL (an
 * unknown id or member, a name too long or used twice, a class missing), ICA_ENOMEM. */
enum ica_status ica_taxonomy_init(struct ica_taxonomy *taxonomy,
                                  const struct ica_wordnet_row *wordnet, size_t n_wordnet,
                                  const struct ica_name_row *names, size_t n_names,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_taxonomy_clear(struct ica_taxonomy *taxonomy);

/* Whether each class of `inner` is one of `outer`. */
bool ica_concept_covers(const struct ica_concept *outer, const struct ica_concept *inner);

/* Whether the two have a class in common. */
bool ica_concept_overlaps(const struct ica_concept *a, const struct ica_concept *b);

#endif
