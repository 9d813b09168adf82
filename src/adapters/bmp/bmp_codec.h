/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for BMP, written here: 1 to 32 bits per pixel, bit fields, RLE4 and RLE8. */
#ifndef ICA_ADAPTERS_BMP_BMP_CODEC_H
#define ICA_ADAPTERS_BMP_BMP_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_bmp_codec;

#endif
