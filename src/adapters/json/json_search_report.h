/* SPDX-License-Identifier: Apache-2.0 */
/* The search report port in JSON: the API's document, and one line per image. */
#ifndef ICA_ADAPTERS_JSON_JSON_SEARCH_REPORT_H
#define ICA_ADAPTERS_JSON_JSON_SEARCH_REPORT_H

#include "ports/search_report.h"

extern const struct ica_search_report ica_json_search_report;   /* "json" */
extern const struct ica_search_report ica_ndjson_search_report; /* "ndjson" */

#endif
