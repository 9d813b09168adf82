/* SPDX-License-Identifier: Apache-2.0 */
/* "normalizer" of a tokenizer.json: what is done to a text before it is cut. Known are Sequence,
 * NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend, Replace and Precompiled.
 * Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_NORMALISER_H
#define ICA_ADAPTERS_TOKENIZER_JSON_NORMALISER_H

#include "adapters/tokenizer_json/json_members.h"
#include "base/buffer.h"

#define ICA_MAX_NORMALISED_BYTES ((size_t)4 << 20) /* a text may grow on the way */

struct ica_normaliser_step;

/* Zero-initialise; ica_normaliser_clear releases it. */
struct ica_normaliser {
    struct ica_normaliser_step *steps; /* owned */
    size_t n_steps;
};

/* Read `node`, which may be null. ICA_EINVALID, ICA_EUNAVAILABLE, ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_normaliser_read(struct ica_normaliser *normaliser,
                                    const struct ica_token_reader *reader,
                                    const json_t *node) ICA_MUST_CHECK;

void ica_normaliser_clear(struct ica_normaliser *normaliser);

/* Put the normalised text into `out`, whose content is replaced. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_normaliser_apply(const struct ica_normaliser *normaliser,
                                     struct ica_buffer *out, const char *text, size_t size,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
