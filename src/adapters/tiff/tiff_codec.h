/* SPDX-License-Identifier: Apache-2.0 */
/* Codec for TIFF and BigTIFF (libtiff): the first page. */
#ifndef ICA_ADAPTERS_TIFF_TIFF_CODEC_H
#define ICA_ADAPTERS_TIFF_TIFF_CODEC_H

#include "ports/codec.h"

extern const struct ica_codec ica_tiff_codec;

#endif
