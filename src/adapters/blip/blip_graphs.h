/* SPDX-License-Identifier: Apache-2.0 */
/* The two graphs of a BLIP model in an engine: the vision encoder, which runs once per picture and
 * gives the keys and values of all cross-attention, and the text decoder, which adds one token to
 * all captions of a batch at once. One caller at a time. */
#ifndef ICA_ADAPTERS_BLIP_BLIP_GRAPHS_H
#define ICA_ADAPTERS_BLIP_BLIP_GRAPHS_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/blip/blip_manifest.h"
#include "base/parallel.h"
#include "domain/image/pixels.h"
#include "ports/inference.h"

#define ICA_MAX_BLIP_CROSS (2 * ICA_MAX_BLIP_LAYERS) /* keys and values of each layer */

struct ica_blip_look; /* a picture that is computed */

struct ica_blip_graphs {
    const struct ica_blip_manifest *manifest; /* borrowed */
    struct ica_network *vision;
    struct ica_network *decoder;
    struct ica_blip_look *looks; /* owned: one per picture that is computed at once */
    size_t n_looks;
    char cross_names[ICA_MAX_BLIP_CROSS][32]; /* of vision's outputs and decoder's inputs */
};

/* What a batch of pictures looks like to the decoder. */
struct ica_blip_sight {
    float *cross;     /* owned: for each layer keys, then values; each n x heads x patches x size */
    size_t n;         /* pictures */
    size_t n_numbers; /* of one picture in one of them */
};

/* Let `engine` compile both graphs into the all-zero `*graphs`, to compute `n_pictures` > 0
 * pictures at once; `how` says with which device, precision and threads. As ica_inference_open
 * fails; `*graphs` is empty then. */
enum ica_status ica_blip_graphs_open(struct ica_blip_graphs *graphs, struct ica_inference *engine,
                                     const struct ica_blip_manifest *manifest, size_t n_pictures,
                                     const struct ica_network_config *how,
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

/* What picture `begin` (`n` = 1), or all (0 and `sight->n`), are to cross-attention, as tensors of
 * both graphs: for each layer keys, then values. `cross` borrows from `graphs` and `sight`. */
void ica_blip_graphs_list_cross(const struct ica_blip_graphs *graphs,
                                const struct ica_blip_sight *sight, size_t begin, size_t n,
                                struct ica_tensor cross[ICA_MAX_BLIP_CROSS]);

#endif
