/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion to sRGB with Little CMS.
 *
 * Building a transform costs far more than using it on one small picture, and many pictures share
 * a profile (of a phone, of a camera), so the last few transforms are kept. One lock guards the
 * list and every `users` count; a transform itself is immutable and is used without the lock. It is
 * freed by whoever gives up the last use, the list's own included.
 *
 * Whether a profile is sRGB is asked of the transform and not of the profile's name: if it leaves a
 * grid of colours as they are, it is dropped and pictures with that profile are left alone. */
#include "adapters/lcms/lcms_colour.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

#include "adapters/lcms/press_inks.h"
#include "base/log.h"
#include "base/memory.h"

#define MAX_KEPT       8
#define GRID_STEPS     6 /* per channel: 0, 51, ... 255 */
#define SAME_TOLERANCE 2 /* levels of 255 */

struct transform {
    uint8_t *icc; /* owned copy of the profile: the key */
    size_t icc_bytes;
    enum ica_pixel_layout layout;
    cmsHTRANSFORM handle; /* NULL: sRGB already, or of no use */
    unsigned users;
};

struct lcms_colour {
    struct ica_colour base;
    cmsContext context;
    cmsHPROFILE srgb;
    pthread_mutex_t lock;
    struct transform *kept[MAX_KEPT]; /* the most recently used first; guarded by `lock` */
};

static void on_error(cmsContext context, cmsUInt32Number code, const char *text)
{
    (void)context;
    ica_log(ICA_LOG_DEBUG, "lcms", "error %u: %s", (unsigned)code, text);
}

static void transform_free(struct transform *transform)
{
    if (transform->handle) {
        cmsDeleteTransform(transform->handle);
    }
    free(transform->icc);
    free(transform);
}

/* Whether an RGB transform changes nothing that a person could see. */
static bool is_identity(cmsHTRANSFORM handle)
{
    enum { COLOURS = GRID_STEPS * GRID_STEPS * GRID_STEPS };
    uint8_t in[COLOURS * ICA_PIXELS_RGB];
    uint8_t out[COLOURS * ICA_PIXELS_RGB];
    const unsigned step = 255 / (GRID_STEPS - 1);
    for (unsigned i = 0; i < COLOURS; i++) {
        in[i * ICA_PIXELS_RGB] = (uint8_t)(i % GRID_STEPS * step);
        in[i * ICA_PIXELS_RGB + 1] = (uint8_t)(i / GRID_STEPS % GRID_STEPS * step);
        in[i * ICA_PIXELS_RGB + 2] = (uint8_t)(i / GRID_STEPS / GRID_STEPS * step);
    }
    cmsDoTransform(handle, in, out, COLOURS);
    for (size_t i = 0; i < sizeof in; i++) {
        if (abs(in[i] - out[i]) > SAME_TOLERANCE) {
            return false;
        }
    }
    return true;
}

/* The library's transform, or NULL if none is needed or possible. */
static cmsHTRANSFORM build_handle(struct lcms_colour *colour, enum ica_pixel_layout layout,
                                  const uint8_t *icc, size_t icc_bytes)
{
    cmsHTRANSFORM handle = NULL;
    bool cmyk = layout == ICA_PIXELS_CMYK;
    cmsHPROFILE profile =
        cmsOpenProfileFromMemTHR(colour->context, icc, (cmsUInt32Number)icc_bytes);
    if (profile && cmsGetColorSpace(profile) == (cmyk ? cmsSigCmykData : cmsSigRgbData)) {
        handle =
            cmsCreateTransformTHR(colour->context, profile, cmyk ? TYPE_CMYK_8 : TYPE_RGB_8,
                                  colour->srgb, TYPE_RGB_8, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE);
    }
    if (profile) {
        (void)cmsCloseProfile(profile);
    }
    if (handle && !cmyk && is_identity(handle)) {
        cmsDeleteTransform(handle);
        handle = NULL;
    }
    return handle;
}

/* A new transform with one user; NULL when memory is short. */
static struct transform *transform_new(struct lcms_colour *colour, enum ica_pixel_layout layout,
                                       const uint8_t *icc, size_t icc_bytes)
{
    struct transform *transform = ica_array_new(1, sizeof *transform);
    uint8_t *copy = ica_array_new(icc_bytes, 1);
    if (!transform || !copy) {
        free(copy);
        free(transform);
        return NULL;
    }
    memcpy(copy, icc, icc_bytes);
    *transform = (struct transform){.icc = copy,
                                    .icc_bytes = icc_bytes,
                                    .layout = layout,
                                    .handle = build_handle(colour, layout, icc, icc_bytes),
                                    .users = 1};
    return transform;
}

static bool matches(const struct transform *transform, enum ica_pixel_layout layout,
                    const uint8_t *icc, size_t icc_bytes)
{
    return transform->layout == layout && transform->icc_bytes == icc_bytes &&
           memcmp(transform->icc, icc, icc_bytes) == 0;
}

static void release(struct lcms_colour *colour, struct transform *transform)
{
    (void)pthread_mutex_lock(&colour->lock);
    bool last = --transform->users == 0;
    (void)pthread_mutex_unlock(&colour->lock);
    if (last) {
        transform_free(transform);
    }
}

/* The transform for a profile, kept or new, to be given back with `release`; it moves to the front
 * of the list. NULL when memory is short. Waits while another thread builds one: most often the
 * same. */
static struct transform *acquire(struct lcms_colour *colour, enum ica_pixel_layout layout,
                                 const uint8_t *icc, size_t icc_bytes)
{
    struct transform *transform = NULL;
    struct transform *dropped = NULL;
    (void)pthread_mutex_lock(&colour->lock);
    size_t at = 0;
    while (at < MAX_KEPT - 1 && colour->kept[at] &&
           !matches(colour->kept[at], layout, icc, icc_bytes)) {
        at++;
    }
    if (colour->kept[at] && matches(colour->kept[at], layout, icc, icc_bytes)) {
        transform = colour->kept[at];
    } else if ((transform = transform_new(colour, layout, icc, icc_bytes))) {
        dropped = colour->kept[at];
    }
    if (transform) {
        memmove(colour->kept + 1, colour->kept, at * sizeof *colour->kept);
        colour->kept[0] = transform;
        transform->users++;
    }
    (void)pthread_mutex_unlock(&colour->lock);
    if (dropped) {
        release(colour, dropped);
    }
    return transform;
}

/* Replace the samples of CMYK pixels, by `handle` or, if that is NULL, as press inks. */
static enum ica_status convert_cmyk(struct ica_pixels *pixels, cmsHTRANSFORM handle,
                                    struct ica_error *err)
{
    struct ica_pixels rgb = {0};
    enum ica_status status =
        ica_pixels_init(&rgb, pixels->width, pixels->height, ICA_PIXELS_RGB, err);
    if (status) {
        return status;
    }
    for (uint32_t y = 0; y < pixels->height; y++) {
        if (handle) {
            cmsDoTransform(handle, ica_pixels_row(pixels, y), ica_pixels_row(&rgb, y),
                           pixels->width);
        } else {
            ica_press_inks_to_srgb(ica_pixels_row(pixels, y), pixels->width,
                                   ica_pixels_row(&rgb, y));
        }
    }
    ica_pixels_clear(pixels);
    *pixels = rgb;
    return ICA_OK;
}

static enum ica_status to_srgb(struct ica_colour *self, struct ica_pixels *pixels,
                               const uint8_t *icc, size_t icc_bytes, struct ica_error *err)
{
    struct lcms_colour *colour = (struct lcms_colour *)self;
    struct transform *transform = NULL;
    enum ica_status status = ICA_OK;
    if (icc && icc_bytes && icc_bytes <= UINT32_MAX) {
        transform = acquire(colour, pixels->layout, icc, icc_bytes);
        if (!transform) {
            return ica_error_nomem(err, "a colour profile");
        }
    }
    cmsHTRANSFORM handle = transform ? transform->handle : NULL;
    if (pixels->layout == ICA_PIXELS_CMYK) {
        status = convert_cmyk(pixels, handle, err);
    } else if (handle) {
        for (uint32_t y = 0; y < pixels->height; y++) {
            uint8_t *row = ica_pixels_row(pixels, y);
            cmsDoTransform(handle, row, row, pixels->width);
        }
    }
    if (transform) {
        release(colour, transform);
    }
    return status;
}

static void destroy(struct ica_colour *self)
{
    struct lcms_colour *colour = (struct lcms_colour *)self;
    for (size_t i = 0; i < MAX_KEPT && colour->kept[i]; i++) {
        transform_free(colour->kept[i]);
    }
    if (colour->srgb) {
        (void)cmsCloseProfile(colour->srgb);
    }
    if (colour->context) {
        cmsDeleteContext(colour->context);
    }
    (void)pthread_mutex_destroy(&colour->lock);
    free(colour);
}

static const struct ica_colour_ops ops = {.to_srgb = to_srgb, .destroy = destroy};

enum ica_status ica_lcms_colour_open(struct ica_colour **out, struct ica_error *err)
{
    struct lcms_colour *colour = ica_array_new(1, sizeof *colour);
    if (!colour) {
        return ica_error_nomem(err, "colour conversion");
    }
    colour->base.ops = &ops;
    if (pthread_mutex_init(&colour->lock, NULL)) {
        free(colour);
        return ica_error_nomem(err, "colour conversion");
    }
    colour->context = cmsCreateContext(NULL, NULL);
    if (colour->context) {
        cmsSetLogErrorHandlerTHR(colour->context, on_error);
        colour->srgb = cmsCreate_sRGBProfileTHR(colour->context);
    }
    if (!colour->srgb) {
        destroy(&colour->base);
        return ica_error_nomem(err, "colour conversion");
    }
    *out = &colour->base;
    return ICA_OK;
}
