/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: many images in, described groups out. */
#include "application/cluster_images.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application/run_item.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/image/image_id.h"
#include "domain/stages.h"

#define POLL_MS      50  /* how often a waiting run looks at its monitor */
#define MAX_SHOWN_ID 200 /* bytes of a file's name in a message, so that the reason has room */

struct ica_run {
    struct ica_run_context context;
    struct ica_run_options options;
    struct ica_describer *describer; /* NULL: none */
    const struct ica_monitor *monitor;
    struct ica_lane *lane;
    double started_s;
    struct ica_image_ids ids;
    /* Files in the order they came */
    struct ica_run_item **items;
    size_t n_items;
    size_t capacity;
};

struct ica_run_options ica_run_options_default(void)
{
    return (struct ica_run_options){
        .clustering = ica_clustering_options_default(),
        .describer = "concepts",
        .max_images = ICA_MAX_IMAGES,
    };
}

static enum ica_status find_describer(const struct ica_engine *engine, const char *name,
                                      struct ica_describer **out, struct ica_error *err)
{
    *out = NULL;
    if (strcmp(name, "none") == 0) {
        return ICA_OK;
    }
    for (struct ica_describer *const *d = engine->describers; *d; d++) {
        if (strcmp((*d)->ops->name, name) == 0) {
            *out = *d;
            return ICA_OK;
        }
    }
    return ica_error_set(err, ICA_EINVALID, "There is no describer named \"%s\".", name);
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
    run->context.thumbnail_side = options->thumbnail_side;
    run->options = *options;
    run->monitor = monitor;
    enum ica_status status = find_describer(engine, options->describer, &run->describer, err);
    if (!status) {
        status = ica_executor_lane_open(engine->executor, &run->lane, err);
    }
    if (status) {
        free(run);
        return status;
    }
    run->started_s = ica_clock_now_s(engine->clock);
    *out = run;
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
    bool queued = false;
    while (!queued) {
        if (!report_embedding(run)) {
            return cancel(run, err);
        }
        queued = ica_executor_submit(run->context.engine.executor, run->lane, ica_run_item_process,
                                     item, POLL_MS);
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
        atomic_fetch_add(&run->context.n_done, 1);
    }
    return status;
}

size_t ica_run_count(const struct ica_run *run)
{
    return run->n_items;
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

/* The run's answer when there is no image to group: the first file's reason, or that no file came.
 */
static enum ica_status nothing_readable(const struct ica_run *run, struct ica_error *err)
{
    if (run->n_items == 0) {
        return ica_error_set(err, ICA_EINVALID, "No image was given: add at least one file.");
    }
    const struct ica_run_item *first = run->items[0];
    const char *id = first->image.id;
    int shown = (int)ica_text_cut(id, MAX_SHOWN_ID);
    if (run->n_items == 1) {
        return ica_error_set(err, first->error.status, "%.*s: %s", shown, id, first->error.text);
    }
    return ica_error_set(err, first->error.status,
                         "None of the %zu files could be read. The first is %.*s: %s", run->n_items,
                         shown, id, first->error.text);
}

/* Everything that clustering and describing see of the run's readable images. */
struct matrices {
    float *embeddings;
    float *probabilities;
    struct ica_colour_shares *colours;
    struct ica_features features; /* views of the two matrices */
};

static void matrices_clear(struct matrices *matrices)
{
    free(matrices->embeddings);
    free(matrices->probabilities);
    free(matrices->colours);
    *matrices = (struct matrices){0};
}

static enum ica_status matrices_init(struct matrices *matrices, size_t n,
                                     const struct ica_model *model, struct ica_error *err)
{
    size_t n_embeddings;
    size_t n_probabilities;
    if (!ica_size_multiply(n, model->dim, &n_embeddings) ||
        !ica_size_multiply(n, model->n_classes, &n_probabilities)) {
        return ica_error_nomem(err, "the embeddings");
    }
    matrices->embeddings = ica_array_new(n_embeddings, sizeof(float));
    matrices->probabilities =
        model->n_classes ? ica_array_new(n_probabilities, sizeof(float)) : NULL;
    matrices->colours = ica_array_new(n, sizeof *matrices->colours);
    if (!matrices->embeddings || !matrices->colours ||
        (model->n_classes && !matrices->probabilities)) {
        matrices_clear(matrices);
        return ica_error_nomem(err, "the embeddings");
    }
    matrices->features = (struct ica_features){
        .n = n,
        .dim = model->dim,
        .embeddings = matrices->embeddings,
        .n_classes = model->n_classes,
        .probabilities = matrices->probabilities,
    };
    return ICA_OK;
}

/* Move a readable item into row `row` of the matrices and of the result. */
static void collect_image(struct ica_run_item *item, size_t row, struct matrices *matrices,
                          struct ica_result *result)
{
    size_t dim = matrices->features.dim;
    size_t n_classes = matrices->features.n_classes;
    memcpy(matrices->embeddings + row * dim, item->features, dim * sizeof(float));
    if (n_classes) {
        memcpy(matrices->probabilities + row * n_classes, item->features + dim,
               n_classes * sizeof(float));
    }
    matrices->colours[row] = item->colours;
    free(item->features);
    item->features = NULL;
    result->images[row] = item->image;
    item->image = (struct ica_result_image){0};
}

static void collect_error(struct ica_run_item *item, struct ica_result_error *error)
{
    error->id = item->image.id;
    error->status = item->error.status;
    memcpy(error->reason, item->error.text, sizeof error->reason);
    item->image.id = NULL;
}

/* Sort the run's items into images and errors. */
static enum ica_status collect(struct ica_run *run, struct matrices *matrices,
                               struct ica_result *result, struct ica_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_items; i++) {
        n += run->items[i]->features != NULL;
    }
    if (n == 0) {
        return nothing_readable(run, err);
    }
    result->images = ica_array_new(n, sizeof *result->images);
    result->errors = ica_array_new(run->n_items - n, sizeof *result->errors);
    enum ica_status status =
        result->images && result->errors
            ? matrices_init(matrices, n, &run->context.engine.embedder->model, err)
            : ica_error_nomem(err, "the result");
    if (status) {
        return status;
    }
    for (size_t i = 0; i < run->n_items; i++) {
        struct ica_run_item *item = run->items[i];
        if (item->features) {
            item->image.source = i;
            collect_image(item, result->n_images++, matrices, result);
        } else {
            collect_error(item, &result->errors[result->n_errors++]);
        }
    }
    return ICA_OK;
}

static enum ica_status describe(struct ica_run *run, const struct matrices *matrices,
                                struct ica_result *result, struct ica_error *err)
{
    result->descriptions =
        ica_array_new(result->clustering.n_clusters, sizeof *result->descriptions);
    if (!result->descriptions) {
        return ica_error_nomem(err, "the descriptions");
    }
    if (!run->describer) {
        memcpy(result->describer, "none", sizeof "none");
        return ICA_OK;
    }
    (void)snprintf(result->describer, sizeof result->describer, "%s", run->describer->ops->name);
    const struct ica_describe_request request = {
        .features = &matrices->features,
        .colours = matrices->colours,
        .clustering = &result->clustering,
    };
    return ica_describer_describe(run->describer, &request, run->monitor, result->descriptions,
                                  err);
}

/* Group and describe what was collected, with the time that each stage took. */
static enum ica_status group_and_describe(struct ica_run *run, struct matrices *matrices,
                                          struct ica_result *result, struct ica_error *err)
{
    struct ica_clock *clock = run->context.engine.clock;
    double embedded_s = ica_clock_now_s(clock);
    enum ica_status status = ica_clustering_run(&matrices->features, &run->options.clustering,
                                                &run->context.engine.executor->parallel,
                                                run->monitor, &result->clustering, err);
    double clustered_s = ica_clock_now_s(clock);
    if (!status) {
        status = describe(run, matrices, result, err);
    }
    double described_s = ica_clock_now_s(clock);
    result->timings = (struct ica_timings){
        .embed_s = embedded_s - run->started_s,
        .cluster_s = clustered_s - embedded_s,
        .describe_s = described_s - clustered_s,
        .total_s = described_s - run->started_s,
    };
    return status;
}

enum ica_status ica_run_finish(struct ica_run *run, struct ica_result *result,
                               struct ica_error *err)
{
    struct matrices matrices = {0};
    enum ica_status status = wait_for_files(run, err);
    if (!status) {
        status = collect(run, &matrices, result, err);
    }
    if (!status) {
        result->model = run->context.engine.embedder->model;
        status = group_and_describe(run, &matrices, result, err);
    }
    matrices_clear(&matrices);
    if (status) {
        ica_result_clear(result);
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
