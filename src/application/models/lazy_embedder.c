/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/lazy_embedder.h"

#include <stddef.h>

#include "application/models/network_embedder.h"
#include "application/models/network_text_embedder.h"

static struct ica_network_config network_config(const struct ica_model_set_config *config,
                                                const char *graph_path)
{
    return (struct ica_network_config){
        .graph_path = graph_path,
        .cache_dir = config->cache_dir,
        .device = config->device,
        .precision = config->precision,
        .n_streams = config->n_streams,
        .n_threads = config->n_streams,
    };
}

/* What a network takes in memory is about what its file takes on disk. */
static uint64_t file_bytes(const struct ica_catalogue_entry *entry, const char *graph,
                           const char *weights)
{
    const struct ica_model_file *file = ica_model_package_find(&entry->package, graph);
    uint64_t bytes = file ? file->size_bytes : 0;
    file = ica_model_package_find(&entry->package, weights);
    return bytes + (file ? file->size_bytes : 0);
}

/* ---- Images -----------------------------------------------------------------------------------
 */

static struct ica_lazy_embedder *of_resident(struct ica_resident *resident)
{
    return (struct ica_lazy_embedder *)((char *)resident -
                                        offsetof(struct ica_lazy_embedder, resident));
}

static enum ica_status load(struct ica_resident *resident, struct ica_error *err)
{
    struct ica_lazy_embedder *embedder = of_resident(resident);
    const struct ica_network_config config =
        network_config(embedder->config, embedder->entry->graph_path);
    return ica_network_embedder_open(&embedder->loaded, embedder->config->engine,
                                     &embedder->entry->model, &config, err);
}

static void unload(struct ica_resident *resident)
{
    struct ica_lazy_embedder *embedder = of_resident(resident);
    ica_embedder_destroy(embedder->loaded);
    embedder->loaded = NULL;
}

static enum ica_status embed(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err)
{
    struct ica_lazy_embedder *embedder = (struct ica_lazy_embedder *)self;
    enum ica_status status = ica_residents_acquire(embedder->residents, &embedder->resident, err);
    if (!status) {
        status = ica_embedder_embed(embedder->loaded, n, images, vectors, logits, err);
        ica_residents_release(embedder->residents, &embedder->resident);
    }
    return status;
}

/* It belongs to the set. */
static void leave_alone(struct ica_embedder *self)
{
    (void)self;
}

static const struct ica_embedder_ops lazy_ops = {
    .name = "lazy",
    .embed = embed,
    .destroy = leave_alone,
};

void ica_lazy_embedder_open(struct ica_lazy_embedder *embedder, struct ica_residents *residents,
                            const struct ica_model_set_config *config,
                            const struct ica_catalogue_entry *entry)
{
    const struct ica_model_package *package = &entry->package;
    *embedder = (struct ica_lazy_embedder){
        .base = {.ops = &lazy_ops, .model = entry->model},
        .residents = residents,
        .config = config,
        .entry = entry,
        .resident = {.name = entry->model.name, .load = load, .unload = unload},
    };
    bool is_one_file = strcmp(package->graph, package->weights) == 0;
    embedder->resident.bytes =
        file_bytes(entry, package->graph, is_one_file ? "" : package->weights);
    ica_residents_join(residents, &embedder->resident);
}

void ica_lazy_embedder_close(struct ica_lazy_embedder *embedder)
{
    ica_residents_leave(embedder->residents, &embedder->resident);
}

/* ---- Words ------------------------------------------------------------------------------------
 */

static struct ica_lazy_text_embedder *of_text_resident(struct ica_resident *resident)
{
    return (struct ica_lazy_text_embedder *)((char *)resident -
                                             offsetof(struct ica_lazy_text_embedder, resident));
}

static enum ica_status load_text(struct ica_resident *resident, struct ica_error *err)
{
    struct ica_lazy_text_embedder *embedder = of_text_resident(resident);
    const struct ica_catalogue_entry *entry = embedder->entry;
    const struct ica_network_config config =
        network_config(embedder->config, entry->text_graph_path);
    struct ica_tokenizer *tokenizer = NULL;
    enum ica_status status =
        embedder->config->open_tokenizer(&tokenizer, entry->tokenizer_path, err);
    return status ? status
                  : ica_network_text_embedder_open(&embedder->loaded, embedder->config->engine,
                                                   tokenizer, &entry->model, &config, err);
}

static void unload_text(struct ica_resident *resident)
{
    struct ica_lazy_text_embedder *embedder = of_text_resident(resident);
    ica_text_embedder_destroy(embedder->loaded);
    embedder->loaded = NULL;
}

static enum ica_status embed_text(struct ica_text_embedder *self, size_t n,
                                  const char *const texts[], float *vectors, struct ica_error *err)
{
    struct ica_lazy_text_embedder *embedder = (struct ica_lazy_text_embedder *)self;
    enum ica_status status = ica_residents_acquire(embedder->residents, &embedder->resident, err);
    if (!status) {
        status = ica_text_embedder_embed(embedder->loaded, n, texts, vectors, err);
        ica_residents_release(embedder->residents, &embedder->resident);
    }
    return status;
}

static void leave_text_alone(struct ica_text_embedder *self)
{
    (void)self;
}

static const struct ica_text_embedder_ops lazy_text_ops = {
    .embed = embed_text,
    .destroy = leave_text_alone,
};

void ica_lazy_text_embedder_open(struct ica_lazy_text_embedder *embedder,
                                 struct ica_residents *residents,
                                 const struct ica_model_set_config *config,
                                 const struct ica_catalogue_entry *entry)
{
    *embedder = (struct ica_lazy_text_embedder){
        .base = {.ops = &lazy_text_ops, .model = entry->model},
        .residents = residents,
        .config = config,
        .entry = entry,
        .resident =
            {
                .name = entry->model.name,
                .bytes = file_bytes(entry, entry->package.text_graph, ""),
                .load = load_text,
                .unload = unload_text,
            },
    };
    ica_residents_join(residents, &embedder->resident);
}

void ica_lazy_text_embedder_close(struct ica_lazy_text_embedder *embedder)
{
    ica_residents_leave(embedder->residents, &embedder->resident);
}
