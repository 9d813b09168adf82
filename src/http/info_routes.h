/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/info and GET /health: what the server is, and how it is. */
#ifndef ICA_HTTP_INFO_ROUTES_H
#define ICA_HTTP_INFO_ROUTES_H

#include "http/reply.h"

enum MHD_Result ica_http_info_reply(struct ica_http_request *request);

enum MHD_Result ica_http_health_reply(struct ica_http_request *request);

#endif
