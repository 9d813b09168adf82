/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for WebP (libwebp): lossy, lossless, the first frame of an animation. */
#ifndef ICA_ADAPTERS_WEBP_WEBP_CODEC_H
#define ICA_ADAPTERS_WEBP_WEBP_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_webp_codec;

#endif
