/* SPDX-License-Identifier: Apache-2.0 */
/* Port: embedder. Turns model-size pixels into embedding vectors and, where the model has a
 * classifier, class logits, in one pass. Thread-safe: several callers share one engine, which runs
 * as many images at once as it was opened for and lets the others wait their turn. */
#ifndef ICA_PORTS_EMBEDDER_H
#define ICA_PORTS_EMBEDDER_H

#include <stddef.h>

#include "base/error.h"
#include "domain/image/pixels.h"
#include "domain/model.h"

struct ica_embedder;

struct ica_embedder_ops {
    const char *name; /* lower case, the engine: "openvino" */

    /* Fill `vectors` with n rows of model.dim floats (pooled features, not normalised) and, unless
     * it is NULL, `logits` with n rows of model.n_classes floats. `images` are RGB of the model's
     * size (the wrapper below has checked that, ICA_EINVALID). A row depends on its own image only,
     * to the last bit. All or nothing. ICA_EMODEL (inference failed), ICA_ENOMEM. */
    enum ica_status (*embed)(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err);

    /* Releases everything, `self` included; no call may be in progress. */
    void (*destroy)(struct ica_embedder *self);
};

struct ica_embedder {
    const struct ica_embedder_ops *ops;
    struct ica_model model; /* constant after open */
};

static inline enum ica_status ica_embedder_embed(struct ica_embedder *self, size_t n,
                                                 const struct ica_pixels images[], float *vectors,
                                                 float *logits, struct ica_error *err)
{
    uint32_t side = self->model.crop.size;
    for (size_t i = 0; i < n; i++) {
        if (images[i].width != side || images[i].height != side ||
            images[i].layout != ICA_PIXELS_RGB) {
            return ica_error_set(err, ICA_EINVALID, "The model takes RGB images of %u x %u.", side,
                                 side);
        }
    }
    return self->ops->embed(self, n, images, vectors, logits, err);
}

static inline void ica_embedder_destroy(struct ica_embedder *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
