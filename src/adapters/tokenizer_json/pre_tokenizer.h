/* SPDX-License-Identifier: Apache-2.0 */
/* "pre_tokenizer" of a tokenizer.json: where a text is cut before tokens are looked for. Known are
 * Sequence, Split, ByteLevel, Metaspace and WhitespaceSplit. Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_PRE_TOKENIZER_H
#define ICA_ADAPTERS_TOKENIZER_JSON_PRE_TOKENIZER_H

#include "adapters/tokenizer_json/json_members.h"
#include "adapters/tokenizer_json/pieces.h"

struct ica_pre_tokenizer_step;

/* Zero-initialise; ica_pre_tokenizer_clear releases it. */
struct ica_pre_tokenizer {
    struct ica_pre_tokenizer_step *steps; /* owned */
    size_t n_steps;
    bool depends_on_place; /* on whether the user's text begins with what is cut */
};

/* Read `node`, which may be null. ICA_EINVALID, ICA_EUNAVAILABLE, ICA_ENOMEM. */
enum ica_status ica_pre_tokenizer_read(struct ica_pre_tokenizer *pre_tokenizer,
                                       const struct ica_token_reader *reader,
                                       const json_t *node) ICA_MUST_CHECK;

void ica_pre_tokenizer_clear(struct ica_pre_tokenizer *pre_tokenizer);

/* Cut a text that is not empty; `is_first` says whether the user's text begins with it. Replaces
 * what is in `pieces`. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_pre_tokenizer_apply(const struct ica_pre_tokenizer *pre_tokenizer,
                                        const char *text, size_t size, bool is_first,
                                        struct ica_pieces *pieces,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
