/* SPDX-License-Identifier: Apache-2.0 */
/* Port: decoder. Bytes of any image file in; only bounded things out, so that an implementation may
 * live in a process of its own. Thread-safe. */
#ifndef ICA_PORTS_DECODER_H
#define ICA_PORTS_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/image/image.h"
#include "domain/image/pixels.h"
#include "domain/image/resize.h"

#define ICA_MAX_THUMBNAIL_SIDE 1024

struct ica_decode_request {
    const uint8_t *bytes; /* borrowed for the call */
    size_t size_bytes;
    struct ica_crop crop;    /* the model's resize rule */
    bool exact;              /* decode at full size and resize once, as PyTorch's transforms do;
                                else what is large may be shrunk while it is read, in less time */
    uint32_t thumbnail_side; /* longer side of the thumbnail; 0 = none wanted */
    bool foreign_only;       /* no thumbnail of what browsers show as it is */
};

/* Owned by the caller: clear it after use, whatever decode returned. */
struct ica_decoded {
    struct ica_image_info info;
    struct ica_pixels model;     /* upright sRGB, crop.size x crop.size */
    struct ica_pixels thumbnail; /* upright sRGB, or empty */
};

struct ica_decoder;

struct ica_decoder_ops {
    /* Fill `out`, which comes in all zero. ICA_EFORMAT (no known image), ICA_ECORRUPT,
     * ICA_ETOOLARGE (the message names the limit), ICA_EUNAVAILABLE, ICA_ENOMEM. */
    enum ica_status (*decode)(struct ica_decoder *self, const struct ica_decode_request *request,
                              struct ica_decoded *out, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_decoder *self);
};

struct ica_decoder {
    const struct ica_decoder_ops *ops;
};

static inline enum ica_status ica_decoder_decode(struct ica_decoder *self,
                                                 const struct ica_decode_request *request,
                                                 struct ica_decoded *out, struct ica_error *err)
{
    return self->ops->decode(self, request, out, err);
}

static inline void ica_decoded_clear(struct ica_decoded *decoded)
{
    ica_pixels_clear(&decoded->model);
    ica_pixels_clear(&decoded->thumbnail);
}

static inline void ica_decoder_destroy(struct ica_decoder *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
