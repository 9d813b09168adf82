/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing of pixels with an antialiased bicubic kernel. */
#ifndef ICA_DOMAIN_IMAGE_RESIZE_H
#define ICA_DOMAIN_IMAGE_RESIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/image/pixels.h"

#define ICA_MAX_CROP_SIDE 4096

/* How a picture becomes a square. */
enum ica_resize_rule {
    ICA_RESIZE_CROP,    /* the shorter side becomes `short_side`, then the centre is cut */
    ICA_RESIZE_STRETCH, /* each side becomes `size`, whatever the proportions were */
    ICA_RESIZE_PAD,     /* the longer side becomes `size`, the rest is filled on both sides */
};

/* Both are antialiased: widened by the scale when shrinking, as Pillow's are. */
enum ica_resize_filter {
    ICA_FILTER_BICUBIC,  /* Keys (1981) with a = -0.5 */
    ICA_FILTER_BILINEAR, /* triangle */
};

/* What happens to the fraction of the longer side's length. One pixel more or less moves the crop.
 */
enum ica_side_rounding {
    ICA_ROUND_NEAREST, /* halves to the even number */
    ICA_ROUND_DOWN,    /* as torchvision's Resize and the processors of transformers do */
};

/* A model's resize rule. 0 < size <= short_side <= ICA_MAX_CROP_SIDE, and size == short_side unless
 * the rule is ICA_RESIZE_CROP. */
struct ica_crop {
    uint32_t short_side;
    uint32_t size;
    enum ica_resize_rule rule;
    enum ica_resize_filter filter;
    enum ica_side_rounding rounding;
    uint8_t padding[3]; /* RGB of what ICA_RESIZE_PAD fills in */
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
