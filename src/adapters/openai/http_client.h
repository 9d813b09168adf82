/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP POST requests to one address, several at once. Used from one thread. */
#ifndef ICA_ADAPTERS_OPENAI_HTTP_CLIENT_H
#define ICA_ADAPTERS_OPENAI_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define ICA_MAX_HOST         80
#define ICA_MAX_CONTENT_TYPE 48

/* How a call has ended. */
enum ica_http_outcome {
    ICA_HTTP_UNSET,     /* not yet */
    ICA_HTTP_ANSWERED,  /* wholly, with any status */
    ICA_HTTP_REFUSED,   /* nobody listens there */
    ICA_HTTP_TIMED_OUT, /* while connecting, or later */
    ICA_HTTP_BROKEN,    /* the connection ended before the answer did */
    ICA_HTTP_TOO_LARGE, /* the answer's body is over the limit */
    ICA_HTTP_NO_MEMORY,
    ICA_HTTP_UNREACHABLE, /* all else: no such host, no trust in its certificate ... */
};

/* One request and its answer, in the caller's memory. */
struct ica_http_call {
    struct ica_buffer body;   /* to send; unchanged until the call has ended */
    struct ica_buffer answer; /* init it with the limit; cleared at each start */
    enum ica_http_outcome outcome;
    long status; /* 0 where none came */
    char content_type[ICA_MAX_CONTENT_TYPE];
    double retry_after_s;       /* what the server has asked for; 0 if nothing */
    const char *reason;         /* static; what kind of trouble it was, in the library's words */
    struct ica_http_task *task; /* while it is under way */
};

struct ica_http_config {
    const char *url; /* as ica_http_endpoint() gives it; all are borrowed */
    const char *key; /* sent as a bearer token, and never to another host; "" for none */
    uint32_t timeout_ms;
};

struct ica_http_client;

/* Make the address of a method: `base`, "/v1" if that has no path, then `path`, unless `base` ends
 * in that. `host` becomes what people call the server: "localhost:8080". ICA_EINVALID (no http or
 * https address, or one with a name, password, query or fragment), ICA_ENOMEM. */
enum ica_status ica_http_endpoint(const char *base, const char *path, struct ica_buffer *url,
                                  char host[ICA_MAX_HOST], struct ica_error *err) ICA_MUST_CHECK;

/* Before the first client and after the last. ICA_ENOMEM. */
enum ica_status ica_http_global_open(struct ica_error *err) ICA_MUST_CHECK;
void ica_http_global_close(void);

/* Redirects are not followed, and certificates are verified. The environment's proxies are used and
 * its certificate authorities trusted (CURL_CA_BUNDLE, SSL_CERT_FILE), as curl does. ICA_ENOMEM. */
enum ica_status ica_http_client_open(struct ica_http_client **out,
                                     const struct ica_http_config *config,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Calls under way must have been cancelled. `client` may be NULL. */
void ica_http_client_close(struct ica_http_client *client);

/* Begin the call. ICA_ENOMEM. */
enum ica_status ica_http_client_start(struct ica_http_client *client, struct ica_http_call *call,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Go on with all calls; if none has ended, wait for news of one for up to `wait_ms`, or for as long
 * where there is none. Calls that have ended have an outcome. */
void ica_http_client_work(struct ica_http_client *client, int wait_ms);

/* End the call at once, if it is under way. */
void ica_http_client_cancel(struct ica_http_client *client, struct ica_http_call *call);

#endif
