/* SPDX-License-Identifier: Apache-2.0 */
/* The report port in JSON: the API's document, and one line per image. */
#ifndef ICA_ADAPTERS_JSON_JSON_REPORT_H
#define ICA_ADAPTERS_JSON_JSON_REPORT_H

#include "ports/report.h"

extern const struct ica_report ica_json_report;   /* "json" */
extern const struct ica_report ica_ndjson_report; /* "ndjson" */

#endif
