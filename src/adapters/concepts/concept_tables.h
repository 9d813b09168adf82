/* SPDX-License-Identifier: Apache-2.0 */
/* The lexicon of one language as files. */
#ifndef ICA_ADAPTERS_CONCEPTS_CONCEPT_TABLES_H
#define ICA_ADAPTERS_CONCEPTS_CONCEPT_TABLES_H

#include "base/error.h"
#include "domain/description/words/lexicon.h"

struct ica_concept_paths {
    const char *tree;  /* imagenet-concepts.tsv */
    const char *names; /* everyday-names.tsv */
    const char *words; /* words.LANGUAGE.tsv; with names of concepts, only these are said */
};

/* Read the tables and build the all-zero `*lexicon`. ICA_EMODEL (a file that is missing, too
 * large or wrong; the text names the file and, where it can, the line), ICA_ENOMEM. */
enum ica_status ica_concept_tables_read(struct ica_lexicon *lexicon,
                                        const struct ica_concept_paths *paths,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
