/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph takes and gives, in the port's terms. */
#ifndef ICA_ADAPTERS_OPENVINO_OPENVINO_GRAPH_H
#define ICA_ADAPTERS_OPENVINO_OPENVINO_GRAPH_H

#include <openvino/c/openvino.h>

#include "ports/inference.h"

/* Fill `*out`. ICA_EMODEL (more inputs or outputs than the port carries). */
enum ica_status ica_openvino_graph_read(const ov_model_t *model, struct ica_graph_info *out,
                                        struct ica_error *err) ICA_MUST_CHECK;

/* Say why the file could not be read, in the first line of OpenVINO's words that is about the file.
 * Returns ICA_EMODEL. */
enum ica_status ica_openvino_graph_error(const char *path, struct ica_error *err);

#endif
