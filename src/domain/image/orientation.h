/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF orientation. */
#ifndef ICA_DOMAIN_IMAGE_ORIENTATION_H
#define ICA_DOMAIN_IMAGE_ORIENTATION_H

#include <stdbool.h>

#include "domain/image/pixels.h"

/* Turn and mirror `pixels` in place (its sides swap for 5 to 8) so that it is upright.
 * `orientation` is EXIF's 1 to 8; anything else counts as 1. ICA_ENOMEM. */
enum ica_status ica_orientation_apply(struct ica_pixels *pixels, unsigned orientation,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Whether the stored columns, or rows, are in the reverse order of those lines (columns or rows)
 * that they are in the upright picture. */
bool ica_orientation_reverses_columns(unsigned orientation);
bool ica_orientation_reverses_rows(unsigned orientation);

#endif
