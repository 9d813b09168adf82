/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts a run's items into images and errors. */
#include "application/runs/run_features.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define MAX_SHOWN_ID 200 /* bytes of a file's name in a message, so that the reason has room */

void ica_run_features_clear(struct ica_run_features *features)
{
    free(features->embeddings);
    free(features->probabilities);
    free(features->colours);
    *features = (struct ica_run_features){0};
}

static enum ica_status init(struct ica_run_features *features, size_t n,
                            const struct ica_model *model, struct ica_error *err)
{
    size_t n_embeddings;
    size_t n_probabilities;
    if (!ica_size_multiply(n, model->dim, &n_embeddings) ||
        !ica_size_multiply(n, model->n_classes, &n_probabilities)) {
        return ica_error_nomem(err, "the embeddings");
    }
    features->embeddings = ica_array_new(n_embeddings, sizeof(float));
    features->probabilities =
        model->n_classes ? ica_array_new(n_probabilities, sizeof(float)) : NULL;
    features->colours = ica_array_new(n, sizeof *features->colours);
    if (!features->embeddings || !features->colours ||
        (model->n_classes && !features->probabilities)) {
        return ica_error_nomem(err, "the embeddings");
    }
    features->view = (struct ica_features){
        .n = n,
        .dim = model->dim,
        .embeddings = features->embeddings,
        .n_classes = model->n_classes,
        .probabilities = features->probabilities,
    };
    return ICA_OK;
}

/* The answer when there is no image to group: the first file's reason, or that no file came. */
static enum ica_status nothing_readable(struct ica_run_item *const items[], size_t n_items,
                                        struct ica_error *err)
{
    if (n_items == 0) {
        return ica_error_set(err, ICA_EINVALID, "No image was given: add at least one file.");
    }
    const struct ica_error *reason = &items[0]->error;
    const char *id = items[0]->image.id;
    int shown = (int)ica_text_cut(id, MAX_SHOWN_ID);
    if (n_items == 1) {
        return ica_error_set(err, reason->status, "%.*s: %s", shown, id, reason->text);
    }
    return ica_error_set(err, reason->status,
                         "None of the %zu files could be read. The first is %.*s: %s", n_items,
                         shown, id, reason->text);
}

/* Of the thumbnails that were made before it was known which are wanted, some may not be. */
static bool is_thumbnail_wanted(const struct ica_run_item *item)
{
    int wanted = atomic_load(&item->context->thumbnails);
    return wanted == ICA_THUMBNAILS_ALL ||
           (wanted == ICA_THUMBNAILS_FOREIGN && item->image.info.foreign);
}

/* Move a readable item into row `row` of the matrices and of the result. */
static void collect_image(struct ica_run_item *item, size_t row, struct ica_run_features *features,
                          struct ica_result *result)
{
    size_t dim = features->view.dim;
    size_t n_classes = features->view.n_classes;
    memcpy(features->embeddings + row * dim, item->features, dim * sizeof(float));
    if (n_classes) {
        memcpy(features->probabilities + row * n_classes, item->features + dim,
               n_classes * sizeof(float));
    }
    features->colours[row] = item->colours;
    free(item->features);
    item->features = NULL;
    if (!is_thumbnail_wanted(item)) {
        ica_buffer_clear(&item->image.thumbnail);
    }
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

enum ica_status ica_run_features_collect(struct ica_run_features *features,
                                         struct ica_run_item *const items[], size_t n_items,
                                         struct ica_result *result, struct ica_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < n_items; i++) {
        n += items[i]->features != NULL;
    }
    if (n == 0) {
        return nothing_readable(items, n_items, err);
    }
    result->images = ica_array_new(n, sizeof *result->images);
    result->errors = ica_array_new(n_items - n, sizeof *result->errors);
    if (!result->images || !result->errors) {
        return ica_error_nomem(err, "the result");
    }
    enum ica_status status = init(features, n, &items[0]->context->engine.embedder->model, err);
    for (size_t i = 0; i < n_items && !status; i++) {
        if (items[i]->features) {
            items[i]->image.source = i;
            collect_image(items[i], result->n_images++, features, result);
        } else {
            collect_error(items[i], &result->errors[result->n_errors++]);
        }
    }
    return status;
}
