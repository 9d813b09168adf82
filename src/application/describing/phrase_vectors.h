/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors of a list of phrases, as the text tower of a model gives them: computed once, then
 * kept in memory and in a cache. Thread-safe. */
#ifndef ICA_APPLICATION_DESCRIBING_PHRASE_VECTORS_H
#define ICA_APPLICATION_DESCRIBING_PHRASE_VECTORS_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/description/words/phrases.h"
#include "ports/text_embedder.h"
#include "ports/vector_cache.h"

#define ICA_DEFAULT_PROMPT                                                                         \
    "a photo of a {}" /* the words that CLIP was measured with (Radford 2021) */

struct ica_phrase_vectors;

/* Of `phrases`. Both are borrowed; `cache` may be NULL. ICA_ENOMEM. */
enum ica_status ica_phrase_vectors_open(struct ica_phrase_vectors **out,
                                        const struct ica_phrases *phrases,
                                        struct ica_vector_cache *cache,
                                        struct ica_error *err) ICA_MUST_CHECK;

/* Point `*out` to a row of length 1 per phrase, of text->model.dim numbers, which stay until the
 * vectors are closed. `monitor` hears of the stage "describing" and may cancel. ICA_ECANCELLED,
 * ICA_ENOMEM, what the text embedder fails with. */
enum ica_status ica_phrase_vectors_get(struct ica_phrase_vectors *vectors,
                                       struct ica_text_embedder *text,
                                       const struct ica_monitor *monitor, const float **out,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* `vectors` may be NULL. */
void ica_phrase_vectors_close(struct ica_phrase_vectors *vectors);

#endif
