/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of the API: one table of paths, methods and what answers there. */
#ifndef ICA_HTTP_ROUTES_H
#define ICA_HTTP_ROUTES_H

#include <stdbool.h>

#include "http/reply.h"

/* The methods of an address, as the header Allow has them. */
#define ICA_HTTP_READ_METHODS  "GET, HEAD, OPTIONS"
#define ICA_HTTP_WRITE_METHODS "POST, OPTIONS"

struct ica_http_route {
    const char *path;
    const char *methods;

    /* The headers are there: open the upload, or refuse. NULL where no body is taken. */
    void (*begin)(struct ica_http_request *request);

    /* The request is complete and not refused. */
    enum MHD_Result (*reply)(struct ica_http_request *request);
};

/* Decide from the headers what the request gets: set its route or its file, begin its upload, or
 * refuse it. The web client's files are there if `has_web_client`. */
void ica_http_routes_begin(struct ica_http_request *request, bool has_web_client);

/* Reply to a request that was routed and is complete. */
enum MHD_Result ica_http_routes_reply(struct ica_http_request *request);

#endif
