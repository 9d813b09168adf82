/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs are read where they are. Outputs are copied: a request keeps the memory that it was once
 * given, and would write there again in a later run for somebody else. */
#include "adapters/openvino/openvino_tensor.h"

#include <stdio.h>
#include <string.h>

#include "adapters/openvino/openvino_error.h"

static const struct {
    enum ica_element element;
    ov_element_type_e type;
    const char *name;
    size_t bytes;
} elements[] = {
    {ICA_ELEMENT_U8, U8, "uint8", 1},
    {ICA_ELEMENT_F32, F32, "float32", 4},
    {ICA_ELEMENT_I32, I32, "int32", 4},
    {ICA_ELEMENT_I64, I64, "int64", 8},
};

#define N_ELEMENTS (sizeof elements / sizeof *elements)

enum ica_element ica_openvino_element(ov_element_type_e type)
{
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        if (elements[i].type == type) {
            return elements[i].element;
        }
    }
    return ICA_ELEMENT_OTHER;
}

/* The row of `elements`; callers use the types of the port only. */
static size_t find(enum ica_element element)
{
    size_t i = 0;
    while (i + 1 < N_ELEMENTS && elements[i].element != element) {
        i++;
    }
    return i;
}

/* "input "image" does not take float32 of 1 x 3 x 224 x 224" and the like. */
static enum ica_status mismatch(const struct ica_tensor *tensor, const char *what,
                                struct ica_error *err)
{
    char sides[ICA_MAX_TENSOR_RANK * 24] = "";
    size_t used = 0;
    for (size_t i = 0; i < tensor->rank; i++) {
        used += (size_t)snprintf(sides + used, sizeof sides - used, "%s%zu", i ? " x " : "",
                                 tensor->sides[i]);
    }
    return ica_error_set(err, ICA_EMODEL, "The model has no %s \"%s\" of %s and %s.", what,
                         tensor->name, elements[find(tensor->element)].name, sides);
}

enum ica_status ica_openvino_tensor_bind(ov_infer_request_t *request,
                                         const struct ica_tensor *input, struct ica_error *err)
{
    int64_t sides[ICA_MAX_TENSOR_RANK];
    ov_shape_t shape = {0};
    ov_tensor_t *tensor = NULL;
    for (size_t i = 0; i < input->rank; i++) {
        sides[i] = (int64_t)input->sides[i];
    }
    ov_status_e code = ov_shape_create((int64_t)input->rank, sides, &shape);
    if (code == OK) {
        code = ov_tensor_create_from_host_ptr(elements[find(input->element)].type, shape,
                                              input->data, &tensor);
        ov_shape_free(&shape);
    }
    if (code != OK) {
        return ica_openvino_error(err, "preparing an input", code);
    }
    code = ov_infer_request_set_tensor(request, input->name, tensor);
    ov_tensor_free(tensor); /* the request keeps it */
    return code == OK ? ICA_OK : mismatch(input, "input", err);
}

static size_t count_bytes(const struct ica_tensor *tensor)
{
    size_t bytes = elements[find(tensor->element)].bytes;
    for (size_t i = 0; i < tensor->rank; i++) {
        bytes *= tensor->sides[i];
    }
    return bytes;
}

enum ica_status ica_openvino_tensor_copy(const ov_infer_request_t *request,
                                         const struct ica_tensor *output, struct ica_error *err)
{
    ov_tensor_t *tensor = NULL;
    ov_element_type_e type = DYNAMIC;
    size_t bytes = 0;
    void *data = NULL;
    if (ov_infer_request_get_tensor(request, output->name, &tensor) != OK) {
        return mismatch(output, "output", err);
    }
    ov_status_e code = ov_tensor_get_element_type(tensor, &type);
    if (code == OK) {
        code = ov_tensor_get_byte_size(tensor, &bytes);
    }
    if (code == OK) {
        code = ov_tensor_data(tensor, &data);
    }
    enum ica_status status = ICA_OK;
    if (code != OK) {
        status = ica_openvino_error(err, "reading an output", code);
    } else if (ica_openvino_element(type) != output->element || bytes != count_bytes(output)) {
        status = mismatch(output, "output", err);
    } else if (bytes) {
        memcpy(output->data, data, bytes);
    }
    ov_tensor_free(tensor);
    return status;
}

enum ica_status ica_openvino_tensor_shape(const ov_infer_request_t *request, const char *name,
                                          size_t *rank, size_t sides[ICA_MAX_TENSOR_RANK],
                                          struct ica_error *err)
{
    ov_tensor_t *tensor = NULL;
    ov_shape_t shape = {0};
    if (ov_infer_request_get_tensor(request, name, &tensor) != OK) {
        return ica_error_set(err, ICA_EMODEL, "The model has no output \"%s\".", name);
    }
    ov_status_e code = ov_tensor_get_shape(tensor, &shape);
    ov_tensor_free(tensor);
    if (code != OK) {
        return ica_openvino_error(err, "reading an output", code);
    }
    enum ica_status status = ICA_OK;
    if (shape.rank < 0 || shape.rank > ICA_MAX_TENSOR_RANK) {
        status = ica_error_set(err, ICA_EMODEL, "The model's output \"%s\" has more than %d sides.",
                               name, ICA_MAX_TENSOR_RANK);
    } else {
        *rank = (size_t)shape.rank;
        for (size_t i = 0; i < *rank; i++) {
            sides[i] = (size_t)shape.dims[i];
        }
    }
    ov_shape_free(&shape);
    return status;
}
