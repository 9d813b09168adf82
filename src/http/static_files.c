/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are served from within the program. */
#include "http/static_files.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Nothing from elsewhere, nothing inline; pictures may also be the user's own files, and the
 * thumbnails that an answer has. */
#define CONTENT_SECURITY_POLICY                                                                    \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "        \
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "                \
    "form-action 'none'; frame-ancestors 'none'"

/* The client needs none of what a browser would ask its user for. */
#define PERMISSIONS_POLICY                                                                         \
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "              \
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"

static const struct {
    const char *suffix;
    const char *media_type;
} media_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".webmanifest", "application/manifest+json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
};

static const char *media_type_of(const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < sizeof media_types / sizeof media_types[0]; i++) {
        size_t suffix_size = strlen(media_types[i].suffix);
        if (size > suffix_size && strcmp(name + size - suffix_size, media_types[i].suffix) == 0) {
            return media_types[i].media_type;
        }
    }
    return "application/octet-stream";
}

static const struct ica_embedded_file *find(const struct ica_embedded_file *files, const char *name)
{
    while (files->name && strcmp(files->name, name) != 0) {
        files++;
    }
    return files->name ? files : NULL;
}

const struct ica_embedded_file *ica_static_file_find(const char *path, bool has_web_client)
{
    static const char docs[] = "/docs/";
    if (strcmp(path, "/openapi.json") == 0) {
        return find(ica_api_files, "openapi.json");
    }
    if (strcmp(path, "/docs") == 0) {
        return find(ica_api_files, "docs.html");
    }
    if (strncmp(path, docs, strlen(docs)) == 0) {
        return find(ica_api_files, path + strlen(docs));
    }
    bool is_root = strcmp(path, "/") == 0;
    return has_web_client && path[0] == '/' ? find(ica_web_files, is_root ? "index.html" : path + 1)
                                            : NULL;
}

/* A tag of the content: FNV-1a, 64 bit. */
static void format_etag(const struct ica_embedded_bytes *content, char *out, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < content->size; i++) {
        hash = (hash ^ content->bytes[i]) * UINT64_C(0x100000001b3);
    }
    (void)snprintf(out, size, "\"%016" PRIx64 "\"", hash);
}

static bool accepts_gzip(const struct ica_http_request *request)
{
    const char *text = ica_http_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    return text && ica_header_accepts((struct ica_slice){text, strlen(text)}, "gzip");
}

enum MHD_Result ica_static_file_reply(struct ica_http_request *request,
                                      const struct ica_embedded_file *file)
{
    bool packed = file->gzip.size && accepts_gzip(request);
    const struct ica_embedded_bytes *content = packed ? &file->gzip : &file->plain;
    char etag[24];
    format_etag(content, etag, sizeof etag);
    const char *known = ica_http_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool unchanged = known && strstr(known, etag);
    size_t size = unchanged ? 0 : content->size;
    /* The library does not write to a persistent buffer, though its prototype says so. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)content->bytes, MHD_RESPMEM_PERSISTENT);
    if (!response) {
        return MHD_NO;
    }
    request->reply_bytes = size;
    const char *const headers[][2] = {
        {MHD_HTTP_HEADER_CONTENT_TYPE, media_type_of(file->name)},
        {MHD_HTTP_HEADER_ETAG, etag},
        {MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache"},
        {MHD_HTTP_HEADER_VARY, "Accept-Encoding"},
        {"Content-Security-Policy", CONTENT_SECURITY_POLICY},
        {"Permissions-Policy", PERMISSIONS_POLICY},
        {"Referrer-Policy", "no-referrer"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        (void)MHD_add_response_header(response, headers[i][0], headers[i][1]);
    }
    if (packed && !unchanged) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    }
    return ica_http_reply(request, unchanged ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}
