/* SPDX-License-Identifier: Apache-2.0 */
/* Byte-pair encoding: a piece's characters are joined pair by pair, the pair that was learnt first
 * before the others. Source: R. Sennrich et al., "Neural Machine Translation of Rare Words with
 * Subword Units", 2016; unknown characters and bytes as Hugging Face's tokenizers treat them.
 * Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_BYTE_PAIRS_H
#define ICA_ADAPTERS_TOKENIZER_JSON_BYTE_PAIRS_H

#include "adapters/tokenizer_json/vocabulary.h"

#define ICA_MAX_MERGES      2000000
#define ICA_MAX_WORD_SUFFIX 32

struct ica_merge_slot;

/* Zero-initialise; ica_byte_pairs_clear releases it. */
struct ica_byte_pairs {
    struct ica_token_vocabulary vocabulary;
    struct ica_merge_slot *slots;         /* owned; hash table of pairs */
    size_t n_slots;                       /* a power of two */
    char suffix[ICA_MAX_WORD_SUFFIX + 1]; /* after a piece's last character */
    bool ignores_merges;                  /* of a piece that is a token itself */
};

/* Read the member "model". ICA_EINVALID, ICA_EUNAVAILABLE, ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_byte_pairs_read(struct ica_byte_pairs *model,
                                    const struct ica_token_reader *reader,
                                    const json_t *node) ICA_MUST_CHECK;

void ica_byte_pairs_clear(struct ica_byte_pairs *model);

/* Append the ids of a piece, which is not empty, in O(n log n). ICA_ENOMEM. */
enum ica_status ica_byte_pairs_encode(const struct ica_byte_pairs *model, const char *piece,
                                      size_t size, struct ica_token_ids *ids,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
