/* SPDX-License-Identifier: Apache-2.0 */
/* Port: report. Writes a result in one format. Thread-safe, without state. */
#ifndef ICA_PORTS_REPORT_H
#define ICA_PORTS_REPORT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/result.h"

struct ica_report_options {
    bool name_is_text; /* clusters[].name is the short text instead of the number */
    bool hierarchy;    /* with what lies above and below the clusters, where the format has it */
    bool thumbnails;   /* images[].thumbnail, where there is one and the format has it */
};

struct ica_report {
    const char *name; /* as the user selects it: "json", "csv", "ndjson", "html" */

    /* Append the report to `out`. ICA_ENOMEM, ICA_ETOOLARGE. */
    enum ica_status (*write)(const struct ica_result *result,
                             const struct ica_report_options *options, struct ica_buffer *out,
                             struct ica_error *err);
};

#endif
