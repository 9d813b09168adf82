/* SPDX-License-Identifier: Apache-2.0 */
/* Port: vector cache. Rows of numbers that can be computed again but take long: a text tower needs
 * seconds for a vocabulary. What is lost costs time only. Thread-safe. */
#ifndef ICA_PORTS_VECTOR_CACHE_H
#define ICA_PORTS_VECTOR_CACHE_H

#include <stddef.h>

#include "base/error.h"
#include "base/sha256.h"

struct ica_vector_cache;

struct ica_vector_cache_ops {
    /* Fill `out` with the n x dim floats kept under `key`, the SHA-256 of all they depend on.
     * ICA_ENOTFOUND (there are none, or not whole, or not so many), ICA_ENOMEM. */
    enum ica_status (*load)(struct ica_vector_cache *self, const char key[ICA_SHA256_TEXT_SIZE],
                            size_t n, size_t dim, float *out, struct ica_error *err);

    /* Keep them. ICA_EIO and the like: nothing is kept. */
    enum ica_status (*save)(struct ica_vector_cache *self, const char key[ICA_SHA256_TEXT_SIZE],
                            size_t n, size_t dim, const float *rows, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_vector_cache *self);
};

struct ica_vector_cache {
    const struct ica_vector_cache_ops *ops;
};

static inline enum ica_status ica_vector_cache_load(struct ica_vector_cache *self,
                                                    const char key[ICA_SHA256_TEXT_SIZE], size_t n,
                                                    size_t dim, float *out, struct ica_error *err)
{
    return self->ops->load(self, key, n, dim, out, err);
}

static inline enum ica_status ica_vector_cache_save(struct ica_vector_cache *self,
                                                    const char key[ICA_SHA256_TEXT_SIZE], size_t n,
                                                    size_t dim, const float *rows,
                                                    struct ica_error *err)
{
    return self->ops->save(self, key, n, dim, rows, err);
}

static inline void ica_vector_cache_destroy(struct ica_vector_cache *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
