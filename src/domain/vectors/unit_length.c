/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/vectors/unit_length.h"

#include <math.h>

#include "domain/vectors/dot.h"

bool ica_unit_length(const float *row, size_t dim, float *out)
{
    double length = sqrt(ica_dot(row, row, dim));
    for (size_t i = 0; i < dim; i++) {
        out[i] = length > 0 ? (float)((double)row[i] / length) : 0.0F;
    }
    return length > 0;
}
