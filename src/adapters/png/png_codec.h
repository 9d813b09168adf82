/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for PNG (libspng): every colour type and depth; of an animated PNG the still picture. */
#ifndef ICA_ADAPTERS_PNG_PNG_CODEC_H
#define ICA_ADAPTERS_PNG_PNG_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_png_codec;

#endif
