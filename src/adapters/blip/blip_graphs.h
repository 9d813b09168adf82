/* SPDX-License-Identifier: Apache-2.0 */
/* The two graphs of a BLIP model in OpenVINO: the vision encoder, which runs once per picture and
 * gives the keys and values of all cross-attention, and the text decoder, which adds one token to
 * all captions of a batch at once. One caller at a time. */
#ifndef ICA_ADAPTERS_BLIP_BLIP_GRAPHS_H
#define ICA_ADAPTERS_BLIP_BLIP_GRAPHS_H

#include <openvino/c/openvino.h>
#include <stdbool.h>
#include <stddef.h>

#include "adapters/blip/blip_manifest.h"
#include "base/parallel.h"
#include "domain/image/pixels.h"

struct ica_blip_graphs {
    const struct ica_blip_manifest *manifest; /* borrowed */
    ov_core_t *core;
    ov_compiled_model_t *vision;
    ov_compiled_model_t *decoder;
    ov_infer_request_t **encoders; /* one per picture that is computed at once */
    size_t n_encoders;
    ov_infer_request_t *step; /* of the decoder */
};

/* What a batch of pictures looks like to the decoder. */
struct ica_blip_sight {
    float *cross;     /* owned: for each layer keys, then values; each n x heads x patches x size */
    size_t n;         /* pictures */
    size_t n_numbers; /* of one picture in one of them */
};

/* Compile both graphs into the all-zero `*graphs`, to compute `n_pictures` > 0 pictures at once
 * with `n_threads` > 0 threads together. `exact` asks for single precision also where the processor
 * is faster with less. ICA_EMODEL, ICA_ENOMEM; `*graphs` is empty then. */
enum ica_status ica_blip_graphs_open(struct ica_blip_graphs *graphs,
                                     const struct ica_blip_manifest *manifest, size_t n_pictures,
                                     size_t n_threads, bool exact,
                                     struct ica_error *err) ICA_MUST_CHECK;

void ica_blip_graphs_close(struct ica_blip_graphs *graphs);

/* Look at `n` pictures of the model's size. The monitor hears of each. `*sight` comes in all zero.
 * ICA_ECANCELLED, ICA_EMODEL, ICA_ENOMEM; `*sight` is empty then. */
enum ica_status ica_blip_graphs_look(struct ica_blip_graphs *graphs, size_t n,
                                     const struct ica_pixels pictures[],
                                     const struct ica_monitor *monitor,
                                     struct ica_blip_sight *sight,
                                     struct ica_error *err) ICA_MUST_CHECK;

void ica_blip_sight_clear(struct ica_blip_sight *sight);

/* Log OpenVINO's own words and say what they mean. Returns ICA_EMODEL. */
enum ica_status ica_blip_graphs_error(struct ica_error *err, const char *what, ov_status_e code);

/* Give input or output `name` of `request` the memory at `data`, which must stay. ICA_EMODEL. */
enum ica_status ica_blip_graphs_bind(ov_infer_request_t *request, const char *name,
                                     ov_element_type_e type, int64_t rank, const int64_t *dims,
                                     void *data, struct ica_error *err) ICA_MUST_CHECK;

#endif
