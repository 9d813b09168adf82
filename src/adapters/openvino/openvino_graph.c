/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/openvino/openvino_graph.h"

#include <stdio.h>
#include <string.h>

#include "adapters/openvino/openvino_error.h"
#include "adapters/openvino/openvino_tensor.h"
#include "base/log.h"

static void copy_sides(const ov_partial_shape_t *shape, struct ica_graph_value *value)
{
    bool is_known = shape->rank.min == shape->rank.max && shape->rank.min >= 0 &&
                    shape->rank.max <= ICA_MAX_TENSOR_RANK;
    value->rank = is_known ? (size_t)shape->rank.min : 0;
    for (size_t i = 0; i < value->rank; i++) {
        bool is_fixed = shape->dims[i].min == shape->dims[i].max;
        value->sides[i] = is_fixed ? shape->dims[i].min : ICA_DYNAMIC;
    }
}

/* Takes `port`. */
static ov_status_e read_value(ov_output_const_port_t *port, struct ica_graph_value *value)
{
    ov_element_type_e type = DYNAMIC;
    ov_partial_shape_t shape = {0};
    char *name = NULL;
    *value = (struct ica_graph_value){0};
    ov_status_e code = ov_port_get_element_type(port, &type);
    if (code == OK) {
        value->element = ica_openvino_element(type);
        code = ov_port_get_partial_shape(port, &shape);
    }
    if (code == OK) {
        copy_sides(&shape, value);
        ov_partial_shape_free(&shape);
        if (ov_port_get_any_name(port, &name) == OK) { /* IR may leave it out */
            if (strlen(name) < sizeof value->name) {
                (void)snprintf(value->name, sizeof value->name, "%s", name);
            }
            ov_free(name);
        }
    }
    ov_output_const_port_free(port);
    return code;
}

/* ov_model_const_input_by_index() or its twin for outputs. */
typedef ov_status_e get_port(const ov_model_t *model, size_t index, ov_output_const_port_t **port);

static ov_status_e read_values(const ov_model_t *model, get_port *get, size_t n,
                               struct ica_graph_value values[])
{
    ov_status_e code = OK;
    for (size_t i = 0; i < n && code == OK; i++) {
        ov_output_const_port_t *port = NULL;
        code = get(model, i, &port);
        code = code == OK ? read_value(port, &values[i]) : code;
    }
    return code;
}

enum ica_status ica_openvino_graph_read(const ov_model_t *model, struct ica_graph_info *out,
                                        struct ica_error *err)
{
    *out = (struct ica_graph_info){0};
    ov_status_e code = ov_model_inputs_size(model, &out->n_inputs);
    if (code == OK) {
        code = ov_model_outputs_size(model, &out->n_outputs);
    }
    if (code == OK &&
        (out->n_inputs > ICA_MAX_GRAPH_VALUES || out->n_outputs > ICA_MAX_GRAPH_VALUES)) {
        return ica_error_set(err, ICA_EMODEL, "The graph has more than %d inputs or outputs.",
                             ICA_MAX_GRAPH_VALUES);
    }
    if (code == OK) {
        code = read_values(model, ov_model_const_input_by_index, out->n_inputs, out->inputs);
    }
    if (code == OK) {
        code = read_values(model, ov_model_const_output_by_index, out->n_outputs, out->outputs);
    }
    return code == OK ? ICA_OK : ica_openvino_error(err, "reading the graph", code);
}

/* Lines such as "Exception from src/core.cpp:109:" tell where in OpenVINO it was noticed. */
static bool is_about_the_source(const char *line)
{
    return strncmp(line, "Exception from ", 15) == 0 || strncmp(line, "Check '", 7) == 0;
}

enum ica_status ica_openvino_graph_error(const char *path, struct ica_error *err)
{
    const char *detail = ov_get_last_err_msg();
    ica_log(ICA_LOG_INFO, "openvino", "%s: %s", path, detail ? detail : "");
    while (detail && is_about_the_source(detail)) {
        detail = strchr(detail, '\n');
        detail = detail ? detail + 1 : NULL;
    }
    int length = detail ? (int)strcspn(detail, "\n") : 0;
    return ica_error_set(err, ICA_EMODEL,
                         "%s is no model that can be read%s%.*s (ONNX and OpenVINO IR are).", path,
                         length ? ": " : "", length > 160 ? 160 : length, detail ? detail : "");
}
