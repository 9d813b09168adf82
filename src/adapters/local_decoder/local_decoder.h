/* SPDX-License-Identifier: Apache-2.0 */
/* Decoder port in this process: chooses a codec by the content, checks the header against the
 * limits, decodes (shrunk, where that is allowed), resizes, converts the colours and turns upright.
 */
#ifndef ICA_ADAPTERS_LOCAL_DECODER_LOCAL_DECODER_H
#define ICA_ADAPTERS_LOCAL_DECODER_LOCAL_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "ports/codec.h"
#include "ports/colour.h"
#include "ports/decoder.h"

struct ica_decode_limits {
    uint64_t max_pixels;       /* width * height in the header */
    uint64_t max_decode_bytes; /* memory that one decoding may take */
};

/* Borrows `codecs`, `n_codecs` of them, tried in this order, and `colour`: all have to outlive the
 * decoder. On success `*out` must be released with ica_decoder_destroy(). ICA_ENOMEM. */
enum ica_status ica_local_decoder_open(struct ica_decoder **out,
                                       const struct ica_codec *const codecs[], size_t n_codecs,
                                       struct ica_colour *colour,
                                       const struct ica_decode_limits *limits,
                                       struct ica_error *err) ICA_MUST_CHECK;

#endif
