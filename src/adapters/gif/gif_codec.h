/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for GIF (giflib): the first frame. */
#ifndef ICA_ADAPTERS_GIF_GIF_CODEC_H
#define ICA_ADAPTERS_GIF_GIF_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_gif_codec;

#endif
