/* SPDX-License-Identifier: Apache-2.0 */
/* "added_tokens" of a tokenizer.json: marks that are found in the text itself, some before it is
 * normalised and some afterwards. Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_ADDED_TOKENS_H
#define ICA_ADAPTERS_TOKENIZER_JSON_ADDED_TOKENS_H

#include "adapters/tokenizer_json/normaliser.h"
#include "adapters/tokenizer_json/token_table.h"

#define ICA_MAX_ADDED_TOKENS 65536

struct ica_added_token {
    uint32_t id;
    bool strips_left; /* white space before it belongs to it */
    bool strips_right;
};

/* Tokens that are looked for together; the table's ids are places in `tokens`. */
struct ica_added_tokens {
    struct ica_token_table table;
    struct ica_added_token *tokens; /* owned */
    size_t capacity;
};

/* A part of a text: a token, or what is between two. */
struct ica_text_part {
    size_t start;
    size_t end;
    bool is_token;
    uint32_t id;
};

/* Read the list `node`, which may be absent, into those looked for in the text as it is and those
 * looked for in the normalised one. Both zero-initialised; ica_added_tokens_clear releases them.
 * `known`, of the model, tells which ids its own tokens have. ICA_EINVALID, ICA_EUNAVAILABLE,
 * ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_added_tokens_read(struct ica_added_tokens *plain,
                                      struct ica_added_tokens *normalised,
                                      const struct ica_token_reader *reader, const json_t *node,
                                      const struct ica_normaliser *normaliser,
                                      const struct ica_token_table *known) ICA_MUST_CHECK;

void ica_added_tokens_clear(struct ica_added_tokens *added);

/* Find the id of the added token with this text in the list `node`. */
bool ica_added_tokens_id(const json_t *node, const char *content, uint32_t *id);

/* What comes next in the text from `from` < size on, of the leftmost tokens the longest: sets parts
 * [0] and, if that is no token but one follows it, [1]; none is empty. Returns how many. The next
 * call goes on where the last part ends. */
size_t ica_added_tokens_next(const struct ica_added_tokens *added, const char *text, size_t size,
                             size_t from, struct ica_text_part parts[2]);

#endif
