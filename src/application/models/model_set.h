/* SPDX-License-Identifier: Apache-2.0 */
/* The installed models by name. Each serves as an embedder and, where it has a text tower, as a
 * text embedder; its networks are loaded when they are first used and within one budget of memory
 * (application/residents.h), so that many can be offered side by side. Thread-safe. */
#ifndef ICA_APPLICATION_MODELS_MODEL_SET_H
#define ICA_APPLICATION_MODELS_MODEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ports/clock.h"
#include "ports/embedder.h"
#include "ports/inference.h"
#include "ports/model_catalogue.h"
#include "ports/text_embedder.h"
#include "ports/tokenizer.h"

struct ica_model_set;

/* Everything is borrowed until the set is closed. */
struct ica_model_set_config {
    const struct ica_model_catalogue *catalogue;
    struct ica_inference *engine;
    enum ica_status (*open_tokenizer)(struct ica_tokenizer **out, const char *path,
                                      struct ica_error *err);
    struct ica_clock *clock;
    const char *cache_dir; /* compiled graphs are kept here; NULL = nowhere */
    const char *device;    /* as struct ica_network_config has it */
    enum ica_precision precision;
    size_t n_streams;   /* images or texts computed at once by a model, one thread each; > 0 */
    uint64_t max_bytes; /* of the files of all loaded models together; 0 = no limit */
    double idle_s;      /* unload what was not used for so long; 0 = never */
};

/* Nothing is loaded yet. ICA_ENOMEM. */
enum ica_status ica_model_set_open(struct ica_model_set **out,
                                   const struct ica_model_set_config *config,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* The installed model called `name`, which may be NAME or NAME@VERSION, or NULL. It fails as its
 * parts do when it is used: ICA_EMODEL, ICA_ENOTFOUND, ICA_ETOOLARGE (max_bytes). */
struct ica_embedder *ica_model_set_embedder(struct ica_model_set *set, const char *name);

/* The text tower of the installed model `model`, the same name, version and weights, or NULL. */
struct ica_text_embedder *ica_model_set_text(struct ica_model_set *set,
                                             const struct ica_model *model);

/* Load it now, so that nobody waits for it later and what is wrong with it shows. */
enum ica_status ica_model_set_load(struct ica_model_set *set, struct ica_embedder *embedder,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* The installed models in the order of their names: the `index`-th, or NULL. */
struct ica_embedder *ica_model_set_at(struct ica_model_set *set, size_t index);

/* Whether its image tower is in memory at the moment. */
bool ica_model_set_is_loaded(struct ica_model_set *set, const struct ica_embedder *embedder);

/* Unload what was idle for too long; to be called now and then. */
void ica_model_set_unload_idle(struct ica_model_set *set);

/* Nobody may use any of its embedders. `set` may be NULL. */
void ica_model_set_close(struct ica_model_set *set);

#endif
