/* SPDX-License-Identifier: Apache-2.0 */
/* The two towers of a model as residents: their networks are opened when they are first used. Both
 * are parts of a model set. */
#ifndef ICA_APPLICATION_MODELS_LAZY_EMBEDDER_H
#define ICA_APPLICATION_MODELS_LAZY_EMBEDDER_H

#include "application/models/model_set.h"
#include "application/models/residents.h"

struct ica_lazy_embedder {
    struct ica_embedder base;
    struct ica_resident resident;
    struct ica_residents *residents;
    const struct ica_model_set_config *config;
    const struct ica_catalogue_entry *entry;
    struct ica_embedder *loaded; /* while it is resident */
};

struct ica_lazy_text_embedder {
    struct ica_text_embedder base;
    struct ica_resident resident;
    struct ica_residents *residents;
    const struct ica_model_set_config *config;
    const struct ica_catalogue_entry *entry;
    struct ica_text_embedder *loaded; /* while it is resident */
};

/* Let the all-zero `*embedder` stand for the model of `entry` and join `residents`. All is borrowed
 * until it is closed. */
void ica_lazy_embedder_open(struct ica_lazy_embedder *embedder, struct ica_residents *residents,
                            const struct ica_model_set_config *config,
                            const struct ica_catalogue_entry *entry);

void ica_lazy_embedder_close(struct ica_lazy_embedder *embedder);

/* The same for its text tower. */
void ica_lazy_text_embedder_open(struct ica_lazy_text_embedder *embedder,
                                 struct ica_residents *residents,
                                 const struct ica_model_set_config *config,
                                 const struct ica_catalogue_entry *entry);

void ica_lazy_text_embedder_close(struct ica_lazy_text_embedder *embedder);

#endif
