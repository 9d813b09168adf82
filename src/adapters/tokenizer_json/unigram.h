/* SPDX-License-Identifier: Apache-2.0 */
/* The unigram model: of all ways to cut a piece into tokens, the one whose scores (logarithms of
 * probabilities) add up to most. Source: T. Kudo, "Subword Regularization", 2018, and the order of
 * additions of SentencePiece's EncodeOptimized, which decides between equals. Thread-safe once
 * read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_UNIGRAM_H
#define ICA_ADAPTERS_TOKENIZER_JSON_UNIGRAM_H

#include "adapters/tokenizer_json/vocabulary.h"

/* Zero-initialise; ica_unigram_clear releases it. */
struct ica_unigram {
    struct ica_token_vocabulary vocabulary;
    double *scores; /* owned; of each id */
    double min_score;
};

/* Read the member "model". ICA_EINVALID, ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_unigram_read(struct ica_unigram *model, const struct ica_token_reader *reader,
                                 const json_t *node) ICA_MUST_CHECK;

void ica_unigram_clear(struct ica_unigram *model);

/* Append the ids of a piece, which is not empty, in O(n) times the longest token. ICA_ENOMEM. */
enum ica_status ica_unigram_encode(const struct ica_unigram *model, const char *piece, size_t size,
                                   struct ica_token_ids *ids, struct ica_error *err) ICA_MUST_CHECK;

#endif
