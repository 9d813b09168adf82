/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for the clusters of one answer: what each shows, and what sets it apart from the others. */
#ifndef ICA_DOMAIN_DESCRIPTION_CONCEPT_TEXT_H
#define ICA_DOMAIN_DESCRIPTION_CONCEPT_TEXT_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/description/colours/colour_shares.h"
#include "domain/description/concepts/own_concepts.h"
#include "domain/description/description.h"
#include "domain/description/words/lexicon.h"
#include "domain/features.h"

/* Fill `out`, one description per cluster, in their order. No two texts are equal. `colours` has
 * one entry per row of `features`. `own`, which may be NULL, comes before the lexicon. Without
 * class probabilities the texts rest on colour alone.
 * `monitor` may be NULL. ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL (the classes are not those of the
 * lexicon). */
enum ica_status ica_concept_text_describe(
    const struct ica_lexicon *lexicon, const struct ica_own_concepts *own,
    const struct ica_features *features, const struct ica_colour_shares *colours,
    const struct ica_clustering *clustering, const struct ica_monitor *monitor,
    struct ica_description *out, struct ica_error *err) ICA_MUST_CHECK;

#endif
