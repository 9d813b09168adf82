/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder port without a model: the mean colours of a grid of cells. */
#include "adapters/memory/memory_embedder.h"

#include <stdlib.h>

#define CELLS    ICA_MEMORY_EMBEDDER_CELLS
#define CHANNELS 3

/* Mean of one channel over one cell, in [0, 1]. */
static float cell_mean(const struct ica_pixels *pixels, uint32_t row, uint32_t column,
                       uint32_t channel)
{
    uint64_t sum = 0;
    uint64_t count = 0;
    for (uint32_t y = row * pixels->height / CELLS; y < (row + 1) * pixels->height / CELLS; y++) {
        const uint8_t *samples = ica_pixels_row(pixels, y);
        for (uint32_t x = column * pixels->width / CELLS; x < (column + 1) * pixels->width / CELLS;
             x++) {
            sum += samples[x * CHANNELS + channel];
            count++;
        }
    }
    return (float)((double)sum / (255.0 * (double)count));
}

static void embed_one(const struct ica_pixels *pixels, float *vector, float *logits)
{
    float total[CHANNELS] = {0};
    for (uint32_t cell = 0; cell < CELLS * CELLS; cell++) {
        for (uint32_t channel = 0; channel < CHANNELS; channel++) {
            float mean = cell_mean(pixels, cell / CELLS, cell % CELLS, channel);
            *vector++ = mean + 0.01f; /* never a row of zeros */
            total[channel] += mean;
        }
    }
    for (uint32_t channel = 0; logits && channel < CHANNELS; channel++) {
        logits[channel] = total[channel];
    }
}

static enum ica_status embed(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err)
{
    (void)err;
    const struct ica_model *model = &self->model;
    for (size_t i = 0; i < n; i++) {
        embed_one(&images[i], vectors + i * model->dim,
                  logits ? logits + i * model->n_classes : NULL);
    }
    return ICA_OK;
}

static void destroy(struct ica_embedder *self)
{
    free(self);
}

static const struct ica_embedder_ops memory_ops = {
    .name = "memory",
    .embed = embed,
    .destroy = destroy,
};

enum ica_status ica_memory_embedder_open(struct ica_embedder **out, uint32_t side,
                                         struct ica_error *err)
{
    *out = NULL;
    if (side < CELLS || side > ICA_MAX_MODEL_SIDE) {
        return ica_error_set(err, ICA_EINVALID, "The side must be %d to %d pixels.", CELLS,
                             ICA_MAX_MODEL_SIDE);
    }
    struct ica_embedder *embedder = calloc(1, sizeof *embedder);
    if (!embedder) {
        return ica_error_nomem(err, "an embedder");
    }
    embedder->ops = &memory_ops;
    embedder->model = (struct ica_model){
        .name = "memory",
        .version = "1",
        .licence = "Apache-2.0",
        .crop = {.short_side = side, .size = side},
        .dim = ICA_MEMORY_EMBEDDER_DIM,
        .n_classes = CHANNELS,
    };
    *out = embedder;
    return ICA_OK;
}
