/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing of pixels with an antialiased kernel, by the rules of models. */
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

/* What happens to fractions: of the longer side's length, and of the place where the crop begins.
 * One pixel more or less moves what is seen. */
enum ica_side_rounding {
    ICA_ROUND_NEAREST,  /* the length, halves to the even number; the place down */
    ICA_ROUND_DOWN,     /* the length down; the place to the nearest, halves to the even number: as
                           Resize and CenterCrop of torchvision, hence timm and OpenCLIP */
    ICA_ROUND_ALL_DOWN, /* both down, as the image processors of transformers */
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

/* Apply `crop` to `from` (any layout), stored in EXIF's `orientation` (1: upright), into the empty
 * `to`, stored like it: what is cut is what would be cut of the upright picture. Only the pixels
 * that reach the square are computed. The filters are widened by the scale when shrinking (what
 * Pillow and torchvision call antialiased). With ICA_RESIZE_PAD `to` has the picture alone:
 * ica_resize_pad() makes the square of it, once its colours are final. ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_resize_crop(const struct ica_pixels *from, unsigned orientation,
                                struct ica_crop crop, struct ica_pixels *to,
                                struct ica_error *err) ICA_MUST_CHECK;

/* Fill upright sRGB `pixels`, no side longer than crop.size, up to a square of crop.padding, in
 * place. An odd rest has its extra pixel at the right or below, as torchvision's and timm's padding
 * has. ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_resize_pad(struct ica_pixels *pixels, struct ica_crop crop,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Scale `from` into the empty `to` so that the longer side is at most `max_side`; a smaller image
 * is copied. Every side stays at least 1. ICA_ENOMEM, ICA_EINVALID. */
enum ica_status ica_resize_fit(const struct ica_pixels *from, uint32_t max_side,
                               struct ica_pixels *to, struct ica_error *err) ICA_MUST_CHECK;

#endif
