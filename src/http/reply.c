/* SPDX-License-Identifier: Apache-2.0 */
/* Replies, with the headers that all have in common. */
#include "http/reply.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_AFTER_S "2"

const char *ica_http_header(const struct ica_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* An idle time begins when one is set after it was switched off. */
void ica_http_restart_idle_time(const struct ica_http_request *request)
{
    (void)MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    (void)MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT,
                                    request->service->config.idle_timeout_s);
}

void ica_http_refuse(struct ica_http_request *request, unsigned status, uint64_t limit,
                     const char *text)
{
    request->problem = (struct ica_http_problem){.status = status, .limit = limit};
    ica_error_set(&request->problem.error, ICA_EINVALID, "%s", text);
    ica_http_upload_close(request->upload);
    request->upload = NULL;
}

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

enum MHD_Result ica_http_reply_problem(struct ica_http_request *request)
{
    const struct ica_http_problem *problem = &request->problem;
    char *text = ica_http_problem_text(problem);
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
