/* SPDX-License-Identifier: Apache-2.0 */
/* Port: concept store. Keeps the concepts that the user has taught. Thread-safe. */
#ifndef ICA_PORTS_CONCEPT_STORE_H
#define ICA_PORTS_CONCEPT_STORE_H

#include "base/error.h"
#include "domain/description/concepts/own_concepts.h"

struct ica_concept_store;

struct ica_concept_store_ops {
    /* Fill the all-zero `out`, which the caller owns, with what is kept; nothing, if nothing is.
     * ICA_ECORRUPT (what is kept cannot be understood), ICA_EIO, ICA_ENOMEM. */
    enum ica_status (*load)(struct ica_concept_store *self, struct ica_own_concepts *out,
                            struct ica_error *err);

    /* Keep `concepts` in the place of what was kept, or, on failure, leave it as it was. ICA_EIO,
     * ICA_ENOMEM. */
    enum ica_status (*save)(struct ica_concept_store *self, const struct ica_own_concepts *concepts,
                            struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_concept_store *self);
};

struct ica_concept_store {
    const struct ica_concept_store_ops *ops;
};

static inline enum ica_status ica_concept_store_load(struct ica_concept_store *self,
                                                     struct ica_own_concepts *out,
                                                     struct ica_error *err)
{
    return self->ops->load(self, out, err);
}

static inline enum ica_status ica_concept_store_save(struct ica_concept_store *self,
                                                     const struct ica_own_concepts *concepts,
                                                     struct ica_error *err)
{
    return self->ops->save(self, concepts, err);
}

static inline void ica_concept_store_destroy(struct ica_concept_store *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
