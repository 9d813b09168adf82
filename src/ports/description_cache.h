/* SPDX-License-Identifier: Apache-2.0 */
/* Port: description cache. Remembers the descriptions that took long to make. Thread-safe. */
#ifndef ICA_PORTS_DESCRIPTION_CACHE_H
#define ICA_PORTS_DESCRIPTION_CACHE_H

#include <stdbool.h>

#include "base/sha256.h"
#include "domain/description/description.h"

/* What a description depends on, hashed. */
struct ica_description_key {
    char text[ICA_SHA256_TEXT_SIZE];
};

struct ica_description_cache;

struct ica_description_cache_ops {
    /* Copy what is remembered under `key` to `out`; false if nothing is. */
    bool (*find)(struct ica_description_cache *self, const struct ica_description_key *key,
                 struct ica_description *out);

    /* Remember `description` under `key`; others may be forgotten for it. */
    void (*keep)(struct ica_description_cache *self, const struct ica_description_key *key,
                 const struct ica_description *description);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_description_cache *self);
};

struct ica_description_cache {
    const struct ica_description_cache_ops *ops;
};

static inline bool ica_description_cache_find(struct ica_description_cache *self,
                                              const struct ica_description_key *key,
                                              struct ica_description *out)
{
    return self->ops->find(self, key, out);
}

static inline void ica_description_cache_keep(struct ica_description_cache *self,
                                              const struct ica_description_key *key,
                                              const struct ica_description *description)
{
    self->ops->keep(self, key, description);
}

static inline void ica_description_cache_destroy(struct ica_description_cache *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
