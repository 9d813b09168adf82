/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder port on OpenVINO's C API. */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_EMBEDDER_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_EMBEDDER_H

#include <stddef.h>

#include "ports/embedder.h"

struct ica_openvino_config {
    const struct ica_model *model; /* copied */
    const char *graph_path;        /* IR or ONNX file; its input is u8, NHWC, RGB */
    const char *cache_dir;         /* compiled models are kept here; NULL = no cache */
    size_t n_streams;              /* images computed at once, one thread each; > 0 */
};

/* Load and compile the model and check that its inputs and outputs are those of `model`. Takes 0.1
 * to 0.5 s. ICA_ENOTFOUND (no such file), ICA_EMODEL, ICA_ENOMEM. */
enum ica_status ica_openvino_embedder_open(struct ica_embedder **out,
                                           const struct ica_openvino_config *config,
                                           struct ica_error *err) ICA_MUST_CHECK;

#endif
