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
#include "http/cluster_routes.h"
#include "http/routes.h"

#define AREA "http"
/* Kindness to clients that read the reply only when all is sent, if it comes early: */
#define LINGER_BYTES   ((uint64_t)64 << 20) /* thrown away at most */
#define LINGER_IDLE_MS 2000                 /* silence that ends it */
#define LINGER_TOTAL_S 20

static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
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
    request->service = endpoint->service;
    request->connection = connection;
    request->started_s = ica_clock_now_s(endpoint->service->engine.clock);
    (void)snprintf(request->method, sizeof request->method, "%s", method);
    (void)snprintf(request->path, sizeof request->path, "%s", path);
    request->has_body = ica_http_announced_bytes(request) ||
                        ica_http_header(request, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    ica_http_routes_begin(request, endpoint->has_web_client);
    if (request->has_body && !request->upload) {
        request->answered_early = true;
        return ica_http_routes_reply(request);
    }
    return MHD_YES;
}

/* A piece of the body came. MHD_NO cuts the connection. */
static enum MHD_Result take(struct ica_http_request *request, const char *bytes, size_t size)
{
    uint64_t limit = request->service->config.max_request_bytes;
    request->received_bytes += size;
    if (request->received_bytes > limit && !request->problem.status) {
        ica_http_refuse_size(request); /* the size was not announced */
    }
    if (request->problem.status) {
        /* Thrown away; beyond the limit only for a while. */
        return request->received_bytes > limit && request->received_bytes - limit > LINGER_BYTES
                   ? MHD_NO
                   : MHD_YES;
    }
    struct ica_error error = {0};
    if (ica_http_upload_feed(request->upload, (const uint8_t *)bytes, size, &error)) {
        ica_http_refuse_upload(request, &error);
    }
    ica_http_restart_idle_time(request);
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
        enum MHD_Result result = take(request, bytes, *size);
        *size = 0;
        return result;
    }
    return ica_http_routes_reply(request);
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
    ica_http_stream_close(request->stream);
    ica_http_upload_close(request->upload);
    free(request);
    *state = NULL;
    atomic_fetch_sub(&service->n_active, 1);
    if (answered_early && complete) {
        linger(socket_of(connection));
    }
}
