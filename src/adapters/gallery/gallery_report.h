/* SPDX-License-Identifier: Apache-2.0 */
/* The report port as a page to look at: one HTML file with the thumbnails in it, without scripts,
 * that opens anywhere without a network. */
#ifndef ICA_ADAPTERS_GALLERY_GALLERY_REPORT_H
#define ICA_ADAPTERS_GALLERY_GALLERY_REPORT_H

#include "ports/report.h"

extern const struct ica_report ica_gallery_report; /* "html" */

#endif
