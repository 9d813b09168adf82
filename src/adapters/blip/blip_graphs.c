/* SPDX-License-Identifier: Apache-2.0 */
/* The vision encoder takes nine tenths of the work. Several pictures are computed at once, each by
 * threads of its own, and each is an inference of its own: what is seen in a picture does not
 * depend on the others. The outputs go straight to where the decoder reads them. */
#include "adapters/blip/blip_graphs.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/stages.h"

enum ica_status ica_blip_graphs_error(struct ica_error *err, const char *what, ov_status_e code)
{
    const char *detail = ov_get_last_err_msg();
    ica_log(ICA_LOG_ERROR, "blip", "%s failed (%d): %s", what, (int)code, detail ? detail : "");
    return ica_error_set(err, ICA_EMODEL,
                         "The captioning model cannot be used: %s failed (OpenVINO code %d).", what,
                         (int)code);
}

enum ica_status ica_blip_graphs_bind(ov_infer_request_t *request, const char *name,
                                     ov_element_type_e type, int64_t rank, const int64_t *dims,
                                     void *data, struct ica_error *err)
{
    ov_shape_t shape = {0};
    ov_tensor_t *tensor = NULL;
    ov_status_e code = ov_shape_create(rank, dims, &shape);
    if (code == OK) {
        code = ov_tensor_create_from_host_ptr(type, shape, data, &tensor);
        ov_shape_free(&shape);
    }
    if (code == OK) {
        code = ov_infer_request_set_tensor(request, name, tensor);
    }
    if (tensor) {
        ov_tensor_free(tensor); /* the request keeps it */
    }
    return code == OK ? ICA_OK : ica_blip_graphs_error(err, name, code);
}

void ica_blip_sight_clear(struct ica_blip_sight *sight)
{
    free(sight->cross);
    *sight = (struct ica_blip_sight){0};
}

/* As the embedder's: the precision is left to OpenVINO, which takes bfloat16 where the processor
 * computes in it. */
static enum ica_status compile(struct ica_blip_graphs *graphs, enum ica_blip_file file,
                               size_t n_streams, size_t n_threads, bool exact,
                               ov_compiled_model_t **out, struct ica_error *err)
{
    char streams[24];
    char threads[24];
    (void)snprintf(streams, sizeof streams, "%zu", n_streams);
    (void)snprintf(threads, sizeof threads, "%zu", n_threads);
    const char *path = graphs->manifest->files[file].path;
    const char *hint = n_streams > 1 ? "THROUGHPUT" : "LATENCY";
    ov_status_e code =
        exact
            ? ov_core_compile_model_from_file(graphs->core, path, "CPU", 10, out, "NUM_STREAMS",
                                              streams, "INFERENCE_NUM_THREADS", threads,
                                              "ENABLE_CPU_PINNING", "NO", "PERFORMANCE_HINT", hint,
                                              "INFERENCE_PRECISION_HINT", "f32")
            : ov_core_compile_model_from_file(graphs->core, path, "CPU", 8, out, "NUM_STREAMS",
                                              streams, "INFERENCE_NUM_THREADS", threads,
                                              "ENABLE_CPU_PINNING", "NO", "PERFORMANCE_HINT", hint);
    return code == OK ? ICA_OK : ica_blip_graphs_error(err, "compiling the model", code);
}

static enum ica_status make_requests(struct ica_blip_graphs *graphs, size_t n_encoders,
                                     struct ica_error *err)
{
    graphs->encoders = ica_array_new(n_encoders, sizeof(ov_infer_request_t *));
    if (!graphs->encoders) {
        return ica_error_nomem(err, "the captioning model");
    }
    ov_status_e code = ov_compiled_model_create_infer_request(graphs->decoder, &graphs->step);
    while (code == OK && graphs->n_encoders < n_encoders) {
        code = ov_compiled_model_create_infer_request(graphs->vision,
                                                      &graphs->encoders[graphs->n_encoders]);
        graphs->n_encoders += code == OK;
    }
    return code == OK ? ICA_OK : ica_blip_graphs_error(err, "preparing the model", code);
}

enum ica_status ica_blip_graphs_open(struct ica_blip_graphs *graphs,
                                     const struct ica_blip_manifest *manifest, size_t n_pictures,
                                     size_t n_threads, bool exact, struct ica_error *err)
{
    size_t n_streams = ica_size_min(n_pictures, n_threads);
    graphs->manifest = manifest;
    ov_status_e code = ov_core_create(&graphs->core);
    enum ica_status status =
        code == OK ? ICA_OK : ica_blip_graphs_error(err, "starting OpenVINO", code);
    if (!status) {
        status =
            compile(graphs, ICA_BLIP_VISION, n_streams, n_threads, exact, &graphs->vision, err);
    }
    if (!status) {
        status = compile(graphs, ICA_BLIP_DECODER, 1, n_threads, exact, &graphs->decoder, err);
    }
    if (!status) {
        status = make_requests(graphs, n_streams, err);
    }
    if (status) {
        ica_blip_graphs_close(graphs);
    }
    return status;
}

void ica_blip_graphs_close(struct ica_blip_graphs *graphs)
{
    for (size_t i = 0; i < graphs->n_encoders; i++) {
        ov_infer_request_free(graphs->encoders[i]);
    }
    free(graphs->encoders);
    if (graphs->step) {
        ov_infer_request_free(graphs->step);
    }
    if (graphs->decoder) {
        ov_compiled_model_free(graphs->decoder);
    }
    if (graphs->vision) {
        ov_compiled_model_free(graphs->vision);
    }
    if (graphs->core) {
        ov_core_free(graphs->core);
    }
    *graphs = (struct ica_blip_graphs){0};
}

/* Let `request` compute picture `index` of the batch. */
static enum ica_status start(const struct ica_blip_graphs *graphs, ov_infer_request_t *request,
                             const struct ica_pixels *picture, size_t index,
                             const struct ica_blip_sight *sight, struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = graphs->manifest;
    int64_t side = (int64_t)manifest->side;
    const int64_t image[] = {1, side, side, ICA_PIXELS_RGB};
    const int64_t cross[] = {1, (int64_t)manifest->n_heads, (int64_t)manifest->n_patches,
                             (int64_t)manifest->head_size};
    enum ica_status status =
        ica_blip_graphs_bind(request, "image", U8, 4, image, picture->samples, err);
    for (size_t i = 0; i < 2 * manifest->n_layers && !status; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "cross_%zu", i);
        float *to = sight->cross + (i * sight->n + index) * sight->n_numbers;
        status = ica_blip_graphs_bind(request, name, F32, 4, cross, to, err);
    }
    if (!status) {
        ov_status_e code = ov_infer_request_start_async(request);
        status = code == OK ? ICA_OK : ica_blip_graphs_error(err, "inference", code);
    }
    return status;
}

/* All pictures, as many at once as there are requests. What was started is waited for, whatever
 * happens: it writes into memory of the caller. */
static enum ica_status compute(const struct ica_blip_graphs *graphs,
                               const struct ica_pixels pictures[],
                               const struct ica_monitor *monitor,
                               const struct ica_blip_sight *sight, struct ica_error *err)
{
    size_t n = sight->n;
    size_t n_started = 0;
    size_t n_done = 0;
    enum ica_status status = ICA_OK;
    while (n_done < n_started || (n_done < n && !status)) {
        while (!status && n_started < n && n_started < n_done + graphs->n_encoders) {
            status = start(graphs, graphs->encoders[n_started % graphs->n_encoders],
                           &pictures[n_started], n_started, sight, err);
            n_started += !status;
        }
        if (n_done == n_started) {
            break;
        }
        ov_status_e code = ov_infer_request_wait(graphs->encoders[n_done % graphs->n_encoders]);
        n_done++;
        if (!status && code != OK) {
            status = ica_blip_graphs_error(err, "inference", code);
        }
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
