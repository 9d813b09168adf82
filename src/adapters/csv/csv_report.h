/* SPDX-License-Identifier: Apache-2.0 */
/* The report port in CSV (RFC 4180): one row per file. */
#ifndef ICA_ADAPTERS_CSV_CSV_REPORT_H
#define ICA_ADAPTERS_CSV_CSV_REPORT_H

#include "ports/report.h"

extern const struct ica_report ica_csv_report; /* "csv" */

#endif
