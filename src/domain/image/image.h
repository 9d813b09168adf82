/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of an image file from its header. */
#ifndef ICA_DOMAIN_IMAGE_IMAGE_H
#define ICA_DOMAIN_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits on one image; the defaults serve the largest photos that phones take today. */
#define ICA_DEFAULT_MAX_PIXELS       256000000           /* width * height */
#define ICA_DEFAULT_MAX_DECODE_BYTES (UINT64_C(1) << 30) /* what one decoder may hold at once */
#define ICA_MAX_SIDE                 UINT32_C(65535)

#define ICA_ORIENTATION_UPRIGHT 1
#define ICA_TAKEN_AT_SIZE       20

struct ica_image_info {
    const char *format;               /* static, lower case: "jpeg", "png", "webp", ... */
    bool foreign;                     /* no format that every browser shows */
    uint32_t width;                   /* pixels as stored, before orientation */
    uint32_t height;                  /* pixels as stored, before orientation */
    unsigned orientation;             /* EXIF 1 to 8; 1 = upright, also when unknown */
    uint64_t decode_bytes;            /* memory that the codec needs besides the shrunk result */
    char taken_at[ICA_TAKEN_AT_SIZE]; /* EXIF "YYYY:MM:DD HH:MM:SS" or "" */
};

#endif
