/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of length one. */
#ifndef ICA_DOMAIN_VECTORS_UNIT_LENGTH_H
#define ICA_DOMAIN_VECTORS_UNIT_LENGTH_H

#include <stdbool.h>
#include <stddef.h>

/* Put the `dim` finite floats at `row`, divided by their length, into `out`, which may be `row`.
 * False, and zeros, for a row of zeros: it has no direction. */
bool ica_unit_length(const float *row, size_t dim, float *out);

#endif
