/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server: the API on one port, the web client with the same API on another. The addresses
 * are in routes.c.
 *
 * GET /health says "ok" from the start. After a request in which the model failed it is answered
 * with status 503, until a request succeeds. */
#ifndef ICA_HTTP_SERVER_H
#define ICA_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "application/runs/cluster_images.h"
#include "application/search/library.h"
#include "base/error.h"
#include "ports/report.h"
#include "ports/search_report.h"

#define ICA_DEFAULT_HTTP_IDLE_TIMEOUT_S 30

/* Strings are borrowed until the server is closed. */
struct ica_http_config {
    const char *listen; /* address or host name */
    uint16_t port;      /* API; 0 = any free port */
    uint16_t web_port;  /* web client; 0 = any free port */
    size_t max_images;  /* of a request */
    size_t max_file_bytes;
    uint64_t max_request_bytes;
    unsigned idle_timeout_s; /* silence that ends a connection; 0 = the default */
    bool exact_pixels;       /* see ica_run_options */
    /* What a request gets that says nothing else */
    struct ica_grouping_options grouping;
    bool name_is_text; /* clusters[].name is the short text instead of the number */
    /* For GET /v1/info */
    const char *version;
    const char *const *formats; /* of images; NULL after the last */
    uint64_t max_pixels;        /* that the engine decodes */
    size_t max_requests;        /* that it works on at once */
    /* For GET /v1/search and its like; NULL: the server keeps no library */
    struct ica_library *library;
    const struct ica_search_report *search_json;
};

struct ica_http_server;

/* Start to serve, on threads of the server's own. Borrows the engine's ports and `json`.
 * ICA_EINVALID (a value out of range, no such address), ICA_EBUSY (a port is in use), ICA_EDENIED,
 * ICA_EIO, ICA_ENOMEM. */
enum ica_status ica_http_server_open(struct ica_http_server **out,
                                     const struct ica_http_config *config,
                                     const struct ica_engine *engine, const struct ica_report *json,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* The ports that are really used. */
uint16_t ica_http_server_port(const struct ica_http_server *server);
uint16_t ica_http_server_web_port(const struct ica_http_server *server);

/* Take no new connections, give requests in progress ten seconds to finish, cancel the others and
 * let them say so, and release everything. */
void ica_http_server_close(struct ica_http_server *server);

#endif
