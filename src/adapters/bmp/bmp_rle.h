/* SPDX-License-Identifier: Apache-2.0 */
/* The run-length codes of BMP. */
#ifndef ICA_ADAPTERS_BMP_BMP_RLE_H
#define ICA_ADAPTERS_BMP_BMP_RLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Unpack RLE8 (`bits` = 8) or RLE4 (`bits` = 4) to width * height palette indexes, bottom row
 * first. `indexes` comes in zeroed: pixels that the codes skip keep index 0. False if the codes end
 * before the last row. */
bool ica_bmp_unpack_rle(const uint8_t *codes, size_t size, unsigned bits, uint32_t width,
                        uint32_t height, uint8_t *indexes);

#endif
