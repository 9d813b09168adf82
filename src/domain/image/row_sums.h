/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums of whole rows of samples, the kernel of all resampling. */
#ifndef ICA_DOMAIN_IMAGE_ROW_SUMS_H
#define ICA_DOMAIN_IMAGE_ROW_SUMS_H

#include <stddef.h>
#include <stdint.h>

/* out[i] = the weighted sum of `taps` rows at i, rounded and kept in 0 to 255, for i < n. Rows lie
 * `stride` samples apart. The weights add up to 1 << sum_bits; after an odd number of them one more
 * can be read, and is 0. */
void ica_row_sums(const uint8_t *rows, size_t stride, size_t n, const int16_t *weights,
                  uint32_t taps, unsigned sum_bits, uint8_t *out);

#endif
