/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/search, GET /v1/similar, GET /v1/library and POST /v1/library/update: the folder that the
 * server keeps indexed. */
#ifndef ICA_HTTP_LIBRARY_ROUTES_H
#define ICA_HTTP_LIBRARY_ROUTES_H

#include "http/reply.h"

enum MHD_Result ica_http_search_reply(struct ica_http_request *request);

enum MHD_Result ica_http_similar_reply(struct ica_http_request *request);

enum MHD_Result ica_http_library_reply(struct ica_http_request *request);

enum MHD_Result ica_http_library_update_reply(struct ica_http_request *request);

#endif
