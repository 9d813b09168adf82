/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a request.
 *
 * libmicrohttpd calls in the connection's own thread: once with the headers, then with each piece
 * of the body, then once more, and at last when the reply is sent or the client is gone. A reply
 * can be given with the headers or at the end, not in between. So a request that its headers rule
 * out is answered at once, and one that turns out bad on the way is answered after the rest of its
 * body was thrown away, which the limit on requests bounds. */
#include "http/handler.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "http/reply.h"
#include "http/size_text.h"
#include "http/static_files.h"

#define AREA             "http"
#define MAX_ANSWER_BYTES ((size_t)256 << 20)
/* Kindness to clients that read the reply only when all is sent, if it comes early: */
#define LINGER_BYTES   ((uint64_t)64 << 20) /* thrown away at most */
#define LINGER_IDLE_MS 2000                 /* silence that ends it */
#define LINGER_TOTAL_S 20

static const char upload_methods[] = "POST, OPTIONS";
static const char read_methods[] = "GET, HEAD, OPTIONS";

static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static const char *header(const struct ica_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

static bool is_upload(const struct ica_http_request *request)
{
    return strcmp(request->path, "/cluster-images") == 0;
}

static bool is_method(const struct ica_http_request *request, const char *method)
{
    return strcmp(request->method, method) == 0;
}

/* Note why the request is refused. What came of its body so far is dropped. */
static void refuse(struct ica_http_request *request, unsigned status, uint64_t limit,
                   const char *text)
{
    request->problem = (struct ica_http_problem){.status = status, .limit = limit};
    ica_error_set(&request->problem.error, ICA_EINVALID, "%s", text);
    ica_http_upload_close(request->upload);
    request->upload = NULL;
}

static void refuse_size(struct ica_http_request *request, uint64_t limit)
{
    struct ica_error error = {0};
    ica_error_set(&error, ICA_ETOOLARGE, "The request is larger than the limit of %s.",
                  ica_size_text(limit).text);
    refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, limit, error.text);
}

/* Refuse for a failure of the use case. */
static void refuse_failed(struct ica_http_request *request, const struct ica_http_service *service,
                          enum ica_status failure, const struct ica_error *error)
{
    if (failure == ICA_ECANCELLED && atomic_load(&service->closing)) {
        refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, 0, "The server is shutting down.");
        return;
    }
    uint64_t limit = request->upload ? ica_http_upload_limit(request->upload) : 0;
    refuse(request, (unsigned)ica_status_http(failure), limit, error->text);
}

/* The announced size of the body; 0 if there is none, or if only its end will tell. */
static uint64_t announced_bytes(const struct ica_http_request *request)
{
    const char *length = header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t size = 0;
    return length && ica_text_parse_uint(length, 0, UINT64_MAX, &size) ? size : 0;
}

static void open_upload(struct ica_http_request *request, const struct ica_http_service *service)
{
    const char *type = header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    const struct ica_slice value = {type, type ? strlen(type) : 0};
    if (!type || !ica_slice_is(ica_header_type(value), "multipart/form-data")) {
        refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, 0,
               "Send the images as multipart/form-data, in parts named \"files\".");
        return;
    }
    if (announced_bytes(request) > service->config.max_request_bytes) {
        refuse_size(request, service->config.max_request_bytes);
        return;
    }
    struct ica_error error = {0};
    enum ica_status status = ica_http_upload_open(&request->upload, service, value,
                                                  socket_of(request->connection), &error);
    if (status) {
        refuse_failed(request, service, status, &error);
    }
}

/* Decide from the headers what the request gets. */
static void route(struct ica_http_request *request, const struct ica_http_endpoint *endpoint)
{
    request->has_body =
        announced_bytes(request) || header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    bool exists = is_upload(request) || strcmp(request->path, "/health") == 0 ||
                  (endpoint->has_web_client && ica_static_file_find(request->path));
    const char *methods = is_upload(request) ? upload_methods : read_methods;
    if (is_method(request, "OPTIONS")) {
        return; /* browsers ask for any address, and learn the rest from the request itself */
    }
    if (!exists) {
        refuse(request, MHD_HTTP_NOT_FOUND, 0,
               "There is nothing at this address. The API is POST /cluster-images and "
               "GET /health.");
    } else if (is_upload(request) && is_method(request, "POST")) {
        open_upload(request, endpoint->service);
    } else if (is_upload(request) || !(is_method(request, "GET") || is_method(request, "HEAD"))) {
        refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, 0,
               is_upload(request) ? "Send the images with POST." : "Use GET.");
        request->problem.allow = methods;
    }
}

/* The reply to a browser's question whether a page of another origin may use the API. */
static enum MHD_Result reply_options(struct ica_http_request *request)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (!response) {
        return MHD_NO;
    }
    const char *methods = is_upload(request) ? upload_methods : read_methods;
    const char *asked = header(request, MHD_HTTP_HEADER_ACCESS_CONTROL_REQUEST_HEADERS);
    const char *const headers[][2] = {
        {MHD_HTTP_HEADER_ALLOW, methods},
        {MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_METHODS, methods},
        {MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_HEADERS, asked && *asked ? asked : "*"},
        {MHD_HTTP_HEADER_ACCESS_CONTROL_MAX_AGE, "86400"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        (void)MHD_add_response_header(response, headers[i][0], headers[i][1]);
    }
    return ica_http_reply(request, MHD_HTTP_NO_CONTENT, response);
}

/* The time that our own work took was no silence of the client: let its idle time begin now, which
 * is when one is set after it was switched off. */
static void restart_idle_time(const struct ica_http_request *request,
                              const struct ica_http_service *service)
{
    (void)MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
    (void)MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT,
                                    service->config.idle_timeout_s);
}

static enum MHD_Result reply_clusters(struct ica_http_request *request,
                                      struct ica_http_service *service)
{
    struct ica_buffer answer;
    ica_buffer_init(&answer, MAX_ANSWER_BYTES);
    struct ica_error error = {0};
    enum ica_status status = ica_http_upload_finish(request->upload, &answer, &error);
    restart_idle_time(request, service);
    if (status == ICA_OK || status == ICA_EMODEL) {
        atomic_store(&service->model_fails, status == ICA_EMODEL);
    }
    if (status) {
        ica_buffer_clear(&answer);
        refuse_failed(request, service, status, &error);
        return ica_http_reply_problem(request);
    }
    ica_http_upload_close(request->upload);
    request->upload = NULL;
    return ica_http_reply_json(request, &answer);
}

static enum MHD_Result reply_health(struct ica_http_request *request,
                                    const struct ica_http_service *service)
{
    if (atomic_load(&service->model_fails)) {
        refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, 0,
               "The model fails: it could not answer the last request.");
        return ica_http_reply_problem(request);
    }
    struct ica_buffer body;
    ica_buffer_init(&body, 64);
    if (ica_buffer_append_text(&body, "{\"status\":\"ok\"}", NULL)) {
        return MHD_NO;
    }
    return ica_http_reply_json(request, &body);
}

/* Reply to a request that is complete. */
static enum MHD_Result reply(struct ica_http_request *request,
                             const struct ica_http_endpoint *endpoint)
{
    if (request->problem.status) {
        return ica_http_reply_problem(request);
    }
    if (is_method(request, "OPTIONS")) {
        return reply_options(request);
    }
    if (request->upload) {
        return reply_clusters(request, endpoint->service);
    }
    const struct ica_embedded_file *file =
        endpoint->has_web_client ? ica_static_file_find(request->path) : NULL;
    return file ? ica_static_file_reply(request, file) : reply_health(request, endpoint->service);
}

/* The headers came. */
static enum MHD_Result begin(struct ica_http_request **out, struct MHD_Connection *connection,
                             const struct ica_http_endpoint *endpoint, const char *path,
                             const char *method)
{
    struct ica_http_request *request = calloc(1, sizeof *request);
    if (!request) {
        return MHD_NO;
    }
    *out = request;
    atomic_fetch_add(&endpoint->service->n_active, 1);
    request->connection = connection;
    request->started_s = ica_clock_now_s(endpoint->service->engine.clock);
    (void)snprintf(request->method, sizeof request->method, "%s", method);
    (void)snprintf(request->path, sizeof request->path, "%s", path);
    route(request, endpoint);
    if (request->has_body && !request->upload) {
        request->answered_early = true;
        return reply(request, endpoint);
    }
    return MHD_YES;
}

/* A piece of the body came. MHD_NO cuts the connection. */
static enum MHD_Result take(struct ica_http_request *request,
                            const struct ica_http_service *service, const char *bytes, size_t size)
{
    uint64_t limit = service->config.max_request_bytes;
    request->received_bytes += size;
    if (request->received_bytes > limit && !request->problem.status) {
        refuse_size(request, limit); /* the size was not announced */
    }
    if (request->problem.status) {
        /* Thrown away; beyond the limit only for a while. */
        return request->received_bytes > limit && request->received_bytes - limit > LINGER_BYTES
                   ? MHD_NO
                   : MHD_YES;
    }
    struct ica_error error = {0};
    enum ica_status status =
        ica_http_upload_feed(request->upload, (const uint8_t *)bytes, size, &error);
    if (status) {
        refuse_failed(request, service, status, &error);
    }
    restart_idle_time(request, service);
    return MHD_YES;
}

enum MHD_Result ica_http_on_request(void *context, struct MHD_Connection *connection,
                                    const char *path, const char *method, const char *version,
                                    const char *bytes, size_t *size, void **state)
{
    (void)version;
    const struct ica_http_endpoint *endpoint = context;
    struct ica_http_request *request = *state;
    if (!request) {
        enum MHD_Result result = begin(&request, connection, endpoint, path, method);
        *state = request;
        return result;
    }
    if (*size) {
        enum MHD_Result result = take(request, endpoint->service, bytes, *size);
        *size = 0;
        return result;
    }
    return reply(request, endpoint);
}

/* The reply went out before the body was read. Closing now would make the system answer the rest
 * of the body with a reset, and the client might never see the reply. So end our side, and read on
 * for a moment. */
static void linger(int socket)
{
    const time_t end = time(NULL) + LINGER_TOTAL_S;
    struct pollfd poller = {.fd = socket, .events = POLLIN};
    char waste[16384];
    uint64_t total = 0;
    ssize_t n = 1;
    (void)shutdown(socket, SHUT_WR);
    while (n > 0 && total < LINGER_BYTES && time(NULL) < end &&
           poll(&poller, 1, LINGER_IDLE_MS) > 0) {
        n = recv(socket, waste, sizeof waste, MSG_DONTWAIT);
        total += n > 0 ? (uint64_t)n : 0;
    }
}

void ica_http_on_completed(void *context, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode reason)
{
    const struct ica_http_endpoint *endpoint = context;
    struct ica_http_request *request = *state;
    if (!request) {
        return;
    }
    bool complete = reason == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    bool answered_early = request->answered_early;
    struct ica_http_service *service = endpoint->service;
    double duration_s = ica_clock_now_s(service->engine.clock) - request->started_s;
    ica_log(ICA_LOG_INFO, AREA, "%s %s %u %zu bytes %.1f ms%s", request->method, request->path,
            request->status ? request->status : ICA_HTTP_CLIENT_GONE, request->reply_bytes,
            duration_s * 1e3, complete ? "" : ", connection lost");
    ica_http_upload_close(request->upload);
    free(request);
    *state = NULL;
    atomic_fetch_sub(&service->n_active, 1);
    if (answered_early && complete) {
        linger(socket_of(connection));
    }
}
