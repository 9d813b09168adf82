/* SPDX-License-Identifier: Apache-2.0 */
/* Replies: the headers that all have in common, and problems as RFC 9457 has them. */
#include "http/reply.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_AFTER_S "2"

enum MHD_Result ica_http_reply(struct ica_http_request *request, unsigned status,
                               struct MHD_Response *response)
{
    if (!response) {
        return MHD_NO;
    }
    /* Any web page may use the API, as it could in the proof of concept; there are no secrets. */
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    request->status = status;
    enum MHD_Result queued = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* A response with `size` bytes that were allocated with malloc and are taken. */
static struct MHD_Response *new_response(struct ica_http_request *request, void *bytes, size_t size,
                                         const char *media_type)
{
    struct MHD_Response *response =
        bytes ? MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response) {
        free(bytes);
        return NULL;
    }
    request->reply_bytes = size;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, media_type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    return response;
}

enum MHD_Result ica_http_reply_json(struct ica_http_request *request, struct ica_buffer *body)
{
    struct MHD_Response *response =
        new_response(request, body->data, body->size, "application/json; charset=utf-8");
    ica_buffer_init(body, body->max_bytes);
    return ica_http_reply(request, MHD_HTTP_OK, response);
}

/* The problem as JSON, allocated; NULL when memory is short. */
static char *problem_text(const struct ica_http_problem *problem)
{
    json_t *json = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                             MHD_get_reason_phrase_for(problem->status), "status",
                             (int)problem->status, "detail", problem->error.text);
    if (json && problem->limit) {
        (void)json_object_set_new(json, "limit", json_integer((json_int_t)problem->limit));
    }
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}

enum MHD_Result ica_http_reply_problem(struct ica_http_request *request)
{
    const struct ica_http_problem *problem = &request->problem;
    char *text = problem_text(problem);
    struct MHD_Response *response =
        new_response(request, text, text ? strlen(text) : 0, "application/problem+json");
    if (response && problem->allow) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, problem->allow);
    }
    if (response && problem->status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, RETRY_AFTER_S);
    }
    return ica_http_reply(request, problem->status, response);
}
