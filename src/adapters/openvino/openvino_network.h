/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled graph: the network of the inference port. */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_NETWORK_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_NETWORK_H

#include <openvino/c/openvino.h>

#include "ports/inference.h"

/* Takes `compiled`, also where it fails. `n_streams` > 0 runs can be under way at once. ICA_EMODEL,
 * ICA_ENOMEM. */
enum ica_status ica_openvino_network_open(struct ica_network **out, ov_compiled_model_t *compiled,
                                          size_t n_streams, struct ica_error *err) ICA_MUST_CHECK;

#endif
