/* SPDX-License-Identifier: Apache-2.0 */
/* The web client's files, served from within the program. */
#include "http/static_files.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Nothing from elsewhere, nothing inline; previews are object URLs of the user's own files. */
#define CONTENT_SECURITY_POLICY                                                                    \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "              \
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static const struct {
    const char *suffix;
    const char *media_type;
} media_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
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

const struct ica_embedded_file *ica_static_file_find(const char *path)
{
    const char *name = path[0] == '/' && path[1] ? path + 1 : "index.html";
    const struct ica_embedded_file *file = ica_embedded_files;
    while (file->name && strcmp(file->name, name) != 0) {
        file++;
    }
    return file->name ? file : NULL;
}

/* A tag of the content: FNV-1a, 64 bit. */
static void format_etag(const struct ica_embedded_file *file, char *out, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < file->size; i++) {
        hash = (hash ^ file->bytes[i]) * UINT64_C(0x100000001b3);
    }
    (void)snprintf(out, size, "\"%016" PRIx64 "\"", hash);
}

enum MHD_Result ica_static_file_reply(struct ica_http_request *request,
                                      const struct ica_embedded_file *file)
{
    char etag[24];
    format_etag(file, etag, sizeof etag);
    const char *known = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                    MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool unchanged = known && strstr(known, etag);
    size_t size = unchanged ? 0 : file->size;
    /* The library does not write to a persistent buffer, though its prototype says so. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)file->bytes, MHD_RESPMEM_PERSISTENT);
    if (!response) {
        return MHD_NO;
    }
    request->reply_bytes = size;
    const char *const headers[][2] = {
        {MHD_HTTP_HEADER_CONTENT_TYPE, media_type_of(file->name)},
        {MHD_HTTP_HEADER_ETAG, etag},
        {MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache"},
        {"Content-Security-Policy", CONTENT_SECURITY_POLICY},
        {"Referrer-Policy", "no-referrer"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        (void)MHD_add_response_header(response, headers[i][0], headers[i][1]);
    }
    return ica_http_reply(request, unchanged ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}
