/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder port on OpenVINO's C API.
 *
 * The model is compiled for as many streams as images may be computed at once, one thread each, and
 * every image is an inference of its own. That is as fast as batches of 4 to 16 on the processors
 * measured (bench/README.md), needs less memory, and makes a row depend on its own image alone: the
 * same numbers come out whatever else is computed at the same time. */
#include "adapters/openvino/openvino_embedder.h"

#include <openvino/c/openvino.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

struct openvino_embedder {
    struct ica_embedder base;
    /* Settings */
    size_t n_streams;
    /* OpenVINO; NULL until opened */
    ov_core_t *core;
    ov_compiled_model_t *compiled;
    ov_infer_request_t **requests; /* n_streams, made at open */
    size_t n_requests;
    /* Requests that no caller uses, as a stack; guarded by mutex */
    pthread_mutex_t mutex;
    pthread_cond_t available;
    ov_infer_request_t **idle;
    size_t n_idle;
};

/* OpenVINO's own text (which stays its property) goes to the log; the caller's error says what it
 * means. */
static enum ica_status model_error(struct ica_error *err, const char *what, ov_status_e code)
{
    const char *detail = ov_get_last_err_msg();
    ica_log(ICA_LOG_ERROR, "openvino", "%s failed (%d): %s", what, (int)code, detail ? detail : "");
    return ica_error_set(err, ICA_EMODEL, "The model cannot be used: %s failed (OpenVINO code %d).",
                         what, (int)code);
}

static ov_infer_request_t *take_request(struct openvino_embedder *embedder)
{
    (void)pthread_mutex_lock(&embedder->mutex);
    while (embedder->n_idle == 0) {
        (void)pthread_cond_wait(&embedder->available, &embedder->mutex);
    }
    ov_infer_request_t *request = embedder->idle[--embedder->n_idle];
    (void)pthread_mutex_unlock(&embedder->mutex);
    return request;
}

static void give_request(struct openvino_embedder *embedder, ov_infer_request_t *request)
{
    (void)pthread_mutex_lock(&embedder->mutex);
    embedder->idle[embedder->n_idle++] = request;
    (void)pthread_cond_signal(&embedder->available);
    (void)pthread_mutex_unlock(&embedder->mutex);
}

/* Copy output `name` (one row of `count` floats) to `row`. */
static enum ica_status read_output(ov_infer_request_t *request, const char *name, size_t count,
                                   float *row, struct ica_error *err)
{
    ov_tensor_t *tensor = NULL;
    ov_status_e code = ov_infer_request_get_tensor(request, name, &tensor);
    if (code != OK) {
        return model_error(err, name, code);
    }
    size_t size = 0;
    void *data = NULL;
    code = ov_tensor_get_size(tensor, &size);
    if (code == OK) {
        code = ov_tensor_data(tensor, &data);
    }
    enum ica_status status = ICA_OK;
    if (code != OK || size != count) {
        status =
            ica_error_set(err, ICA_EMODEL, "The model's output \"%s\" has %zu numbers, not %zu.",
                          name, size, count);
    } else {
        memcpy(row, data, count * sizeof *row);
    }
    ov_tensor_free(tensor);
    return status;
}

static enum ica_status infer(const struct ica_model *model, ov_infer_request_t *request,
                             const struct ica_pixels *pixels, float *vector, float *logits,
                             struct ica_error *err)
{
    int64_t side = (int64_t)model->crop.size;
    int64_t dims[] = {1, side, side, ICA_PIXELS_RGB};
    ov_shape_t shape = {0};
    ov_tensor_t *input = NULL;
    ov_status_e code = ov_shape_create(4, dims, &shape);
    if (code == OK) {
        code = ov_tensor_create_from_host_ptr(U8, shape, pixels->samples, &input);
        ov_shape_free(&shape);
    }
    if (code == OK) {
        code = ov_infer_request_set_tensor(request, model->input.name, input);
    }
    if (code == OK) {
        code = ov_infer_request_infer(request);
    }
    enum ica_status status = code == OK ? ICA_OK : model_error(err, "inference", code);
    if (!status) {
        status = read_output(request, model->embedding_output, model->dim, vector, err);
    }
    if (!status && logits) {
        status = read_output(request, model->logits_output, model->n_classes, logits, err);
    }
    if (input) {
        ov_tensor_free(input);
    }
    return status;
}

static enum ica_status embed(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err)
{
    struct openvino_embedder *embedder = (struct openvino_embedder *)self;
    const struct ica_model *model = &self->model;
    ov_infer_request_t *request = take_request(embedder);
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n && !status; i++) {
        status = infer(model, request, &images[i], vectors + i * model->dim,
                       logits ? logits + i * model->n_classes : NULL, err);
    }
    give_request(embedder, request);
    return status;
}

static void destroy(struct ica_embedder *self)
{
    struct openvino_embedder *embedder = (struct openvino_embedder *)self;
    for (size_t i = 0; i < embedder->n_requests; i++) {
        ov_infer_request_free(embedder->requests[i]);
    }
    if (embedder->compiled) {
        ov_compiled_model_free(embedder->compiled);
    }
    if (embedder->core) {
        ov_core_free(embedder->core);
    }
    free(embedder->requests);
    free(embedder->idle);
    (void)pthread_cond_destroy(&embedder->available);
    (void)pthread_mutex_destroy(&embedder->mutex);
    free(embedder);
}

static const struct ica_embedder_ops openvino_ops = {
    .name = "openvino",
    .embed = embed,
    .destroy = destroy,
};

/* Read the graph and compile it: throughput over latency, one thread per stream. The precision is
 * left to OpenVINO, which takes bfloat16 where the processor computes in it; to ask for it
 * elsewhere would emulate it at a third of the speed. */
static enum ica_status compile(struct openvino_embedder *embedder,
                               const struct ica_openvino_config *config, struct ica_error *err)
{
    char streams[24];
    (void)snprintf(streams, sizeof streams, "%zu", config->n_streams);
    ov_status_e code = ov_core_create(&embedder->core);
    if (code != OK) {
        return model_error(err, "starting OpenVINO", code);
    }
    if (config->cache_dir) {
        code = ov_core_set_property(embedder->core, "CPU", "CACHE_DIR", config->cache_dir);
        if (code != OK) {
            ica_log(ICA_LOG_WARNING, "openvino", "no compiled-model cache in %s",
                    config->cache_dir);
        }
    }
    code = ov_core_compile_model_from_file(
        embedder->core, config->graph_path, "CPU", 8, &embedder->compiled, /* keys and values */
        "NUM_STREAMS", streams, "INFERENCE_NUM_THREADS", streams, "ENABLE_CPU_PINNING", "NO",
        "PERFORMANCE_HINT", "THROUGHPUT");
    return code == OK ? ICA_OK : model_error(err, "compiling the model", code);
}

static enum ica_status make_requests(struct openvino_embedder *embedder, struct ica_error *err)
{
    embedder->requests = ica_array_new(embedder->n_streams, sizeof(ov_infer_request_t *));
    embedder->idle = ica_array_new(embedder->n_streams, sizeof(ov_infer_request_t *));
    if (!embedder->requests || !embedder->idle) {
        return ica_error_nomem(err, "the model");
    }
    while (embedder->n_requests < embedder->n_streams) {
        ov_infer_request_t *request = NULL;
        ov_status_e code = ov_compiled_model_create_infer_request(embedder->compiled, &request);
        if (code != OK) {
            return model_error(err, "preparing the model", code);
        }
        embedder->requests[embedder->n_requests++] = request;
        embedder->idle[embedder->n_idle++] = request;
    }
    return ICA_OK;
}

/* One inference of a grey image: proves that the graph is the manifest's, and makes each stream
 * ready, before the first user waits for it. */
static enum ica_status self_test(struct openvino_embedder *embedder, struct ica_error *err)
{
    const struct ica_model *model = &embedder->base.model;
    struct ica_pixels grey = {0};
    float *row = ica_array_new(model->dim + model->n_classes, sizeof *row);
    enum ica_status status =
        row ? ica_pixels_init(&grey, model->crop.size, model->crop.size, ICA_PIXELS_RGB, err)
            : ica_error_nomem(err, "the model");
    if (!status) {
        memset(grey.samples, 128, ica_pixels_row_bytes(&grey) * grey.height);
        status =
            embed(&embedder->base, 1, &grey, row, model->n_classes ? row + model->dim : NULL, err);
    }
    ica_pixels_clear(&grey);
    free(row);
    return status;
}

enum ica_status ica_openvino_embedder_open(struct ica_embedder **out,
                                           const struct ica_openvino_config *config,
                                           struct ica_error *err)
{
    *out = NULL;
    if (access(config->graph_path, R_OK)) {
        return ica_error_set(err, ICA_ENOTFOUND,
                             "The weights of model %s are not installed (%s is missing).",
                             config->model->name, config->graph_path);
    }
    struct openvino_embedder *embedder = calloc(1, sizeof *embedder);
    if (!embedder) {
        return ica_error_nomem(err, "the model");
    }
    embedder->base.ops = &openvino_ops;
    embedder->base.model = *config->model;
    embedder->n_streams = config->n_streams;
    (void)pthread_mutex_init(&embedder->mutex, NULL);
    (void)pthread_cond_init(&embedder->available, NULL);
    enum ica_status status = compile(embedder, config, err);
    if (!status) {
        status = make_requests(embedder, err);
    }
    if (!status) {
        status = self_test(embedder, err);
    }
    if (status) {
        destroy(&embedder->base);
        return status;
    }
    *out = &embedder->base;
    return ICA_OK;
}
