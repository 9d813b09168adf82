/* SPDX-License-Identifier: Apache-2.0 */
/* Port: colour. Turns pixels of any colour space into sRGB. Thread-safe. */
#ifndef ICA_PORTS_COLOUR_H
#define ICA_PORTS_COLOUR_H

#include "base/error.h"
#include "domain/image/pixels.h"

struct ica_colour;

struct ica_colour_ops {
    /* Convert `pixels` to sRGB, replacing its samples (CMYK becomes RGB). `icc` is the embedded
     * profile or NULL: RGB is then taken as sRGB, CMYK as common press inks. A profile that cannot
     * be used is treated as none. ICA_ENOMEM. */
    enum ica_status (*to_srgb)(struct ica_colour *self, struct ica_pixels *pixels,
                               const uint8_t *icc, size_t icc_bytes, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_colour *self);
};

struct ica_colour {
    const struct ica_colour_ops *ops;
};

static inline enum ica_status ica_colour_to_srgb(struct ica_colour *self, struct ica_pixels *pixels,
                                                 const uint8_t *icc, size_t icc_bytes,
                                                 struct ica_error *err)
{
    return self->ops->to_srgb(self, pixels, icc, icc_bytes, err);
}

static inline void ica_colour_destroy(struct ica_colour *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
