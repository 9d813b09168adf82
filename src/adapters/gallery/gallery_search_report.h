/* SPDX-License-Identifier: Apache-2.0 */
/* The search report port as a page of its own: one file, opens without a network. */
#ifndef ICA_ADAPTERS_GALLERY_GALLERY_SEARCH_REPORT_H
#define ICA_ADAPTERS_GALLERY_GALLERY_SEARCH_REPORT_H

#include "ports/search_report.h"

extern const struct ica_search_report ica_gallery_search_report; /* "html" */

#endif
