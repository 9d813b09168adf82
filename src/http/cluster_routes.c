/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/cluster and POST /cluster-images. Both answer with the result's document; the first also
 * as a stream of events, if the client accepts that. */
#include "http/cluster_routes.h"

#include <string.h>

#include "base/text.h"
#include "http/size_text.h"

#define STREAM_BLOCK_BYTES ((size_t)32 << 10)
#define EVENT_STREAM       "text/event-stream"

uint64_t ica_http_announced_bytes(const struct ica_http_request *request)
{
    const char *length = ica_http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t size = 0;
    return length && ica_text_parse_uint(length, 0, UINT64_MAX, &size) ? size : 0;
}

void ica_http_refuse_size(struct ica_http_request *request)
{
    uint64_t limit = request->service->config.max_request_bytes;
    struct ica_error error = {0};
    ica_error_set(&error, ICA_ETOOLARGE, "The request is larger than the limit of %s.",
                  ica_size_text(limit).text);
    ica_http_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, limit, error.text);
}

void ica_http_refuse_upload(struct ica_http_request *request, const struct ica_error *error)
{
    ica_http_upload_explain(request->upload, error, &request->problem);
    ica_http_upload_close(request->upload);
    request->upload = NULL;
}

/* Empty where there is no such header. */
static struct ica_slice header_value(const struct ica_http_request *request, const char *name)
{
    const char *text = ica_http_header(request, name);
    text = text ? text : "";
    return (struct ica_slice){text, strlen(text)};
}

static void begin(struct ica_http_request *request, struct ica_http_form form)
{
    const struct ica_slice type = header_value(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    if (!ica_slice_is(ica_header_type(type), "multipart/form-data")) {
        ica_http_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, 0,
                        "Send the images as multipart/form-data, in parts named \"files\".");
        return;
    }
    if (ica_http_announced_bytes(request) > request->service->config.max_request_bytes) {
        ica_http_refuse_size(request);
        return;
    }
    int socket =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    struct ica_error error = {0};
    enum ica_status status =
        ica_http_upload_open(&request->upload, request->service, form, type, socket, &error);
    if (status) {
        ica_http_refuse(request, (unsigned)ica_status_http(status), 0, error.text);
    }
}

void ica_http_cluster_begin(struct ica_http_request *request)
{
    request->wants_events =
        ica_header_accepts(header_value(request, MHD_HTTP_HEADER_ACCEPT), EVENT_STREAM);
    begin(request, (struct ica_http_form){.has_options = true, .is_ahead = request->wants_events});
}

void ica_http_cluster_images_begin(struct ica_http_request *request)
{
    begin(request, (struct ica_http_form){0});
}

/* MHD_ContentReaderCallback */
static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t max_bytes)
{
    (void)position;
    struct ica_http_request *request = context;
    ssize_t n = ica_http_stream_read(request->stream, bytes, max_bytes);
    ica_http_restart_idle_time(request);
    request->reply_bytes += n > 0 ? (size_t)n : 0;
    return n > 0    ? n
           : n == 0 ? (ssize_t)MHD_CONTENT_READER_END_OF_STREAM
                    : (ssize_t)MHD_CONTENT_READER_END_WITH_ERROR;
}

static enum MHD_Result reply_events(struct ica_http_request *request)
{
    struct ica_error error = {0};
    enum ica_status status = ica_http_stream_open(&request->stream, request->service,
                                                  request->upload, request->started_s, &error);
    if (status) {
        ica_http_refuse_upload(request, &error);
        return ica_http_reply_problem(request);
    }
    request->upload = NULL; /* the stream's now */
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream, request, NULL);
    if (response) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, EVENT_STREAM);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
        /* A proxy that collects the answer first would defeat the purpose. */
        (void)MHD_add_response_header(response, "X-Accel-Buffering", "no");
    }
    return ica_http_reply(request, MHD_HTTP_OK, response);
}

static enum MHD_Result reply_document(struct ica_http_request *request)
{
    struct ica_buffer answer;
    ica_buffer_init(&answer, ICA_MAX_HTTP_ANSWER_BYTES);
    struct ica_error error = {0};
    enum ica_status status = ica_http_upload_finish(request->upload, NULL, &answer, &error);
    ica_http_restart_idle_time(request);
    if (status) {
        ica_buffer_clear(&answer);
        ica_http_refuse_upload(request, &error);
        return ica_http_reply_problem(request);
    }
    ica_http_upload_close(request->upload);
    request->upload = NULL;
    return ica_http_reply_json(request, &answer);
}

enum MHD_Result ica_http_cluster_reply(struct ica_http_request *request)
{
    struct ica_error error = {0};
    if (ica_http_upload_end(request->upload, &error)) {
        ica_http_refuse_upload(request, &error);
        return ica_http_reply_problem(request);
    }
    return request->wants_events ? reply_events(request) : reply_document(request);
}
