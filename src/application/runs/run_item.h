/* SPDX-License-Identifier: Apache-2.0 */
/* One file on its way through a run: its bytes, then its features, or the reason why not. */
#ifndef ICA_APPLICATION_RUNS_RUN_ITEM_H
#define ICA_APPLICATION_RUNS_RUN_ITEM_H

#include <stdatomic.h>

#include "application/runs/cluster_images.h"

/* What all items of a run share with the workers. */
struct ica_run_context {
    struct ica_engine engine;
    bool exact_pixels;
    uint32_t thumbnail_side;
    atomic_int thumbnails;   /* enum ica_thumbnails */
    atomic_bool cancelled;   /* items that have not begun are skipped */
    atomic_size_t n_decoded; /* items whose file is not needed any more */
    atomic_size_t n_done;    /* items that were processed or rejected */
};

/* Made by the run's thread; between queueing and the end of its task it belongs to one worker. */
struct ica_run_item {
    struct ica_run_context *context;
    struct ica_task task;   /* decode and embed */
    struct ica_buffer file; /* empty once decoded */
    /* Result */
    struct ica_result_image image;
    struct ica_colour_shares colours;
    float *features; /* owned: embedding, then class probabilities; NULL when unreadable */
    struct ica_error error;
};

/* A new item that takes over `id` (owned) and the content of `file`; NULL when memory is short, and
 * nothing was taken then. */
struct ica_run_item *ica_run_item_new(struct ica_run_context *context, char *id,
                                      struct ica_buffer *file);

/* Free the item with everything that was not taken out of it. */
void ica_run_item_free(struct ica_run_item *item);

#endif
