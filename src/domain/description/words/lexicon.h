/* SPDX-License-Identifier: Apache-2.0 */
/* All that descriptions in one language are made of. */
#ifndef ICA_DOMAIN_DESCRIPTION_WORDS_LEXICON_H
#define ICA_DOMAIN_DESCRIPTION_WORDS_LEXICON_H

#include "domain/description/concepts/taxonomy.h"
#include "domain/description/words/wording.h"

struct ica_lexicon {
    struct ica_taxonomy taxonomy; /* of the concepts that have a name in the language */
    struct ica_wording wording;
};

#endif
