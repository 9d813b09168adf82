/* SPDX-License-Identifier: Apache-2.0 */
/* The colour words that fit a whole cluster. */
#ifndef ICA_DOMAIN_DESCRIPTION_COLOURS_COLOUR_WORDS_H
#define ICA_DOMAIN_DESCRIPTION_COLOURS_COLOUR_WORDS_H

#include <stddef.h>

#include "domain/clustering/clustering.h"
#include "domain/description/colours/colour_shares.h"

#define ICA_MAX_COLOUR_WORDS 2

struct ica_colour_words {
    enum ica_colour_term terms[ICA_MAX_COLOUR_WORDS]; /* the greater part first */
    size_t n_terms;                                   /* 0: no colour stands for the cluster */
};

/* The members' mean share of each colour. */
void ica_colour_means(const struct ica_colour_shares *shares, const struct ica_cluster *cluster,
                      float means[ICA_COLOUR_COUNT]);

/* Fill `words` with what is true of most members of `cluster`. `shares` has one entry per row. */
void ica_colour_words_choose(const struct ica_colour_shares *shares,
                             const struct ica_cluster *cluster, struct ica_colour_words *words);

/* The same with the one colour that most members show at all: for telling clusters apart. */
void ica_colour_words_choose_weakly(const struct ica_colour_shares *shares,
                                    const struct ica_cluster *cluster,
                                    struct ica_colour_words *words);

#endif
