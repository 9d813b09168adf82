/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: many images in, described groups out. */
#include "application/runs/cluster_images.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "application/describing/describe_result.h"
#include "application/runs/run_features.h"
#include "application/runs/run_item.h"
#include "application/runs/run_pictures.h"
#include "base/log.h"
#include "base/memory.h"
#include "domain/image/image_id.h"
#include "domain/stages.h"

#define POLL_MS          50 /* how often a waiting run looks at its monitor */
#define FILES_PER_WORKER 2  /* that wait, unless their bytes are counted instead */

struct ica_run {
    struct ica_run_context context;
    struct ica_run_options options;
    const struct ica_monitor *monitor;
    struct ica_lane *lane;
    double started_s;
    struct ica_image_ids ids;
    /* Files in the order they came */
    struct ica_run_item **items;
    size_t n_items;
    size_t capacity;
};

struct ica_grouping_options ica_grouping_options_default(void)
{
    return (struct ica_grouping_options){
        .clustering = ica_clustering_options_default(),
        .describer = ICA_AUTO_DESCRIBER,
    };
}

static struct ica_describer *find_named(const struct ica_engine *engine, const char *name)
{
    struct ica_describer *const *describer = engine->describers;
    while (*describer && strcmp((*describer)->ops->name, name) != 0) {
        describer++;
    }
    return *describer;
}

/* One that reads words, if the model does, else the first of all. */
static struct ica_describer *find_best(const struct ica_engine *engine, bool reads_words)
{
    struct ica_describer *const *describer = engine->describers;
    while (reads_words && *describer && !(*describer)->ops->reads_words) {
        describer++;
    }
    return *describer ? *describer : engine->describers[0];
}

enum ica_status ica_engine_find_describer(const struct ica_engine *engine,
                                          const struct ica_model *model, const char *name,
                                          struct ica_describer **out, struct ica_error *err)
{
    bool reads_words = *model->text.input != 0;
    *out = NULL;
    if (strcmp(name, ICA_NO_DESCRIBER) == 0) {
        return ICA_OK;
    }
    *out = strcmp(name, ICA_AUTO_DESCRIBER) == 0 ? find_best(engine, reads_words)
                                                 : find_named(engine, name);
    if (!*out) {
        return ica_error_set(err, ICA_EINVALID, "There is no describer named \"%s\".", name);
    }
    if ((*out)->ops->reads_words && !reads_words) {
        return ica_error_set(err, ICA_EINVALID,
                             "The describer %s needs a model with a text tower, and %s has none.",
                             name, model->name);
    }
    return ICA_OK;
}

enum ica_status ica_run_open(struct ica_run **out, const struct ica_engine *engine,
                             const struct ica_run_options *options,
                             const struct ica_monitor *monitor, struct ica_error *err)
{
    *out = NULL;
    struct ica_run *run = calloc(1, sizeof *run);
    if (!run) {
        return ica_error_nomem(err, "a run");
    }
    run->context.engine = *engine;
    run->context.exact_pixels = options->exact_pixels;
    run->context.thumbnail_side = options->thumbnail_side;
    atomic_init(&run->context.thumbnails, (int)options->thumbnails);
    run->options = *options;
    run->monitor = monitor;
    size_t max_cost = options->max_waiting_bytes
                          ? options->max_waiting_bytes
                          : FILES_PER_WORKER * engine->executor->parallel.n_workers;
    enum ica_status status = ica_executor_lane_open(engine->executor, max_cost, &run->lane, err);
    if (status) {
        free(run);
        return status;
    }
    run->started_s = ica_clock_now_s(engine->clock);
    *out = run;
    return ICA_OK;
}

enum ica_status ica_run_set_embedder(struct ica_run *run, struct ica_embedder *embedder,
                                     struct ica_error *err)
{
    if (embedder == run->context.engine.embedder) {
        return ICA_OK; /* workers may be reading it */
    }
    if (run->n_items > 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "The model must be chosen before the first image is sent.");
    }
    run->context.engine.embedder = embedder;
    return ICA_OK;
}

static enum ica_status cancel(struct ica_run *run, struct ica_error *err)
{
    atomic_store(&run->context.cancelled, true);
    return ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.");
}

/* Tell the monitor how many files are embedded. */
static bool report_embedding(struct ica_run *run)
{
    return ica_monitor_step(run->monitor, ICA_STAGE_EMBEDDING, atomic_load(&run->context.n_done),
                            run->n_items);
}

/* Append an item for `name`; its bytes, if any, move out of `file`. */
static enum ica_status append(struct ica_run *run, const char *name, size_t name_size,
                              struct ica_buffer *file, struct ica_run_item **out,
                              struct ica_error *err)
{
    if (run->n_items >= run->options.max_images) {
        return ica_error_set(err, ICA_EINVALID, "Too many images: the limit is %zu.",
                             run->options.max_images);
    }
    if (!ica_array_reserve((void **)&run->items, &run->capacity, run->n_items + 1, ICA_MAX_IMAGES,
                           sizeof(struct ica_run_item *))) {
        return ica_error_nomem(err, "the list of images");
    }
    char *id = ica_image_ids_add(&run->ids, name, name_size);
    struct ica_run_item *item = id ? ica_run_item_new(&run->context, id, file) : NULL;
    if (!item) {
        free(id);
        return ica_error_nomem(err, "an image");
    }
    run->items[run->n_items++] = item;
    *out = item;
    return ICA_OK;
}

enum ica_status ica_run_add(struct ica_run *run, const char *name, size_t name_size,
                            struct ica_buffer *file, struct ica_error *err)
{
    struct ica_run_item *item = NULL;
    enum ica_status status = append(run, name, name_size, file, &item, err);
    if (status) {
        return status;
    }
    if (run->options.max_waiting_bytes) {
        item->task.cost = sizeof *item + item->file.capacity;
    }
    bool queued = false;
    while (!queued) {
        if (!report_embedding(run)) {
            return cancel(run, err);
        }
        queued = ica_executor_submit(run->context.engine.executor, run->lane, &item->task, POLL_MS);
    }
    return ICA_OK;
}

enum ica_status ica_run_reject(struct ica_run *run, const char *name, size_t name_size,
                               const struct ica_error *reason, struct ica_error *err)
{
    struct ica_run_item *item = NULL;
    struct ica_buffer nothing;
    ica_buffer_init(&nothing, 0);
    enum ica_status status = append(run, name, name_size, &nothing, &item, err);
    if (!status) {
        item->error = *reason;
        atomic_fetch_add(&run->context.n_decoded, 1);
        atomic_fetch_add(&run->context.n_done, 1);
    }
    return status;
}

void ica_run_limit_thumbnails(struct ica_run *run, enum ica_thumbnails thumbnails)
{
    atomic_store(&run->context.thumbnails, (int)thumbnails);
}

struct ica_run_counts ica_run_counts(const struct ica_run *run)
{
    return (struct ica_run_counts){
        .received = run->n_items,
        .decoded = atomic_load(&run->context.n_decoded),
        .embedded = atomic_load(&run->context.n_done),
    };
}

/* Wait until every queued file is embedded or failed. */
static enum ica_status wait_for_files(struct ica_run *run, struct ica_error *err)
{
    bool done = false;
    while (!done) {
        done = ica_executor_wait(run->context.engine.executor, run->lane, POLL_MS);
        if (!report_embedding(run)) {
            return cancel(run, err);
        }
    }
    return ICA_OK;
}

/* The user's concepts for the model at hand. What is wrong with them does not stop a run. */
static void load_own_concepts(const struct ica_engine *engine, struct ica_own_concepts *out)
{
    struct ica_error error = {0};
    struct ica_own_concepts all = {0};
    if (engine->own_concepts && ica_concept_store_load(engine->own_concepts, &all, &error)) {
        ica_log(ICA_LOG_WARNING, "concepts", "%s", error.text);
    }
    for (size_t i = 0; i < all.n; i++) {
        if (ica_own_concept_fits(&all.items[i], &engine->embedder->model) &&
            ica_own_concepts_put(out, &all.items[i], &error)) {
            ica_log(ICA_LOG_WARNING, "concepts", "%s", error.text);
        }
    }
    ica_own_concepts_clear(&all);
}

static enum ica_status describe(struct ica_run *run, const struct ica_grouping_options *options,
                                struct ica_describer *describer,
                                const struct ica_run_features *features, struct ica_result *result,
                                struct ica_error *err)
{
    const struct ica_engine *engine = &run->context.engine;
    struct ica_own_concepts own_concepts = {0};
    struct ica_run_pictures pictures;
    ica_run_pictures_init(&pictures, engine->decoder, run->options.files, result,
                          run->options.exact_pixels);
    if (describer) {
        load_own_concepts(engine, &own_concepts);
    }
    const struct ica_describe_means means = {
        .model = &engine->embedder->model,
        .own_concepts = &own_concepts,
        .classifier = engine->classifier,
        .cache = engine->descriptions,
        .describer = describer,
        .fallback = engine->describers[0],
        .pictures = run->options.files ? &pictures.base : NULL,
        .language = options->language,
        .joined_captions = options->clustering.strategy == ICA_STRATEGY_POC,
    };
    enum ica_status status = ica_describe_result(&means, features, run->monitor, result, err);
    ica_own_concepts_clear(&own_concepts);
    return status;
}

/* Group and describe what was collected, with the time that each stage took. */
static enum ica_status group(struct ica_run *run, const struct ica_grouping_options *options,
                             struct ica_describer *describer,
                             const struct ica_run_features *features, struct ica_result *result,
                             struct ica_error *err)
{
    const struct ica_engine *engine = &run->context.engine;
    double embedded_s = ica_clock_now_s(engine->clock);
    if (!ica_monitor_step(run->monitor, ICA_STAGE_CLUSTERING, 0, features->view.n)) {
        return cancel(run, err);
    }
    enum ica_status status =
        ica_clustering_run(&features->view, &options->clustering, &engine->executor->parallel,
                           run->monitor, &result->clustering, err);
    double clustered_s = ica_clock_now_s(engine->clock);
    if (!status) {
        status = describe(run, options, describer, features, result, err);
    }
    double described_s = ica_clock_now_s(engine->clock);
    result->model = engine->embedder->model;
    result->granularity = options->clustering.granularity;
    result->duplicate_threshold = options->clustering.duplicate_threshold;
    result->timings = (struct ica_timings){
        .embed_s = embedded_s - run->started_s,
        .cluster_s = clustered_s - embedded_s,
        .describe_s = described_s - clustered_s,
        .total_s = described_s - run->started_s,
    };
    return status;
}

enum ica_status ica_run_finish(struct ica_run *run, const struct ica_grouping_options *options,
                               struct ica_result *result, struct ica_error *err)
{
    struct ica_run_features features = {0};
    struct ica_describer *describer = NULL;
    enum ica_status status =
        ica_engine_find_describer(&run->context.engine, &run->context.engine.embedder->model,
                                  options->describer, &describer, err);
    if (!status) {
        status = wait_for_files(run, err);
    }
    if (!status) {
        status = ica_run_features_collect(&features, run->items, run->n_items, result, err);
    }
    if (!status) {
        status = group(run, options, describer, &features, result, err);
    }
    ica_run_features_clear(&features);
    if (status) {
        ica_result_clear(result);
    }
    return status;
}

enum ica_status ica_run_learn(struct ica_run *run, const char *name,
                              struct ica_own_concept *concept, struct ica_result *result,
                              struct ica_error *err)
{
    struct ica_run_features features = {0};
    enum ica_status status = wait_for_files(run, err);
    if (!status) {
        status = ica_run_features_collect(&features, run->items, run->n_items, result, err);
    }
    if (!status) {
        status = ica_own_concept_learn(concept, name, &features.view,
                                       &run->context.engine.embedder->model, err);
    }
    ica_run_features_clear(&features);
    if (status) {
        ica_result_clear(result);
    }
    return status;
}

enum ica_status ica_run_embed(struct ica_run *run, ica_run_visit *visit, void *context,
                              struct ica_error *err)
{
    enum ica_status status = wait_for_files(run, err);
    for (size_t i = 0; i < run->n_items && !status; i++) {
        status = visit(context, i, run->items[i]->features, &run->items[i]->error, err);
    }
    return status;
}

void ica_run_close(struct ica_run *run)
{
    if (!run) {
        return;
    }
    atomic_store(&run->context.cancelled, true);
    ica_executor_lane_close(run->context.engine.executor, run->lane);
    for (size_t i = 0; i < run->n_items; i++) {
        ica_run_item_free(run->items[i]);
    }
    free(run->items);
    ica_image_ids_clear(&run->ids);
    free(run);
}
