/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of the API. */
#include "http/routes.h"

#include <string.h>

#include "http/cluster_routes.h"
#include "http/info_routes.h"
#include "http/library_routes.h"
#include "http/model_routes.h"
#include "http/static_files.h"

static const struct ica_http_route routes[] = {
    {"/v1/cluster", ICA_HTTP_WRITE_METHODS, ica_http_cluster_begin, ica_http_cluster_reply},
    {"/cluster-images", ICA_HTTP_WRITE_METHODS, ica_http_cluster_images_begin,
     ica_http_cluster_reply},
    {"/v1/search", ICA_HTTP_READ_METHODS, NULL, ica_http_search_reply},
    {"/v1/similar", ICA_HTTP_READ_METHODS, NULL, ica_http_similar_reply},
    {"/v1/library", ICA_HTTP_READ_METHODS, NULL, ica_http_library_reply},
    {"/v1/library/update", ICA_HTTP_WRITE_METHODS, NULL, ica_http_library_update_reply},
    {"/v1/info", ICA_HTTP_READ_METHODS, NULL, ica_http_info_reply},
    {"/v1/models", ICA_HTTP_READ_METHODS, NULL, ica_http_models_reply},
    {"/health", ICA_HTTP_READ_METHODS, NULL, ica_http_health_reply},
};

static const char nothing_here[] =
    "There is nothing at this address. The API is POST /v1/cluster, POST /cluster-images, "
    "GET /v1/search, GET /v1/similar, GET /v1/library, POST /v1/library/update, GET /v1/info, GET "
    "/v1/models and "
    "GET /health; GET /docs explains it and GET /openapi.json "
    "describes it.";

static const struct ica_http_route *find_route(const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(routes[i].path, path) == 0) {
            return &routes[i];
        }
    }
    return NULL;
}

/* Whether `method` is one of the words of `methods`. */
static bool is_among(const char *methods, const char *method)
{
    size_t size = strlen(method);
    const char *at = methods;
    while (size && (at = strstr(at, method))) {
        bool whole = (at == methods || at[-1] == ' ') && (at[size] == ',' || at[size] == 0);
        if (whole) {
            return true;
        }
        at += size;
    }
    return false;
}

static bool is_options(const struct ica_http_request *request)
{
    return strcmp(request->method, MHD_HTTP_METHOD_OPTIONS) == 0;
}

static const char *methods_of(const struct ica_http_request *request)
{
    return request->route ? request->route->methods : ICA_HTTP_READ_METHODS;
}

void ica_http_routes_begin(struct ica_http_request *request, bool has_web_client)
{
    request->route = find_route(request->path);
    request->file = request->route ? NULL : ica_static_file_find(request->path, has_web_client);
    if (is_options(request)) {
        return; /* browsers ask for any address, and learn the rest from the request itself */
    }
    if (!request->route && !request->file) {
        ica_http_refuse(request, MHD_HTTP_NOT_FOUND, 0, nothing_here);
    } else if (!is_among(methods_of(request), request->method)) {
        bool writes = strcmp(methods_of(request), ICA_HTTP_WRITE_METHODS) == 0;
        ica_http_refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, 0,
                        !writes                 ? "Use GET."
                        : request->route->begin ? "Send the images with POST."
                                                : "Use POST.");
        request->problem.allow = methods_of(request);
    } else if (request->route && request->route->begin) {
        request->route->begin(request);
    }
}

/* The reply to a browser's question whether a page of another origin may use the API. */
static enum MHD_Result reply_options(struct ica_http_request *request)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (!response) {
        return MHD_NO;
    }
    const char *methods = methods_of(request);
    const char *asked = ica_http_header(request, MHD_HTTP_HEADER_ACCESS_CONTROL_REQUEST_HEADERS);
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

enum MHD_Result ica_http_routes_reply(struct ica_http_request *request)
{
    if (request->problem.status) {
        return ica_http_reply_problem(request);
    }
    if (is_options(request)) {
        return reply_options(request);
    }
    return request->file ? ica_static_file_reply(request, request->file)
                         : request->route->reply(request);
}
