/* SPDX-License-Identifier: Apache-2.0 */
/* Port: search report. Writes what a search has found in one format. Thread-safe, without state. */
#ifndef ICA_PORTS_SEARCH_REPORT_H
#define ICA_PORTS_SEARCH_REPORT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/model.h"

struct ica_search_result {
    const char *image_id;             /* valid UTF-8 */
    double score;                     /* cosine, -1 to 1 */
    const struct ica_buffer *picture; /* JPEG; empty or NULL where there is none */
};

/* Borrowed for the call. */
struct ica_search_answer {
    const struct ica_model *model;
    const char *words; /* that were looked for, valid UTF-8; NULL: an image was */
    const char *image; /* its name, valid UTF-8; NULL: words were */
    size_t n_searched; /* images that were compared */
    size_t n_results;
    const struct ica_search_result *results; /* the best first */
};

struct ica_search_report {
    const char *name; /* as the user selects it: "json", "ndjson", "html" */

    /* Append the report to `out`. ICA_ENOMEM, ICA_ETOOLARGE. */
    enum ica_status (*write)(const struct ica_search_answer *answer, struct ica_buffer *out,
                             struct ica_error *err);
};

#endif
