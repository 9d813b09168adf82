/* SPDX-License-Identifier: Apache-2.0 */
/* The describer "zero-shot": names what images show in the words that their model's own text tower
 * reads. Without phrases of the user it reads the names of the classes that the describer of
 * concepts knows, and lets that one find the words: so texts come in all languages, with colours,
 * and tell groups apart. With phrases it gives each group the one that fits best. */
#ifndef ICA_APPLICATION_DESCRIBING_ZERO_SHOT_DESCRIBER_H
#define ICA_APPLICATION_DESCRIBING_ZERO_SHOT_DESCRIBER_H

#include "application/models/model_set.h"
#include "domain/description/words/phrases.h"
#include "ports/describer.h"
#include "ports/vector_cache.h"

#define ICA_ZERO_SHOT "zero-shot"

/* All borrowed until the describer is destroyed. */
struct ica_zero_shot_config {
    struct ica_model_set *models;      /* their text towers */
    struct ica_describer *concepts;    /* names classes */
    const struct ica_phrases *classes; /* in the order in which `concepts` knows them */
    const struct ica_phrases *phrases; /* the user's, instead of the classes; n = 0: none */
    struct ica_vector_cache *cache;    /* may be NULL */
};

/* Its describe() fails with ICA_EUNAVAILABLE for a model without text tower. ICA_ENOMEM. */
enum ica_status ica_zero_shot_describer_open(struct ica_describer **out,
                                             const struct ica_zero_shot_config *config,
                                             struct ica_error *err) ICA_MUST_CHECK;

#endif
