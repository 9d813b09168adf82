/* SPDX-License-Identifier: Apache-2.0 */
/* Port: encoder. Turns pixels into a small file that browsers show. Thread-safe, without state. */
#ifndef ICA_PORTS_ENCODER_H
#define ICA_PORTS_ENCODER_H

#include "base/buffer.h"
#include "base/error.h"
#include "domain/image/pixels.h"

struct ica_encoder {
    /* Append the encoded `pixels` (RGB) to `out`. ICA_ENOMEM, ICA_ETOOLARGE. */
    enum ica_status (*encode)(const struct ica_pixels *pixels, struct ica_buffer *out,
                              struct ica_error *err);
};

#endif
