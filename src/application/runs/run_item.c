/* SPDX-License-Identifier: Apache-2.0 */
/* One file on its way through a run. */
#include "application/runs/run_item.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/probabilities.h"

#define MAX_THUMBNAIL_BYTES ((size_t)256 << 10)

/* A model may overflow on a single strange image, which must not spoil the distances of all. */
static bool all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

static enum ica_status embed(struct ica_run_item *item, const struct ica_pixels *pixels)
{
    struct ica_embedder *embedder = item->context->engine.embedder;
    size_t dim = embedder->model.dim;
    size_t n_classes = embedder->model.n_classes;
    float *features = ica_array_new(dim + n_classes, sizeof *features);
    if (!features) {
        return ica_error_nomem(&item->error, "an embedding");
    }
    enum ica_status status = ica_embedder_embed(embedder, 1, pixels, features,
                                                n_classes ? features + dim : NULL, &item->error);
    if (!status && !all_finite(features, dim + n_classes)) {
        status = ica_error_set(&item->error, ICA_EMODEL,
                               "The model gives no finite numbers for this image.");
    }
    if (status) {
        free(features);
        return status;
    }
    if (n_classes) {
        ica_probabilities_from_logits(features + dim, n_classes);
    }
    item->features = features;
    return ICA_OK;
}

/* What is wanted now may be less than when the run began. */
static void choose_thumbnail(const struct ica_run_context *context,
                             struct ica_decode_request *request)
{
    int wanted = atomic_load(&context->thumbnails);
    request->foreign_only = wanted == ICA_THUMBNAILS_FOREIGN;
    request->thumbnail_side = wanted == ICA_THUMBNAILS_ALL || wanted == ICA_THUMBNAILS_FOREIGN
                                  ? context->thumbnail_side
                                  : 0;
}

static enum ica_status decode(struct ica_run_item *item, struct ica_decoded *decoded)
{
    const struct ica_engine *engine = &item->context->engine;
    struct ica_decode_request request = {
        .bytes = item->file.data,
        .size_bytes = item->file.size,
        .crop = engine->embedder->model.crop,
        .exact = item->context->exact_pixels,
    };
    choose_thumbnail(item->context, &request);
    enum ica_status status = ica_decoder_decode(engine->decoder, &request, decoded, &item->error);
    ica_buffer_clear(&item->file);
    if (!status && decoded->thumbnail.samples) {
        status = engine->encoder->encode(&decoded->thumbnail, &item->image.thumbnail, &item->error);
    }
    atomic_fetch_add(&item->context->n_decoded, 1);
    return status;
}

static enum ica_status process(struct ica_run_item *item)
{
    struct ica_decoded decoded = {0};
    enum ica_status status = decode(item, &decoded);
    if (!status) {
        item->image.info = decoded.info;
        ica_colour_shares_measure(&decoded.model, &item->colours);
        status = embed(item, &decoded.model);
    }
    ica_decoded_clear(&decoded);
    return status;
}

/* The worker's task. */
static void run(void *argument)
{
    struct ica_run_item *item = argument;
    item->error.status = atomic_load(&item->context->cancelled) ? ICA_ECANCELLED : process(item);
    atomic_fetch_add(&item->context->n_done, 1);
}

struct ica_run_item *ica_run_item_new(struct ica_run_context *context, char *id,
                                      struct ica_buffer *file)
{
    struct ica_run_item *item = calloc(1, sizeof *item);
    if (!item) {
        return NULL;
    }
    item->context = context;
    item->task = (struct ica_task){.run = run, .argument = item, .cost = 1};
    item->image.id = id;
    ica_buffer_init(&item->image.thumbnail, MAX_THUMBNAIL_BYTES);
    ica_buffer_move(&item->file, file);
    return item;
}

void ica_run_item_free(struct ica_run_item *item)
{
    if (item) {
        ica_buffer_clear(&item->file);
        ica_buffer_clear(&item->image.thumbnail);
        free(item->image.id);
        free(item->features);
        free(item);
    }
}
