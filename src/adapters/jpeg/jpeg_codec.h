/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for JPEG (libjpeg-turbo): every colour space, baseline and progressive. */
#ifndef ICA_ADAPTERS_JPEG_JPEG_CODEC_H
#define ICA_ADAPTERS_JPEG_JPEG_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_jpeg_codec;

#endif
