/* SPDX-License-Identifier: Apache-2.0 */
/* The text decoder as a model of tokens: each step computes one token per row and keeps its keys
 * and values, so that no step computes those of the tokens before again. */
#ifndef ICA_ADAPTERS_BLIP_BLIP_STEPS_H
#define ICA_ADAPTERS_BLIP_BLIP_STEPS_H

#include "adapters/blip/blip_graphs.h"
#include "domain/caption/generation.h"

struct ica_blip_steps {
    struct ica_token_model base;
    struct ica_blip_graphs *graphs;    /* borrowed */
    const struct ica_monitor *monitor; /* borrowed; may be NULL */
    size_t n_pictures;
    size_t n_rows;  /* pictures x beams */
    size_t n_slots; /* tokens whose keys and values there is room for */
    /* Owned: what the graph reads */
    float *past; /* for each layer keys, then values; each rows x heads x slots x head size */
    float *mask; /* per slot: added to the scores of attention */
    int64_t *tokens;
    int64_t position;
    /* Owned: what the graph writes */
    float *fresh;  /* keys and values of the last step, as `past` with one slot */
    float *logits; /* of the last step; rows x tokens of the vocabulary */
    /* Others */
    float *moved; /* owned: one of the parts of `past`, while its rows change places */
    size_t n_inputs;
    struct ica_tensor inputs[4 + ICA_MAX_BLIP_CROSS]; /* the same memory in each step */
    struct ica_tensor outputs[2];
};

/* Prepare the all-zero `*steps`, which must stay where it is, for captions of `sight` with
 * `n_beams` each. `graphs`, `sight` and `monitor` are borrowed until it is cleared. The monitor
 * hears at each step that all pictures are seen. ICA_ENOMEM. */
enum ica_status ica_blip_steps_init(struct ica_blip_steps *steps, struct ica_blip_graphs *graphs,
                                    const struct ica_blip_sight *sight, size_t n_beams,
                                    const struct ica_monitor *monitor,
                                    struct ica_error *err) ICA_MUST_CHECK;

void ica_blip_steps_clear(struct ica_blip_steps *steps);

#endif
