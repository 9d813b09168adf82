/* SPDX-License-Identifier: Apache-2.0 */
/* One infer request per stream. Who finds none idle waits for one. */
#include "adapters/openvino/openvino_network.h"

#include <pthread.h>
#include <stdlib.h>

#include "adapters/openvino/openvino_error.h"
#include "adapters/openvino/openvino_tensor.h"
#include "base/memory.h"

struct ica_network_run {
    ov_infer_request_t *request;
    const struct ica_tensor *outputs; /* borrowed while it is under way */
    size_t n_outputs;
};

struct openvino_network {
    struct ica_network base;
    ov_compiled_model_t *compiled;
    size_t n_inputs;
    struct ica_network_run *runs; /* one per stream */
    size_t n_runs;
    /* Runs that no caller uses, as a stack; guarded by mutex */
    pthread_mutex_t mutex;
    pthread_cond_t available;
    struct ica_network_run **idle;
    size_t n_idle;
};

static struct ica_network_run *take_run(struct openvino_network *network)
{
    (void)pthread_mutex_lock(&network->mutex);
    while (network->n_idle == 0) {
        (void)pthread_cond_wait(&network->available, &network->mutex);
    }
    struct ica_network_run *run = network->idle[--network->n_idle];
    (void)pthread_mutex_unlock(&network->mutex);
    return run;
}

static void give_run(struct openvino_network *network, struct ica_network_run *run)
{
    (void)pthread_mutex_lock(&network->mutex);
    network->idle[network->n_idle++] = run;
    (void)pthread_cond_signal(&network->available);
    (void)pthread_mutex_unlock(&network->mutex);
}

static enum ica_status begin(struct ica_network *self, size_t n_inputs,
                             const struct ica_tensor inputs[], size_t n_outputs,
                             const struct ica_tensor outputs[], struct ica_network_run **out,
                             struct ica_error *err)
{
    struct openvino_network *network = (struct openvino_network *)self;
    *out = NULL;
    if (n_inputs != network->n_inputs) { /* one left out would still have another run's memory */
        return ica_error_set(err, ICA_EMODEL, "The model has %zu inputs, not %zu.",
                             network->n_inputs, n_inputs);
    }
    struct ica_network_run *run = take_run(network);
    run->outputs = outputs;
    run->n_outputs = n_outputs;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n_inputs && !status; i++) {
        status = ica_openvino_tensor_bind(run->request, &inputs[i], err);
    }
    if (!status) {
        ov_status_e code = ov_infer_request_start_async(run->request);
        status = code == OK ? ICA_OK : ica_openvino_error(err, "inference", code);
    }
    if (status) {
        give_run(network, run);
        return status;
    }
    *out = run;
    return ICA_OK;
}

static enum ica_status end(struct ica_network *self, struct ica_network_run *run,
                           struct ica_error *err)
{
    struct openvino_network *network = (struct openvino_network *)self;
    ov_status_e code = ov_infer_request_wait(run->request);
    enum ica_status status = code == OK ? ICA_OK : ica_openvino_error(err, "inference", code);
    for (size_t i = 0; i < run->n_outputs && !status; i++) {
        status = ica_openvino_tensor_copy(run->request, &run->outputs[i], err);
    }
    give_run(network, run);
    return status;
}

static enum ica_status measure(struct ica_network *self, size_t n_inputs,
                               const struct ica_tensor inputs[], const char *name, size_t *rank,
                               size_t sides[], struct ica_error *err)
{
    struct openvino_network *network = (struct openvino_network *)self;
    struct ica_network_run *run = NULL;
    enum ica_status status = begin(self, n_inputs, inputs, 0, NULL, &run, err);
    if (status) {
        return status;
    }
    ov_status_e code = ov_infer_request_wait(run->request);
    status = code == OK ? ica_openvino_tensor_shape(run->request, name, rank, sides, err)
                        : ica_openvino_error(err, "inference", code);
    give_run(network, run);
    return status;
}

static void destroy(struct ica_network *self)
{
    struct openvino_network *network = (struct openvino_network *)self;
    for (size_t i = 0; i < network->n_runs; i++) {
        ov_infer_request_free(network->runs[i].request);
    }
    ov_compiled_model_free(network->compiled);
    free(network->runs);
    free(network->idle);
    (void)pthread_cond_destroy(&network->available);
    (void)pthread_mutex_destroy(&network->mutex);
    free(network);
}

static const struct ica_network_ops network_ops = {
    .begin = begin,
    .end = end,
    .measure = measure,
    .destroy = destroy,
};

static enum ica_status make_runs(struct openvino_network *network, size_t n_streams,
                                 struct ica_error *err)
{
    network->runs = ica_array_new(n_streams, sizeof *network->runs);
    network->idle = ica_array_new(n_streams, sizeof *network->idle);
    if (!network->runs || !network->idle) {
        return ica_error_nomem(err, "the model");
    }
    ov_status_e code = ov_compiled_model_inputs_size(network->compiled, &network->n_inputs);
    while (code == OK && network->n_runs < n_streams) {
        struct ica_network_run *run = &network->runs[network->n_runs];
        code = ov_compiled_model_create_infer_request(network->compiled, &run->request);
        if (code == OK) {
            network->idle[network->n_idle++] = run;
            network->n_runs++;
        }
    }
    return code == OK ? ICA_OK : ica_openvino_error(err, "preparing the model", code);
}

enum ica_status ica_openvino_network_open(struct ica_network **out, ov_compiled_model_t *compiled,
                                          size_t n_streams, struct ica_error *err)
{
    struct openvino_network *network = calloc(1, sizeof *network);
    *out = NULL;
    if (!network) {
        ov_compiled_model_free(compiled);
        return ica_error_nomem(err, "the model");
    }
    network->base.ops = &network_ops;
    network->compiled = compiled;
    (void)pthread_mutex_init(&network->mutex, NULL);
    (void)pthread_cond_init(&network->available, NULL);
    enum ica_status status = make_runs(network, n_streams, err);
    if (status) {
        destroy(&network->base);
        return status;
    }
    *out = &network->base;
    return ICA_OK;
}
