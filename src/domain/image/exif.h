/* SPDX-License-Identifier: Apache-2.0 */
/* The two facts that we need of an EXIF block: orientation and date. */
#ifndef ICA_DOMAIN_IMAGE_EXIF_H
#define ICA_DOMAIN_IMAGE_EXIF_H

#include <stddef.h>
#include <stdint.h>

#include "domain/image/image.h"

/* Read `orientation` and `taken_at` from an EXIF block (TIFF structure, with or without "Exif\0\0"
 * before it; CIPA DC-008). Never reads outside `size` bytes; whatever is missing or wrong leaves
 * the default: upright, no date. */
void ica_exif_read(const uint8_t *bytes, size_t size, struct ica_image_info *info);

/* The date of an image in ISO 8601, local time: "2024-05-01T10:20:30"; "" without a date. */
void ica_image_date(const struct ica_image_info *info, char date[ICA_TAKEN_AT_SIZE]);

#endif
