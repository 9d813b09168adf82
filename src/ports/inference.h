/* SPDX-License-Identifier: Apache-2.0 */
/* Port: inference. An engine that computes neural networks: it opens a graph as a file holds it and
 * maps named tensors to named tensors. What the numbers mean - pixels, tokens, embeddings - is
 * known to its callers only, so that another engine is one more folder of adapters/. Thread-safe.
 */
#ifndef ICA_PORTS_INFERENCE_H
#define ICA_PORTS_INFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_TENSOR_RANK  8
#define ICA_MAX_TENSOR_NAME  64
#define ICA_MAX_GRAPH_VALUES 128 /* inputs or outputs of a graph */
#define ICA_MAX_DEVICES      16
#define ICA_DYNAMIC          (-1) /* a side that the graph leaves open */

enum ica_element {
    ICA_ELEMENT_OTHER, /* a type that the port does not carry */
    ICA_ELEMENT_U8,
    ICA_ELEMENT_F32,
    ICA_ELEMENT_I32,
    ICA_ELEMENT_I64,
};

/* An input or output as the graph declares it. */
struct ica_graph_value {
    char name[ICA_MAX_TENSOR_NAME]; /* a longer one is no name of ours: "" */
    enum ica_element element;
    size_t rank;
    int64_t sides[ICA_MAX_TENSOR_RANK]; /* > 0, or ICA_DYNAMIC */
};

struct ica_graph_info {
    size_t n_inputs;
    struct ica_graph_value inputs[ICA_MAX_GRAPH_VALUES];
    size_t n_outputs;
    struct ica_graph_value outputs[ICA_MAX_GRAPH_VALUES];
};

/* Memory of the caller that holds the values of one input or output, dense, last side fastest. */
struct ica_tensor {
    const char *name;
    enum ica_element element;
    size_t rank;
    size_t sides[ICA_MAX_TENSOR_RANK];
    void *data;
};

enum ica_precision {
    ICA_PRECISION_AUTO, /* the fastest that the device computes in hardware */
    ICA_PRECISION_F32,
    ICA_PRECISION_BF16,
};

struct ica_network_config {
    const char *graph_path; /* a format that the engine reads: ONNX for each of them */
    const char *cache_dir;  /* compiled graphs are kept here; NULL = nowhere */
    const char *device;     /* "auto", "cpu", "gpu": one of ica_inference_devices() */
    enum ica_precision precision;
    size_t n_streams; /* runs at once; > 0 */
    size_t n_threads; /* of all streams together; > 0 */
};

struct ica_network;
struct ica_network_run;

struct ica_network_ops {
    /* Begin to compute `outputs` from all `inputs` of the graph: memory of the caller, which stays
     * until the run is ended, as do the two lists. Waits while n_streams runs are under way. `*out`
     * must be ended. ICA_EMODEL (the graph has no such tensor, or refuses its type or shape),
     * ICA_ENOMEM. */
    enum ica_status (*begin)(struct ica_network *self, size_t n_inputs,
                             const struct ica_tensor inputs[], size_t n_outputs,
                             const struct ica_tensor outputs[], struct ica_network_run **out,
                             struct ica_error *err);

    /* Wait until the run is done; then `outputs` are filled. ICA_EMODEL (it failed). */
    enum ica_status (*end)(struct ica_network *self, struct ica_network_run *run,
                           struct ica_error *err);

    /* Compute once and tell the shape of output `name`, which a graph with open sides does not say
     * beforehand. Waits as begin does. ICA_EMODEL, ICA_ENOMEM. */
    enum ica_status (*measure)(struct ica_network *self, size_t n_inputs,
                               const struct ica_tensor inputs[], const char *name, size_t *rank,
                               size_t sides[], struct ica_error *err);

    /* Releases everything, `self` included; no run may be under way. */
    void (*destroy)(struct ica_network *self);
};

struct ica_network {
    const struct ica_network_ops *ops;
};

/* A device as people name it. */
struct ica_device {
    char name[32];   /* "cpu", "gpu", "gpu.1" */
    char title[128]; /* "AMD EPYC" */
};

struct ica_inference;

struct ica_inference_ops {
    const char *name; /* lower case: "openvino" */

    /* Fill `devices` with at most ICA_MAX_DEVICES and `*n_devices`. ICA_EUNAVAILABLE. */
    enum ica_status (*devices)(struct ica_inference *self, struct ica_device devices[],
                               size_t *n_devices, struct ica_error *err);

    /* Read the graph at `path` without compiling it, and say what goes in and out. ICA_ENOTFOUND,
     * ICA_EMODEL (no graph, or damaged; the message says what is wrong with it), ICA_ENOMEM. */
    enum ica_status (*inspect)(struct ica_inference *self, const char *path,
                               struct ica_graph_info *out, struct ica_error *err);

    /* Read and compile a graph. It lives until it is destroyed, also when the engine is not.
     * ICA_ENOTFOUND, ICA_EINVALID (no such device), ICA_EMODEL, ICA_ENOMEM. */
    enum ica_status (*open)(struct ica_inference *self, const struct ica_network_config *config,
                            struct ica_network **out, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_inference *self);
};

struct ica_inference {
    const struct ica_inference_ops *ops;
};

static inline enum ica_status ica_inference_devices(struct ica_inference *self,
                                                    struct ica_device devices[ICA_MAX_DEVICES],
                                                    size_t *n_devices, struct ica_error *err)
{
    return self->ops->devices(self, devices, n_devices, err);
}

static inline enum ica_status ica_inference_inspect(struct ica_inference *self, const char *path,
                                                    struct ica_graph_info *out,
                                                    struct ica_error *err)
{
    return self->ops->inspect(self, path, out, err);
}

static inline enum ica_status ica_inference_open(struct ica_inference *self,
                                                 const struct ica_network_config *config,
                                                 struct ica_network **out, struct ica_error *err)
{
    return self->ops->open(self, config, out, err);
}

static inline void ica_inference_destroy(struct ica_inference *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

static inline enum ica_status ica_network_begin(struct ica_network *self, size_t n_inputs,
                                                const struct ica_tensor inputs[], size_t n_outputs,
                                                const struct ica_tensor outputs[],
                                                struct ica_network_run **out, struct ica_error *err)
{
    return self->ops->begin(self, n_inputs, inputs, n_outputs, outputs, out, err);
}

static inline enum ica_status ica_network_end(struct ica_network *self, struct ica_network_run *run,
                                              struct ica_error *err)
{
    return self->ops->end(self, run, err);
}

static inline enum ica_status ica_network_measure(struct ica_network *self, size_t n_inputs,
                                                  const struct ica_tensor inputs[],
                                                  const char *name, size_t *rank,
                                                  size_t sides[ICA_MAX_TENSOR_RANK],
                                                  struct ica_error *err)
{
    return self->ops->measure(self, n_inputs, inputs, name, rank, sides, err);
}

/* Begin a run and wait for it. */
static inline enum ica_status ica_network_run(struct ica_network *self, size_t n_inputs,
                                              const struct ica_tensor inputs[], size_t n_outputs,
                                              const struct ica_tensor outputs[],
                                              struct ica_error *err)
{
    struct ica_network_run *run = NULL;
    enum ica_status status =
        ica_network_begin(self, n_inputs, inputs, n_outputs, outputs, &run, err);
    return status ? status : ica_network_end(self, run, err);
}

static inline void ica_network_destroy(struct ica_network *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
