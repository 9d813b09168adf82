/* SPDX-License-Identifier: Apache-2.0 */
/* CMYK without a profile. */
#ifndef ICA_ADAPTERS_LCMS_PRESS_INKS_H
#define ICA_ADAPTERS_LCMS_PRESS_INKS_H

#include <stddef.h>
#include <stdint.h>

/* Convert `n` pixels of four samples (0 = no ink) to sRGB as printed on coated paper. */
void ica_press_inks_to_srgb(const uint8_t *cmyk, size_t n, uint8_t *rgb);

#endif
