/* SPDX-License-Identifier: Apache-2.0 */
/* The memory for past keys and values is as large as the longest caption needs from the start, and
 * a mask hides what is not filled yet: all steps of a batch have the same shapes, for which
 * the engine prepares once. Where beams change places, so do the rows of that memory. */
#include "adapters/blip/blip_steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/stages.h"

#define HIDDEN (-1.0e9f) /* its exponential is 0 */

/* Numbers of one row in one of the parts of the past. */
static size_t row_numbers(const struct ica_blip_steps *steps)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    return manifest->n_heads * steps->n_slots * manifest->head_size;
}

/* Let row i be what row parents[i] was. */
static void move_rows(struct ica_blip_steps *steps, const size_t *parents)
{
    bool same = true;
    for (size_t i = 0; i < steps->n_rows; i++) {
        same &= parents[i] == i;
    }
    size_t n = row_numbers(steps);
    size_t n_parts = same ? 0 : 2 * steps->graphs->manifest->n_layers;
    for (size_t part = 0; part < n_parts; part++) {
        float *rows = steps->past + part * steps->n_rows * n;
        for (size_t i = 0; i < steps->n_rows; i++) {
            memcpy(steps->moved + i * n, rows + parents[i] * n, n * sizeof *rows);
        }
        memcpy(rows, steps->moved, steps->n_rows * n * sizeof *rows);
    }
}

/* Put the keys and values of the step at `position` where the next ones look for them. */
static void keep_fresh(struct ica_blip_steps *steps, size_t position)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    size_t n_heads = 2 * manifest->n_layers * steps->n_rows * manifest->n_heads;
    for (size_t i = 0; i < n_heads && position < steps->n_slots; i++) {
        memcpy(steps->past + (i * steps->n_slots + position) * manifest->head_size,
               steps->fresh + i * manifest->head_size, manifest->head_size * sizeof *steps->fresh);
    }
}

static enum ica_status step(struct ica_token_model *self, size_t position, const uint32_t *tokens,
                            const size_t *parents, const float **logits, struct ica_error *err)
{
    struct ica_blip_steps *steps = (struct ica_blip_steps *)self;
    size_t n = steps->n_pictures;
    if (!ica_monitor_step(steps->monitor, ICA_STAGE_DESCRIBING, n, n)) {
        return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
    }
    if (position > 0) {
        move_rows(steps, parents);
    }
    for (size_t i = 0; i < steps->n_rows; i++) {
        steps->tokens[i] = tokens[i];
    }
    for (size_t i = 0; i < steps->n_slots; i++) {
        steps->mask[i] = i < position ? 0 : HIDDEN;
    }
    steps->position = (int64_t)position;
    enum ica_status status = ica_network_run(steps->graphs->decoder, steps->n_inputs, steps->inputs,
                                             2, steps->outputs, err);
    if (!status) {
        keep_fresh(steps, position);
        *logits = steps->logits;
    }
    return status;
}

static void list_inputs(struct ica_blip_steps *steps, const struct ica_blip_sight *sight)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    size_t n_parts = 2 * manifest->n_layers;
    size_t n_rows = steps->n_rows;
    size_t n_slots = steps->n_slots;
    size_t n_heads = manifest->n_heads;
    size_t size = manifest->head_size;
    const struct ica_tensor inputs[] = {
        {"ids", ICA_ELEMENT_I64, 2, {sight->n, n_rows / sight->n}, steps->tokens},
        {"position", ICA_ELEMENT_I64, 1, {1}, &steps->position},
        {"mask", ICA_ELEMENT_F32, 1, {n_slots}, steps->mask},
        {"past", ICA_ELEMENT_F32, 5, {n_parts, n_rows, n_heads, n_slots, size}, steps->past},
    };
    size_t n_own = sizeof inputs / sizeof *inputs;
    memcpy(steps->inputs, inputs, sizeof inputs);
    ica_blip_graphs_list_cross(steps->graphs, sight, 0, sight->n, steps->inputs + n_own);
    steps->n_inputs = n_own + n_parts;
}

static void list_outputs(struct ica_blip_steps *steps)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    steps->outputs[0] = (struct ica_tensor){
        .name = "fresh",
        .element = ICA_ELEMENT_F32,
        .rank = 4,
        .sides = {2 * manifest->n_layers, steps->n_rows, manifest->n_heads, manifest->head_size},
        .data = steps->fresh,
    };
    steps->outputs[1] = (struct ica_tensor){
        .name = "logits",
        .element = ICA_ELEMENT_F32,
        .rank = 2,
        .sides = {steps->n_rows, manifest->n_tokens},
        .data = steps->logits,
    };
}

static bool allocate(struct ica_blip_steps *steps)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    size_t n_parts = 2 * manifest->n_layers;
    size_t n = steps->n_rows * row_numbers(steps);
    size_t n_fresh = n_parts * steps->n_rows * manifest->n_heads * manifest->head_size;
    steps->past = ica_array_new(n_parts * n, sizeof *steps->past);
    steps->moved = ica_array_new(n, sizeof *steps->moved);
    steps->mask = ica_array_new(steps->n_slots, sizeof *steps->mask);
    steps->tokens = ica_array_new(steps->n_rows, sizeof *steps->tokens);
    steps->fresh = ica_array_new(n_fresh, sizeof *steps->fresh);
    steps->logits = ica_array_new(steps->n_rows * manifest->n_tokens, sizeof *steps->logits);
    return steps->past && steps->moved && steps->mask && steps->tokens && steps->fresh &&
           steps->logits;
}

enum ica_status ica_blip_steps_init(struct ica_blip_steps *steps, struct ica_blip_graphs *graphs,
                                    const struct ica_blip_sight *sight, size_t n_beams,
                                    const struct ica_monitor *monitor, struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = graphs->manifest;
    *steps = (struct ica_blip_steps){
        .base = {.step = step, .n_tokens = manifest->n_tokens},
        .graphs = graphs,
        .monitor = monitor,
        .n_pictures = sight->n,
        .n_rows = sight->n * n_beams,
        .n_slots = manifest->max_length - 1, /* the last token is not looked back at */
    };
    if (!allocate(steps)) {
        ica_blip_steps_clear(steps);
        return ica_error_nomem(err, "the captions");
    }
    list_inputs(steps, sight);
    list_outputs(steps);
    return ICA_OK;
}

void ica_blip_steps_clear(struct ica_blip_steps *steps)
{
    free(steps->past);
    free(steps->moved);
    free(steps->mask);
    free(steps->tokens);
    free(steps->fresh);
    free(steps->logits);
    *steps = (struct ica_blip_steps){0};
}
