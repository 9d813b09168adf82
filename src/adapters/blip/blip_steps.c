/* SPDX-License-Identifier: Apache-2.0 */
/* The memory for past keys and values is as large as the longest caption needs from the start, and
 * a mask hides what is not filled yet: all steps of a batch have the same shapes, for which
 * OpenVINO prepares once. Where beams change places, so do the rows of that memory. */
#include "adapters/blip/blip_steps.h"

#include <stdio.h>
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

/* Get an output of the last step, which must have `count` numbers; the caller frees it. */
static enum ica_status get_output(const struct ica_blip_steps *steps, const char *name,
                                  size_t count, ov_tensor_t **tensor, const float **data,
                                  struct ica_error *err)
{
    size_t size = 0;
    void *numbers = NULL;
    ov_status_e code = ov_infer_request_get_tensor(steps->graphs->step, name, tensor);
    if (code == OK) {
        code = ov_tensor_get_size(*tensor, &size);
    }
    if (code == OK) {
        code = ov_tensor_data(*tensor, &numbers);
    }
    if (code != OK) {
        return ica_blip_graphs_error(err, name, code);
    }
    if (size != count) {
        return ica_error_set(err, ICA_EMODEL,
                             "The captioning model's output \"%s\" has %zu numbers, not %zu.", name,
                             size, count);
    }
    *data = numbers;
    return ICA_OK;
}

/* Put the keys and values of the step at `position` where the next ones look for them. */
static enum ica_status keep_fresh(struct ica_blip_steps *steps, size_t position,
                                  struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    size_t n_heads = 2 * manifest->n_layers * steps->n_rows * manifest->n_heads;
    ov_tensor_t *tensor = NULL;
    const float *fresh;
    enum ica_status status =
        get_output(steps, "fresh", n_heads * manifest->head_size, &tensor, &fresh, err);
    for (size_t i = 0; i < n_heads && position < steps->n_slots && !status; i++) {
        memcpy(steps->past + (i * steps->n_slots + position) * manifest->head_size,
               fresh + i * manifest->head_size, manifest->head_size * sizeof *fresh);
    }
    if (tensor) {
        ov_tensor_free(tensor);
    }
    return status;
}

static void drop_logits(struct ica_blip_steps *steps)
{
    if (steps->logits) {
        ov_tensor_free(steps->logits);
        steps->logits = NULL;
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
    drop_logits(steps);
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
    ov_status_e code = ov_infer_request_infer(steps->graphs->step);
    if (code != OK) {
        return ica_blip_graphs_error(err, "inference", code);
    }
    enum ica_status status = keep_fresh(steps, position, err);
    if (!status) {
        status = get_output(steps, "logits", steps->n_rows * self->n_tokens, &steps->logits, logits,
                            err);
    }
    return status;
}

/* Bind all inputs: they stay at the same place for the whole batch. */
static enum ica_status bind(struct ica_blip_steps *steps, const struct ica_blip_sight *sight,
                            struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = steps->graphs->manifest;
    ov_infer_request_t *request = steps->graphs->step;
    int64_t n_pictures = (int64_t)sight->n;
    int64_t n_rows = (int64_t)steps->n_rows;
    int64_t n_slots = (int64_t)steps->n_slots;
    int64_t n_heads = (int64_t)manifest->n_heads;
    int64_t head_size = (int64_t)manifest->head_size;
    int64_t n_parts = (int64_t)(2 * manifest->n_layers);
    const int64_t one = 1;
    const int64_t tokens[] = {n_pictures, n_rows / n_pictures};
    const int64_t past[] = {n_parts, n_rows, n_heads, n_slots, head_size};
    const int64_t cross[] = {n_pictures, n_heads, (int64_t)manifest->n_patches, head_size};
    enum ica_status status =
        ica_blip_graphs_bind(request, "ids", I64, 2, tokens, steps->tokens, err);
    if (!status) {
        status = ica_blip_graphs_bind(request, "position", I64, 1, &one, &steps->position, err);
    }
    if (!status) {
        status = ica_blip_graphs_bind(request, "mask", F32, 1, &n_slots, steps->mask, err);
    }
    if (!status) {
        status = ica_blip_graphs_bind(request, "past", F32, 5, past, steps->past, err);
    }
    for (size_t i = 0; i < 2 * manifest->n_layers && !status; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "cross_%zu", i);
        status = ica_blip_graphs_bind(request, name, F32, 4, cross,
                                      sight->cross + i * sight->n * sight->n_numbers, err);
    }
    return status;
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
    size_t n = steps->n_rows * row_numbers(steps);
    steps->past = ica_array_new(2 * manifest->n_layers * n, sizeof *steps->past);
    steps->moved = ica_array_new(n, sizeof *steps->moved);
    steps->mask = ica_array_new(steps->n_slots, sizeof *steps->mask);
    steps->tokens = ica_array_new(steps->n_rows, sizeof *steps->tokens);
    enum ica_status status = steps->past && steps->moved && steps->mask && steps->tokens
                                 ? bind(steps, sight, err)
                                 : ica_error_nomem(err, "the captions");
    if (status) {
        ica_blip_steps_clear(steps);
    }
    return status;
}

void ica_blip_steps_clear(struct ica_blip_steps *steps)
{
    drop_logits(steps);
    free(steps->past);
    free(steps->moved);
    free(steps->mask);
    free(steps->tokens);
    *steps = (struct ica_blip_steps){0};
}
