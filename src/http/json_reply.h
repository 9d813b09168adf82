/* SPDX-License-Identifier: Apache-2.0 */
/* Replies with a JSON value. */
#ifndef ICA_HTTP_JSON_REPLY_H
#define ICA_HTTP_JSON_REPLY_H

#include <jansson.h>

#include "http/reply.h"

/* Answer 200 with `json`, which is taken; NULL stands for a lack of memory. */
enum MHD_Result ica_http_reply_value(struct ica_http_request *request, json_t *json);

#endif
