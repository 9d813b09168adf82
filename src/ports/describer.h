/* SPDX-License-Identifier: Apache-2.0 */
/* Port: describer. Says in a few words what the images of each cluster share. All clusters of one
 * answer are described together, so that their texts can be told apart. Thread-safe. */
#ifndef ICA_PORTS_DESCRIBER_H
#define ICA_PORTS_DESCRIBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/description/colours/colour_shares.h"
#include "domain/description/concepts/own_concepts.h"
#include "domain/description/description.h"
#include "domain/description/words/language.h"
#include "domain/features.h"
#include "domain/model.h"
#include "ports/pictures.h"

/* Borrowed for the call. */
struct ica_describe_request {
    const struct ica_model *model; /* whose embeddings the features are */
    const struct ica_features *features;
    const struct ica_colour_shares *colours;     /* one per row of features */
    const struct ica_clustering *clustering;     /* its clusters count, not the memberships */
    const struct ica_own_concepts *own_concepts; /* the user's; may be NULL */
    enum ica_language language;
    struct ica_pictures *pictures; /* of the rows; NULL: they cannot be had */
    /* As the proof of concept wrote: the captions of the first three members, joined by " / " */
    bool joined_captions;
};

struct ica_describer;

struct ica_describer_ops {
    const char *name; /* lower case, as the user selects it: "concepts" */

    /* Whether it looks at pictures, which takes seconds where the others take milliseconds. */
    bool looks_at_pictures;

    /* Whether it needs no classes of the images, because their model's text tower reads words. */
    bool reads_words;

    /* Fill `out`, one description per cluster of the request, in their order; it comes in all zero.
     * A describer that looks at pictures may leave the text of a cluster empty and say in its note
     * why: the cluster is then described by other means. So it is where one that reads words fails.
     * ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL,
     * ICA_EUNAVAILABLE. */
    enum ica_status (*describe)(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_describer *self);
};

struct ica_describer {
    const struct ica_describer_ops *ops;
};

static inline enum ica_status ica_describer_describe(struct ica_describer *self,
                                                     const struct ica_describe_request *request,
                                                     const struct ica_monitor *monitor,
                                                     struct ica_description *out,
                                                     struct ica_error *err)
{
    return self->ops->describe(self, request, monitor, out, err);
}

static inline void ica_describer_destroy(struct ica_describer *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
