/* SPDX-License-Identifier: Apache-2.0 */
/* The port's tensors and OpenVINO's. */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_TENSOR_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_TENSOR_H

#include <openvino/c/openvino.h>

#include "base/error.h"
#include "ports/inference.h"

/* ICA_ELEMENT_OTHER for what the port does not carry. */
enum ica_element ica_openvino_element(ov_element_type_e type);

/* Let `request` read its input from the caller's memory, which must stay. ICA_EMODEL. */
enum ica_status ica_openvino_tensor_bind(ov_infer_request_t *request,
                                         const struct ica_tensor *input,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* Copy what `request` has computed to the caller's memory. ICA_EMODEL (no such output, or of
 * another type or size). */
enum ica_status ica_openvino_tensor_copy(const ov_infer_request_t *request,
                                         const struct ica_tensor *output,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* The shape of what `request` has computed. ICA_EMODEL (no such output, or of too many sides). */
enum ica_status ica_openvino_tensor_shape(const ov_infer_request_t *request, const char *name,
                                          size_t *rank, size_t sides[ICA_MAX_TENSOR_RANK],
                                          struct ica_error *err) ICA_MUST_CHECK;

#endif
