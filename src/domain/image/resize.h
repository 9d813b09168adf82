/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing of pixels with an antialiased bicubic kernel. */
#ifndef ICA_DOMAIN_IMAGE_RESIZE_H
#define ICA_DOMAIN_IMAGE_RESIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/image/pixels.h"

#define ICA_MAX_CROP_SIDE 4096

/* A model's resize rule: scale so that the shorter side becomes `short_side`, then cut the centre
 * square of `size`; or scale each side to `size`, whatever the proportions were, and cut nothing.
 * 0 < size <= short_side <= ICA_MAX_CROP_SIDE, and size == short_side with `stretch`. */
struct ica_crop {
    uint32_t short_side;
    uint32_t size;
    bool stretch;
};

/* ICA_EINVALID if the rule is not as said above. */
enum ica_status ica_crop_check(struct ica_crop crop, struct ica_error *err) ICA_MUST_CHECK;

/* Apply `crop` to `from` (any layout) into the empty `to`. Only the pixels that reach the square
 * are computed. The kernel is the cubic of Keys (1981) with a = -0.5, widened by the scale when
 * shrinking (what Pillow calls antialiased BICUBIC). ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_resize_crop(const struct ica_pixels *from, struct ica_crop crop,
                                struct ica_pixels *to, struct ica_error *err) ICA_MUST_CHECK;

/* Scale `from` into the empty `to` so that the longer side is at most `max_side`; a smaller image
 * is copied. Every side stays at least 1. ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_resize_fit(const struct ica_pixels *from, uint32_t max_side,
                               struct ica_pixels *to, struct ica_error *err) ICA_MUST_CHECK;

#endif
