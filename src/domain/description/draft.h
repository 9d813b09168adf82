/* SPDX-License-Identifier: Apache-2.0 */
/* A description in the making: what is to be said of one cluster, and the text of it. */
#ifndef ICA_DOMAIN_DESCRIPTION_DRAFT_H
#define ICA_DOMAIN_DESCRIPTION_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/description/colours/colour_words.h"
#include "domain/description/concepts/cluster_concepts.h"
#include "domain/description/description.h"
#include "domain/description/words/lexicon.h"

#define ICA_NO_CONCEPT UINT32_MAX

/* What is said is true of the whole cluster; what sets it apart from others with the same text
 * comes after it. */
struct ica_draft {
    struct ica_cluster_concepts concepts;
    struct ica_colour_words colours;
    struct ica_colour_words weak_colours; /* that most members show at all */
    float mean_colours[ICA_COLOUR_COUNT]; /* mean shares of the members */
    uint32_t narrower;                    /* "such as"; or ICA_NO_CONCEPT */
    uint32_t companion;                   /* "with"; or ICA_NO_CONCEPT */
    enum ica_colour_term partly;          /* or ICA_COLOUR_COUNT */
    const char *own;                      /* a name that the user gave, borrowed; or NULL */
    double own_share;                     /* of the members that it fits */
    bool single;                          /* one image: singular */
    bool has_classes;                     /* concepts were looked for */
};

/* Begin the draft of `cluster`, whose concepts are in it already. `colours` has one entry per row
 * of the features. */
void ica_draft_begin(struct ica_draft *draft, const struct ica_taxonomy *taxonomy,
                     const struct ica_cluster *cluster, const struct ica_colour_shares *colours);

/* The concept that the draft names; NULL if it names none or several. */
const struct ica_concept *ica_draft_concept(const struct ica_draft *draft,
                                            const struct ica_taxonomy *taxonomy);

/* Whether people would name the colour of what the draft names. */
bool ica_draft_has_colour(const struct ica_draft *draft, const struct ica_taxonomy *taxonomy);

/* Write the text. */
void ica_draft_write(const struct ica_draft *draft, const struct ica_lexicon *lexicon,
                     char text[ICA_MAX_DESCRIPTION]);

/* Fill the score and the evidence: the strongest concepts, where one that merely contains a
 * stronger one is left out unless it is said. */
void ica_draft_explain(const struct ica_draft *draft, const struct ica_taxonomy *taxonomy,
                       struct ica_description *out);

#endif
