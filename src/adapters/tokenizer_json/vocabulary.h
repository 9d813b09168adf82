/* SPDX-License-Identifier: Apache-2.0 */
/* What both kinds of models share: tokens with their ids, the token for what is unknown, and those
 * for single bytes. Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_VOCABULARY_H
#define ICA_ADAPTERS_TOKENIZER_JSON_VOCABULARY_H

#include "adapters/tokenizer_json/json_members.h"
#include "adapters/tokenizer_json/token_ids.h"
#include "adapters/tokenizer_json/token_table.h"

struct ica_token_vocabulary {
    struct ica_token_table table;
    bool has_unknown;
    uint32_t unknown;
    bool fuses_unknown;  /* neighbours become one token */
    bool has_bytes[256]; /* which bytes have a token, if the model falls back to them */
    uint32_t byte_tokens[256];
};

/* Look for the tokens <0x00> to <0xFF>, if the member "byte_fallback" says so. ICA_EINVALID. */
enum ica_status ica_token_vocabulary_read_bytes(struct ica_token_vocabulary *vocabulary,
                                                const struct ica_token_reader *reader,
                                                const json_t *model) ICA_MUST_CHECK;

/* Whether each of these bytes has a token. */
bool ica_token_vocabulary_has_bytes(const struct ica_token_vocabulary *vocabulary, const char *text,
                                    size_t size);

/* Put what a table says of a token that cannot be added into a sentence with the file's name. */
enum ica_status ica_token_vocabulary_refuse(const struct ica_token_reader *reader,
                                            enum ica_status status);

#endif
