/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a request, as callbacks of libmicrohttpd. */
#ifndef ICA_HTTP_HANDLER_H
#define ICA_HTTP_HANDLER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/service.h"

/* A port and what it serves; context of both callbacks. */
struct ica_http_endpoint {
    struct ica_http_service *service;
    bool has_web_client; /* beside the API */
};

/* MHD_AccessHandlerCallback */
enum MHD_Result ica_http_on_request(void *context, struct MHD_Connection *connection,
                                    const char *path, const char *method, const char *version,
                                    const char *bytes, size_t *size, void **state);

/* MHD_RequestCompletedCallback */
void ica_http_on_completed(void *context, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode reason);

#endif
