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
#include "http/upload.h"

#define ICA_HTTP_CLIENT_GONE 499 /* in the log alone */

/* Why a request is refused: RFC 9457. */
struct ica_http_problem {
    unsigned status;   /* HTTP status; 0 = no problem */
    uint64_t limit;    /* the limit that was hit; 0 = none */
    const char *allow; /* methods, for status 405 */
    struct ica_error error;
};

/* One request, from its headers to the last byte of its reply; belongs to its connection's thread.
 */
struct ica_http_request {
    struct MHD_Connection *connection;
    char method[16]; /* as asked, cut for the log */
    char path[128];
    double started_s;
    bool has_body;
    bool answered_early; /* before the body was read */
    uint64_t received_bytes;
    struct ica_http_upload *upload; /* owned; NULL = the body, if any, is not wanted */
    struct ica_http_problem problem;
    unsigned status; /* of the reply; 0 = none yet */
    size_t reply_bytes;
};

/* Reply with `response`, which is taken, also when NULL (out of memory: the connection is closed).
 */
enum MHD_Result ica_http_reply(struct ica_http_request *request, unsigned status,
                               struct MHD_Response *response);

/* Reply with the content of `body`, which is moved out. */
enum MHD_Result ica_http_reply_json(struct ica_http_request *request, struct ica_buffer *body);

/* Reply with the request's problem as application/problem+json. */
enum MHD_Result ica_http_reply_problem(struct ica_http_request *request);

#endif
