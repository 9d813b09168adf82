/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/model_set.h"

#include <stdlib.h>
#include <string.h>

#include "application/models/lazy_embedder.h"
#include "base/memory.h"

struct ica_model_set {
    struct ica_model_set_config config;
    struct ica_residents *residents;
    size_t n;
    struct ica_lazy_embedder *images;     /* one per installed model */
    struct ica_lazy_text_embedder *texts; /* likewise; those without a tower are all zero */
};

static bool has_text(const struct ica_catalogue_entry *entry)
{
    return *entry->model.text.input && entry->text_graph_path && entry->tokenizer_path;
}

static void join_all(struct ica_model_set *set)
{
    const struct ica_model_catalogue *catalogue = set->config.catalogue;
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        const struct ica_catalogue_entry *entry = &catalogue->entries[i];
        if (!entry->installed) {
            continue;
        }
        ica_lazy_embedder_open(&set->images[set->n], set->residents, &set->config, entry);
        if (has_text(entry)) {
            ica_lazy_text_embedder_open(&set->texts[set->n], set->residents, &set->config, entry);
        }
        set->n++;
    }
}

enum ica_status ica_model_set_open(struct ica_model_set **out,
                                   const struct ica_model_set_config *config, struct ica_error *err)
{
    const struct ica_residents_config limits = {
        .max_bytes = config->max_bytes, .idle_s = config->idle_s, .clock = config->clock};
    size_t n = config->catalogue->n_entries;
    struct ica_model_set *set = calloc(1, sizeof *set);
    *out = NULL;
    if (!set) {
        return ica_error_nomem(err, "the models");
    }
    set->config = *config;
    set->images = ica_array_new(n, sizeof *set->images);
    set->texts = ica_array_new(n, sizeof *set->texts);
    enum ica_status status = set->images && set->texts
                                 ? ica_residents_open(&set->residents, &limits, err)
                                 : ica_error_nomem(err, "the models");
    if (status) {
        ica_model_set_close(set);
        return status;
    }
    join_all(set);
    *out = set;
    return ICA_OK;
}

struct ica_embedder *ica_model_set_embedder(struct ica_model_set *set, const char *name)
{
    for (size_t i = 0; i < set->n; i++) {
        if (ica_model_is_called(&set->images[i].base.model, name)) {
            return &set->images[i].base;
        }
    }
    return NULL;
}

struct ica_text_embedder *ica_model_set_text(struct ica_model_set *set,
                                             const struct ica_model *model)
{
    for (size_t i = 0; i < set->n; i++) {
        struct ica_text_embedder *text = &set->texts[i].base;
        if (text->ops && ica_model_is_same(&text->model, model)) {
            return text;
        }
    }
    return NULL;
}

struct ica_embedder *ica_model_set_at(struct ica_model_set *set, size_t index)
{
    return index < set->n ? &set->images[index].base : NULL;
}

enum ica_status ica_model_set_load(struct ica_model_set *set, struct ica_embedder *embedder,
                                   struct ica_error *err)
{
    struct ica_lazy_embedder *lazy = (struct ica_lazy_embedder *)embedder;
    enum ica_status status = ica_residents_acquire(set->residents, &lazy->resident, err);
    if (!status) {
        ica_residents_release(set->residents, &lazy->resident);
    }
    return status;
}

bool ica_model_set_is_loaded(struct ica_model_set *set, const struct ica_embedder *embedder)
{
    const struct ica_lazy_embedder *lazy = (const struct ica_lazy_embedder *)embedder;
    return ica_residents_is_loaded(set->residents, &lazy->resident);
}

void ica_model_set_unload_idle(struct ica_model_set *set)
{
    ica_residents_unload_idle(set->residents);
}

void ica_model_set_close(struct ica_model_set *set)
{
    if (!set) {
        return;
    }
    for (size_t i = 0; i < set->n; i++) {
        ica_lazy_embedder_close(&set->images[i]);
        if (set->texts[i].base.ops) {
            ica_lazy_text_embedder_close(&set->texts[i]);
        }
    }
    ica_residents_close(set->residents);
    free(set->images);
    free(set->texts);
    free(set);
}
