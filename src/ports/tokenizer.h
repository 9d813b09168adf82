/* SPDX-License-Identifier: Apache-2.0 */
/* Port: tokenizer. Turns text into the token ids that a model's text tower was trained with.
 * Thread-safe. */
#ifndef ICA_PORTS_TOKENIZER_H
#define ICA_PORTS_TOKENIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_CONTEXT    512   /* tokens that a text tower reads */
#define ICA_MAX_TOKEN_TEXT 65536 /* bytes of one text */

struct ica_tokenizer;

struct ica_tokenizer_ops {
    /* Write the ids of `text` (`size` bytes, at most ICA_MAX_TOKEN_TEXT; what is no UTF-8 is read
     * as U+FFFD) with the model's own marks of begin and end to `ids` and their number to `*n_ids`.
     * Of a text that is too long the first `max_ids` (2 to ICA_MAX_CONTEXT) are kept, the last of
     * them still the mark of the end. ICA_ETOOLARGE, ICA_ENOMEM. */
    enum ica_status (*encode)(struct ica_tokenizer *self, const char *text, size_t size,
                              size_t max_ids, int64_t ids[], size_t *n_ids, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_tokenizer *self);
};

struct ica_tokenizer {
    const struct ica_tokenizer_ops *ops;
    int64_t padding_id; /* fills the context after the text; constant after open */
};

static inline enum ica_status ica_tokenizer_encode(struct ica_tokenizer *self, const char *text,
                                                   size_t size, size_t max_ids, int64_t ids[],
                                                   size_t *n_ids, struct ica_error *err)
{
    return self->ops->encode(self, text, size, max_ids, ids, n_ids, err);
}

static inline void ica_tokenizer_destroy(struct ica_tokenizer *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
