/* SPDX-License-Identifier: Apache-2.0 */
/* The encoder port for JPEG, on libjpeg-turbo. */
#ifndef ICA_ADAPTERS_JPEG_JPEG_ENCODER_H
#define ICA_ADAPTERS_JPEG_JPEG_ENCODER_H

#include "ports/encoder.h"

extern const struct ica_encoder ica_jpeg_encoder;

#endif
