/* SPDX-License-Identifier: Apache-2.0 */
#include "http/json_reply.h"

#include <stdlib.h>

#define MAX_JSON_BYTES ((size_t)1 << 20)

enum MHD_Result ica_http_reply_value(struct ica_http_request *request, json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct ica_buffer body;
    ica_buffer_init(&body, MAX_JSON_BYTES);
    enum ica_status status = text ? ica_buffer_append_text(&body, text, NULL) : ICA_ENOMEM;
    free(text);
    json_decref(json);
    return status ? MHD_NO : ica_http_reply_json(request, &body);
}
