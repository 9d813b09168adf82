/* SPDX-License-Identifier: Apache-2.0 */
/* Why a request is refused, as RFC 9457 has it. */
#ifndef ICA_HTTP_PROBLEM_H
#define ICA_HTTP_PROBLEM_H

#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_HTTP_FIELD 64

struct ica_http_problem {
    unsigned status;                /* HTTP status; 0 = no problem */
    uint64_t limit;                 /* the limit that was hit; 0 = none */
    char field[ICA_MAX_HTTP_FIELD]; /* the form's field that is wrong; "" = none */
    const char *allow;              /* methods, for status 405 */
    struct ica_error error;
};

/* The problem as one line of JSON, to be freed; NULL when memory is short. */
char *ica_http_problem_text(const struct ica_http_problem *problem);

#endif
