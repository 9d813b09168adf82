/* SPDX-License-Identifier: Apache-2.0 */
/* Why a request is refused, as RFC 9457 has it. */
#include "http/problem.h"

#include <jansson.h>
#include <microhttpd.h>

char *ica_http_problem_text(const struct ica_http_problem *problem)
{
    json_t *json = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                             MHD_get_reason_phrase_for(problem->status), "status",
                             (int)problem->status, "detail", problem->error.text);
    if (json && problem->limit) {
        (void)json_object_set_new(json, "limit", json_integer((json_int_t)problem->limit));
    }
    if (json && problem->field[0]) {
        (void)json_object_set_new(json, "field", json_string(problem->field));
    }
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}
