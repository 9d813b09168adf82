/* SPDX-License-Identifier: Apache-2.0 */
/* The inference port on OpenVINO's C API: graphs in ONNX and in OpenVINO's own form (IR). */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_INFERENCE_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_INFERENCE_H

#include "ports/inference.h"

/* Start OpenVINO. ICA_EMODEL (its libraries are not whole), ICA_ENOMEM. */
enum ica_status ica_openvino_inference_open(struct ica_inference **out,
                                            struct ica_error *err) ICA_MUST_CHECK;

#endif
