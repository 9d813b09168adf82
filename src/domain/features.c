/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of what clustering sees of images. */
#include "domain/features.h"

#include <math.h>

static enum ica_status check_finite(const float *values, size_t n_rows, size_t n_columns,
                                    struct ica_error *err)
{
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t k = 0; k < n_columns; k++) {
            if (!isfinite(values[i * n_columns + k])) {
                return ica_error_set(err, ICA_EINVALID,
                                     "Number %zu of image %zu's vector is not finite.", k, i);
            }
        }
    }
    return ICA_OK;
}

enum ica_status ica_features_check(const struct ica_features *features, struct ica_error *err)
{
    enum ica_status status = check_finite(features->embeddings, features->n, features->dim, err);
    if (!status && features->n_classes > 0) {
        status = check_finite(features->probabilities, features->n, features->n_classes, err);
    }
    return status;
}
