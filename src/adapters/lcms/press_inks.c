/* SPDX-License-Identifier: Apache-2.0 */
/* The Neugebauer model of halftone printing (H. E. J. Neugebauer 1937, "Die theoretischen
 * Grundlagen des Mehrfarbenbuchdrucks"): four inks leave 16 kinds of spots on the paper, each
 * combination of inks printed or not; Demichel's equations give their shares of the area, and the
 * eye sees the mean. That is a multilinear interpolation between 16 colours. It is done on sRGB
 * values as they are, not on light, which allows for the spread of the dots on real paper. */
#include "adapters/lcms/press_inks.h"

#define CHANNELS   3
#define INKS       4
#define SPOTS      16
#define WHOLE_BITS 15 /* the shares of all spots add up to 1 << WHOLE_BITS */

/* Solid inks and their overprints on coated paper (close to the FOGRA39 characterisation), in sRGB:
 * all reds, all greens, all blues. Index: bit 0 cyan, 1 magenta, 2 yellow, 3 black. */
static const uint8_t spots[CHANNELS][SPOTS] = {
    {255, 0, 230, 49, 255, 0, 227, 57, 29, 0, 32, 8, 28, 0, 30, 0},
    {255, 158, 0, 39, 237, 150, 6, 53, 29, 18, 0, 3, 26, 18, 2, 0},
    {255, 227, 126, 131, 0, 64, 19, 52, 27, 28, 14, 20, 0, 6, 2, 0},
};

/* Split the paper ink by ink: of each kind of spot, the ink covers its part. */
static void share_area(const uint8_t cmyk[INKS], uint32_t shares[SPOTS])
{
    shares[0] = 1u << WHOLE_BITS;
    for (size_t ink = 0; ink < INKS; ink++) {
        size_t kinds = (size_t)1 << ink;
        for (size_t i = 0; i < kinds; i++) {
            uint32_t covered = (shares[i] * cmyk[ink] + 127) / 255;
            shares[kinds + i] = covered;
            shares[i] -= covered;
        }
    }
}

void ica_press_inks_to_srgb(const uint8_t *cmyk, size_t n, uint8_t *rgb)
{
    for (size_t pixel = 0; pixel < n; pixel++, cmyk += INKS, rgb += CHANNELS) {
        uint32_t shares[SPOTS];
        share_area(cmyk, shares);
        for (size_t channel = 0; channel < CHANNELS; channel++) {
            uint32_t sum = 1u << (WHOLE_BITS - 1);
            for (size_t i = 0; i < SPOTS; i++) {
                sum += shares[i] * spots[channel][i];
            }
            rgb[channel] = (uint8_t)(sum >> WHOLE_BITS);
        }
    }
}
