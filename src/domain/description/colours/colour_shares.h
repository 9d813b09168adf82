/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the basic colour terms a picture's subject shows, and how much of each. */
#ifndef ICA_DOMAIN_DESCRIPTION_COLOURS_COLOUR_SHARES_H
#define ICA_DOMAIN_DESCRIPTION_COLOURS_COLOUR_SHARES_H

#include "domain/image/pixels.h"

/* The eleven basic colour terms of English (Berlin and Kay, 1969). */
#define ICA_COLOUR_MAP(X)                                                                          \
    X(BLACK, "black")                                                                              \
    X(WHITE, "white")                                                                              \
    X(GREY, "grey")                                                                                \
    X(RED, "red")                                                                                  \
    X(ORANGE, "orange")                                                                            \
    X(YELLOW, "yellow")                                                                            \
    X(GREEN, "green")                                                                              \
    X(BLUE, "blue")                                                                                \
    X(PURPLE, "purple")                                                                            \
    X(PINK, "pink")                                                                                \
    X(BROWN, "brown")

#define ICA_COLOUR_ENUM(name, text) ICA_COLOUR_##name,
enum ica_colour_term { ICA_COLOUR_MAP(ICA_COLOUR_ENUM) ICA_COLOUR_COUNT };
#undef ICA_COLOUR_ENUM

/* Shares of the subject's pixels, each in [0, 1]; they sum to 1. All zero when unknown. */
struct ica_colour_shares {
    float share[ICA_COLOUR_COUNT];
};

/* The English word, e.g. "grey". Static. */
const char *ica_colour_term_text(enum ica_colour_term term);

/* Measure `pixels` (RGB, sRGB values, the subject near the centre). Deterministic. */
void ica_colour_shares_measure(const struct ica_pixels *pixels, struct ica_colour_shares *shares);

#endif
