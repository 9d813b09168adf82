/* SPDX-License-Identifier: Apache-2.0 */
/* Port: pictures. Gives a describer the pictures of the images that it describes, each in the size
 * that it wants, one at a time. Thread-safe. */
#ifndef ICA_PORTS_PICTURES_H
#define ICA_PORTS_PICTURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/image/pixels.h"
#include "domain/image/resize.h"

/* One of the two: a model's resize rule, or (crop.size == 0) the longest side. */
struct ica_picture_size {
    struct ica_crop crop;
    uint32_t max_side; /* a smaller picture stays as it is */
};

struct ica_pictures {
    /* Put the picture of row `row` of the features, upright sRGB, into the empty `out`, which the
     * caller owns. ICA_EUNAVAILABLE (the file is not there any more), or as decoding fails. */
    enum ica_status (*get)(struct ica_pictures *self, size_t row,
                           const struct ica_picture_size *size, struct ica_pixels *out,
                           struct ica_error *err);
};

static inline enum ica_status ica_pictures_get(struct ica_pictures *self, size_t row,
                                               const struct ica_picture_size *size,
                                               struct ica_pixels *out, struct ica_error *err)
{
    return self->get(self, row, size, out, err);
}

#endif
