/* SPDX-License-Identifier: Apache-2.0 */
/* A request and its reply. Every reply leaves through here, so that each carries the headers that
 * all have in common. */
#ifndef ICA_HTTP_REPLY_H
#define ICA_HTTP_REPLY_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "http/event_stream.h"
#include "http/problem.h"
#include "http/service.h"
#include "http/upload.h"

#define ICA_HTTP_CLIENT_GONE 499 /* in the log alone */

struct ica_http_route;

/* One request, from its headers to the last byte of its reply; belongs to its connection's thread.
 */
struct ica_http_request {
    struct ica_http_service *service;
    struct MHD_Connection *connection;
    char method[16]; /* as asked, cut for the log */
    char path[128];
    const struct ica_http_route *route; /* NULL = none, or a file */
    const struct ica_embedded_file *file;
    double started_s;
    bool has_body;
    bool answered_early; /* before the body was read */
    uint64_t received_bytes;
    struct ica_http_upload *upload; /* owned; NULL = the body, if any, is not wanted */
    bool wants_events;              /* as the reply, instead of a document */
    struct ica_http_stream *stream; /* owned; NULL = the reply is none */
    struct ica_http_problem problem;
    unsigned status; /* of the reply; 0 = none yet */
    size_t reply_bytes;
};

/* The value of a header of the request; NULL without. */
const char *ica_http_header(const struct ica_http_request *request, const char *name);

/* The time that our own work took was no silence of the client: let its idle time begin now. */
void ica_http_restart_idle_time(const struct ica_http_request *request);

/* Note why the request is refused. What came of its body so far is dropped. */
void ica_http_refuse(struct ica_http_request *request, unsigned status, uint64_t limit,
                     const char *text);

/* Reply with `response`, which is taken, also when NULL (out of memory: the connection is closed).
 */
enum MHD_Result ica_http_reply(struct ica_http_request *request, unsigned status,
                               struct MHD_Response *response);

/* Reply with the content of `body`, which is moved out. */
enum MHD_Result ica_http_reply_json(struct ica_http_request *request, struct ica_buffer *body);

/* Reply with the request's problem as application/problem+json. */
enum MHD_Result ica_http_reply_problem(struct ica_http_request *request);

#endif
