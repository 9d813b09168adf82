/* SPDX-License-Identifier: Apache-2.0 */
/* Port: text embedder. Turns words into vectors of the same space as a model's images, so that the
 * cosine of the two says how well the words fit. Thread-safe. */
#ifndef ICA_PORTS_TEXT_EMBEDDER_H
#define ICA_PORTS_TEXT_EMBEDDER_H

#include <stddef.h>

#include "base/error.h"
#include "domain/model.h"

struct ica_text_embedder;

struct ica_text_embedder_ops {
    /* Fill `vectors` with n rows of model.dim floats, not normalised. `texts` end with 0; what is
     * longer than the model reads is cut. A row depends on its own text only. All or nothing.
     * ICA_EMODEL, ICA_ETOOLARGE (a text of more than ICA_MAX_TOKEN_TEXT bytes), ICA_ENOMEM. */
    enum ica_status (*embed)(struct ica_text_embedder *self, size_t n, const char *const texts[],
                             float *vectors, struct ica_error *err);

    /* Releases everything, `self` included; no call may be in progress. */
    void (*destroy)(struct ica_text_embedder *self);
};

struct ica_text_embedder {
    const struct ica_text_embedder_ops *ops;
    struct ica_model model; /* constant after open */
};

static inline enum ica_status ica_text_embedder_embed(struct ica_text_embedder *self, size_t n,
                                                      const char *const texts[], float *vectors,
                                                      struct ica_error *err)
{
    return self->ops->embed(self, n, texts, vectors, err);
}

static inline void ica_text_embedder_destroy(struct ica_text_embedder *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
