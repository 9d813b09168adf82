/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for HEIC and AVIF (libheif): the primary picture. */
#ifndef ICA_ADAPTERS_HEIF_HEIF_CODEC_H
#define ICA_ADAPTERS_HEIF_HEIF_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_heif_codec;

#endif
