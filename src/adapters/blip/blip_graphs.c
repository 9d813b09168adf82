/* SPDX-License-Identifier: Apache-2.0 */
/* The vision encoder takes nine tenths of the work. Several pictures are computed at once, each by
 * threads of its own, and each is a run of its own: what is seen in a picture does not depend on
 * the others. The engine puts the outputs where the decoder reads them. */
#include "adapters/blip/blip_graphs.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/stages.h"

struct ica_blip_look {
    struct ica_network_run *run;
    struct ica_tensor image;
    struct ica_tensor cross[ICA_MAX_BLIP_CROSS];
};

void ica_blip_sight_clear(struct ica_blip_sight *sight)
{
    free(sight->cross);
    *sight = (struct ica_blip_sight){0};
}

static enum ica_status open_network(const struct ica_blip_graphs *graphs,
                                    struct ica_inference *engine, enum ica_blip_file file,
                                    size_t n_streams, const struct ica_network_config *how,
                                    struct ica_network **out, struct ica_error *err)
{
    struct ica_network_config config = *how;
    config.graph_path = graphs->manifest->files[file].path;
    config.n_streams = n_streams;
    return ica_inference_open(engine, &config, out, err);
}

enum ica_status ica_blip_graphs_open(struct ica_blip_graphs *graphs, struct ica_inference *engine,
                                     const struct ica_blip_manifest *manifest, size_t n_pictures,
                                     const struct ica_network_config *how, struct ica_error *err)
{
    graphs->manifest = manifest;
    graphs->n_looks = ica_size_min(n_pictures, how->n_threads);
    graphs->looks = ica_array_new(graphs->n_looks, sizeof *graphs->looks);
    for (size_t i = 0; i < 2 * manifest->n_layers; i++) {
        (void)snprintf(graphs->cross_names[i], sizeof *graphs->cross_names, "cross_%zu", i);
    }
    enum ica_status status = graphs->looks ? ICA_OK : ica_error_nomem(err, "the captioning model");
    if (!status) {
        status = open_network(graphs, engine, ICA_BLIP_VISION, graphs->n_looks, how,
                              &graphs->vision, err);
    }
    if (!status) {
        status = open_network(graphs, engine, ICA_BLIP_DECODER, 1, how, &graphs->decoder, err);
    }
    if (status) {
        ica_blip_graphs_close(graphs);
    }
    return status;
}

void ica_blip_graphs_close(struct ica_blip_graphs *graphs)
{
    ica_network_destroy(graphs->decoder);
    ica_network_destroy(graphs->vision);
    free(graphs->looks);
    *graphs = (struct ica_blip_graphs){0};
}

void ica_blip_graphs_list_cross(const struct ica_blip_graphs *graphs,
                                const struct ica_blip_sight *sight, size_t begin, size_t n,
                                struct ica_tensor cross[ICA_MAX_BLIP_CROSS])
{
    const struct ica_blip_manifest *manifest = graphs->manifest;
    for (size_t i = 0; i < 2 * manifest->n_layers; i++) {
        cross[i] = (struct ica_tensor){
            .name = graphs->cross_names[i],
            .element = ICA_ELEMENT_F32,
            .rank = 4,
            .sides = {n, manifest->n_heads, manifest->n_patches, manifest->head_size},
            .data = sight->cross + (i * sight->n + begin) * sight->n_numbers,
        };
    }
}

/* Let `look` compute picture `index` of the batch. */
static enum ica_status begin(const struct ica_blip_graphs *graphs, struct ica_blip_look *look,
                             const struct ica_pixels *picture, size_t index,
                             const struct ica_blip_sight *sight, struct ica_error *err)
{
    size_t side = graphs->manifest->side;
    look->image = (struct ica_tensor){
        .name = "image",
        .element = ICA_ELEMENT_U8,
        .rank = 4,
        .sides = {1, side, side, ICA_PIXELS_RGB},
        .data = picture->samples,
    };
    ica_blip_graphs_list_cross(graphs, sight, index, 1, look->cross);
    return ica_network_begin(graphs->vision, 1, &look->image, 2 * graphs->manifest->n_layers,
                             look->cross, &look->run, err);
}

/* All pictures, as many at once as there are looks. What was begun is ended, whatever happens: it
 * has memory of the caller. */
static enum ica_status compute(const struct ica_blip_graphs *graphs,
                               const struct ica_pixels pictures[],
                               const struct ica_monitor *monitor,
                               const struct ica_blip_sight *sight, struct ica_error *err)
{
    size_t n = sight->n;
    size_t n_begun = 0;
    size_t n_done = 0;
    enum ica_status status = ICA_OK;
    while (n_done < n_begun || (n_done < n && !status)) {
        while (!status && n_begun < n && n_begun < n_done + graphs->n_looks) {
            status = begin(graphs, &graphs->looks[n_begun % graphs->n_looks], &pictures[n_begun],
                           n_begun, sight, err);
            n_begun += !status;
        }
        if (n_done == n_begun) {
            break;
        }
        struct ica_network_run *run = graphs->looks[n_done % graphs->n_looks].run;
        enum ica_status ended = ica_network_end(graphs->vision, run, status ? NULL : err);
        n_done++;
        status = status ? status : ended;
        if (!status && !ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, n_done, n)) {
            status = ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        }
    }
    return status;
}

enum ica_status ica_blip_graphs_look(struct ica_blip_graphs *graphs, size_t n,
                                     const struct ica_pixels pictures[],
                                     const struct ica_monitor *monitor,
                                     struct ica_blip_sight *sight, struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = graphs->manifest;
    size_t count;
    sight->n = n;
    sight->n_numbers = manifest->n_heads * manifest->n_patches * manifest->head_size;
    if (ica_size_multiply(2 * manifest->n_layers * n, sight->n_numbers, &count)) {
        sight->cross = ica_array_new(count, sizeof *sight->cross);
    }
    enum ica_status status = sight->cross ? compute(graphs, pictures, monitor, sight, err)
                                          : ica_error_nomem(err, "what the pictures show");
    if (status) {
        ica_blip_sight_clear(sight);
    }
    return status;
}
