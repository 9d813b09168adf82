/* SPDX-License-Identifier: Apache-2.0 */
/* Port: codec. Reads one image format. The order of the operations is the design: is it mine,
 * the header, then (only when the limits allow it) the pixels. Codecs have no state: all operations
 * are thread-safe and borrow `bytes` for the call. */
#ifndef ICA_PORTS_CODEC_H
#define ICA_PORTS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/image/image.h"
#include "domain/image/raster_sink.h"

/* Bytes that are enough for every `sniff`. */
#define ICA_CODEC_SNIFF_BYTES 32

struct ica_codec {
    const char *name; /* lower case, the format's name: "jpeg" */

    /* Whether the content is of this format, from its first bytes alone. */
    bool (*sniff)(const uint8_t *bytes, size_t size);

    /* Read size, orientation and date without decoding a pixel. Fills all of `info`, `decode_bytes`
     * included. ICA_ECORRUPT, ICA_EUNAVAILABLE (a variant that the library cannot read). */
    enum ica_status (*read_header)(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err);

    /* Decode the first frame into `sink` (begin, rows, end), as stored: orientation is left to the
     * caller unless `read_header` reported it as upright. Transparency is laid over white, grey and
     * palettes become RGB, 16 bits become 8. ICA_ECORRUPT, ICA_ENOMEM. */
    enum ica_status (*decode)(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err);
};

#endif
