/* SPDX-License-Identifier: Apache-2.0 */
/* Captions out of a language model that gives, for the tokens so far, the score of each next one:
 * always the best one (greedy), or the best of several ways at once (beam search). */
#ifndef ICA_DOMAIN_CAPTION_GENERATION_H
#define ICA_DOMAIN_CAPTION_GENERATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_CAPTION_TOKENS 64
#define ICA_MAX_BEAMS          8

struct ica_generation_options {
    size_t n_beams;    /* 1 = greedy, up to ICA_MAX_BEAMS */
    size_t max_length; /* 2 to ICA_MAX_CAPTION_TOKENS tokens, the first and the last included */
    uint32_t begin;    /* the token that all captions begin with */
    uint32_t end;      /* the one that ends a caption */
};

/* One caption: from `begin` on, to `end` or to the longest length. */
struct ica_token_row {
    uint32_t ids[ICA_MAX_CAPTION_TOKENS];
    size_t n;
};

/* The model. Its rows are the captions times the beams: row `caption * n_beams + beam`. */
struct ica_token_model {
    /* Continue each row by one token: row i, which is row parents[i] of the call before, by
     * tokens[i], the row's token number `position`. At position 0 parents do not count. Put into
     * `*logits` the scores (log-probabilities up to a constant) of each token that may follow, rows
     * x n_tokens, in memory of the model that stays until the next call. */
    enum ica_status (*step)(struct ica_token_model *self, size_t position, const uint32_t *tokens,
                            const size_t *parents, const float **logits, struct ica_error *err);

    size_t n_tokens; /* > n_beams */
};

/* Make `n_captions` captions, each as if it were alone. ICA_EINVALID (an option is out of range),
 * ICA_EMODEL (a score is not finite), ICA_ENOMEM, or as the model fails. */
enum ica_status ica_generate(struct ica_token_model *model,
                             const struct ica_generation_options *options, size_t n_captions,
                             struct ica_token_row *out, struct ica_error *err) ICA_MUST_CHECK;

#endif
