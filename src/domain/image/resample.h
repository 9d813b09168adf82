/* SPDX-License-Identifier: Apache-2.0 */
/* Separable resampling of pixels along two axes. */
#ifndef ICA_DOMAIN_IMAGE_RESAMPLE_H
#define ICA_DOMAIN_IMAGE_RESAMPLE_H

#include "domain/image/pixels.h"
#include "domain/image/resample_axis.h"

/* The part of the scaled `from` that the two axes describe, into the empty `to`. ICA_ENOMEM. */
enum ica_status ica_resample(const struct ica_pixels *from, const struct ica_axis *horizontal,
                             const struct ica_axis *vertical, struct ica_pixels *to,
                             struct ica_error *err) ICA_MUST_CHECK;

#endif
