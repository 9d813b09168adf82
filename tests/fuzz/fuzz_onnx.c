/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: what an ONNX file says of itself. Whatever it says, the names are ended texts and as
 * many as there is room for. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/onnx/onnx_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ica_onnx_summary summary;
    struct ica_error err = {0};
    if (size == 0) {
        return 0; /* fmemopen() wants a byte */
    }
    FILE *file = fmemopen((void *)data, size, "r");
    if (!file) {
        return 0;
    }
    enum ica_status status = ica_onnx_scan(file, size, &summary, &err);
    if (summary.n_files > ICA_MAX_ONNX_FILES || (status && !err.text[0])) {
        abort();
    }
    for (size_t i = 0; i < summary.n_files; i++) {
        size_t length = strnlen(summary.files[i].location, ICA_MAX_ONNX_LOCATION);
        if (length == 0 || length == ICA_MAX_ONNX_LOCATION) {
            abort();
        }
    }
    (void)fclose(file);
    return 0;
}
