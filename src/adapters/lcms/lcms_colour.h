/* SPDX-License-Identifier: Apache-2.0 */
/* Colour port on Little CMS. Without a profile CMYK is read as common press inks. */
#ifndef ICA_ADAPTERS_LCMS_LCMS_COLOUR_H
#define ICA_ADAPTERS_LCMS_LCMS_COLOUR_H

#include "ports/colour.h"

/* On success `*out` must be released with ica_colour_destroy(). ICA_ENOMEM. */
enum ica_status ica_lcms_colour_open(struct ica_colour **out, struct ica_error *err) ICA_MUST_CHECK;

#endif
