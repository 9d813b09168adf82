/* SPDX-License-Identifier: Apache-2.0 */
/* What a file of the ONNX format says of itself, without reading its weights: the wire format of
 * protocol buffers (protobuf.dev, "Encoding") with the field numbers of onnx.proto. */
#ifndef ICA_ADAPTERS_ONNX_ONNX_SCAN_H
#define ICA_ADAPTERS_ONNX_ONNX_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

#define ICA_MAX_ONNX_LOCATION 512
#define ICA_MAX_ONNX_FILES    24

/* A file that holds data of tensors. */
struct ica_onnx_file {
    char location[ICA_MAX_ONNX_LOCATION]; /* as written: nothing about it is checked */
    uint64_t min_bytes;                   /* the least it holds if each tensor is whole */
};

struct ica_onnx_summary {
    uint64_t ir_version;
    uint64_t opset; /* of the default domain; 0 when it is not said */
    size_t n_files;
    struct ica_onnx_file files[ICA_MAX_ONNX_FILES];
};

/* Read `file`, `size` bytes from its start, once and with little memory, whatever its size.
 * ICA_EMODEL (it is no ONNX, is damaged, or ends too soon), ICA_ETOOLARGE (data in too many files,
 * or nested too deep), ICA_EIO. */
enum ica_status ica_onnx_scan(FILE *file, uint64_t size, struct ica_onnx_summary *out,
                              struct ica_error *err) ICA_MUST_CHECK;

#endif
