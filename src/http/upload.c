/* SPDX-License-Identifier: Apache-2.0 */
/* The body of POST /cluster-images on its way into a run: each part named `files` is collected up
 * to the limit, and handed on as soon as it is complete. Parts of other names are read over. */
#include "http/upload.h"

#include <poll.h>
#include <stdlib.h>

#include "http/multipart.h"
#include "http/size_text.h"

#define FIELD "files"

struct ica_http_upload {
    const struct ica_http_service *service;
    int socket;
    struct ica_monitor monitor;
    struct ica_multipart parser;
    struct ica_run *run;
    uint64_t limit;
    /* The part that is being read */
    bool is_file;
    struct ica_buffer name;
    struct ica_buffer file;
    struct ica_error refusal; /* too large, so left out; ICA_OK = it is not */
    bool first_refused;       /* its status becomes that of a run without any image */
};

/* Whether the other side closed its connection. */
static bool hung_up(int socket)
{
    struct pollfd poller = {.fd = socket, .events = POLLRDHUP};
    return poll(&poller, 1, 0) > 0 && (poller.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static bool is_still_wanted(void *context, const char *stage, size_t done, size_t total)
{
    (void)stage;
    (void)done;
    (void)total;
    const struct ica_http_upload *upload = context;
    return !atomic_load(&upload->service->closing) && !hung_up(upload->socket);
}

static enum ica_status part_begin(void *context, const struct ica_multipart_part *part,
                                  struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    upload->is_file = ica_slice_is(part->field, FIELD);
    upload->refusal.status = ICA_OK;
    ica_buffer_clear(&upload->name);
    ica_buffer_clear(&upload->file);
    if (!upload->is_file) {
        return ICA_OK;
    }
    size_t max_images = upload->service->config.run.max_images;
    if (ica_run_count(upload->run) >= max_images) {
        upload->limit = max_images;
        return ica_error_set(err, ICA_EINVALID, "Too many images: the limit is %zu in one request.",
                             max_images);
    }
    return ica_buffer_append(&upload->name, part->file_name.bytes, part->file_name.size, err);
}

static enum ica_status part_data(void *context, const uint8_t *bytes, size_t size,
                                 struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    if (!upload->is_file || upload->refusal.status) {
        return ICA_OK;
    }
    enum ica_status status = ica_buffer_append(&upload->file, bytes, size, err);
    if (status == ICA_ETOOLARGE) {
        ica_buffer_clear(&upload->file);
        ica_error_set(&upload->refusal, ICA_ETOOLARGE, "The file is larger than the limit of %s.",
                      ica_size_text(upload->service->config.max_file_bytes).text);
        return ICA_OK;
    }
    return status;
}

static enum ica_status part_end(void *context, struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    if (!upload->is_file) {
        return ICA_OK;
    }
    const char *name = ica_buffer_text(&upload->name);
    if (upload->refusal.status) {
        upload->first_refused |= ica_run_count(upload->run) == 0;
        return ica_run_reject(upload->run, name, upload->name.size, &upload->refusal, err);
    }
    return ica_run_add(upload->run, name, upload->name.size, &upload->file, err);
}

enum ica_status ica_http_upload_open(struct ica_http_upload **out,
                                     const struct ica_http_service *service,
                                     struct ica_slice content_type, int socket,
                                     struct ica_error *err)
{
    static const struct ica_multipart_events events = {
        .part_begin = part_begin,
        .part_data = part_data,
        .part_end = part_end,
    };
    *out = NULL;
    struct ica_http_upload *upload = calloc(1, sizeof *upload);
    if (!upload) {
        return ica_error_nomem(err, "an upload");
    }
    upload->service = service;
    upload->socket = socket;
    upload->monitor = (struct ica_monitor){.step = is_still_wanted, .context = upload};
    ica_buffer_init(&upload->name, ICA_MAX_MULTIPART_HEADER_BYTES);
    ica_buffer_init(&upload->file, service->config.max_file_bytes);
    enum ica_status status =
        ica_multipart_init(&upload->parser, content_type, &events, upload, err);
    if (!status) {
        status = ica_run_open(&upload->run, &service->engine, &service->config.run,
                              &upload->monitor, err);
    }
    if (status) {
        ica_http_upload_close(upload);
        return status;
    }
    *out = upload;
    return ICA_OK;
}

enum ica_status ica_http_upload_feed(struct ica_http_upload *upload, const uint8_t *bytes,
                                     size_t size, struct ica_error *err)
{
    return ica_multipart_feed(&upload->parser, bytes, size, err);
}

enum ica_status ica_http_upload_finish(struct ica_http_upload *upload, struct ica_buffer *answer,
                                       struct ica_error *err)
{
    const struct ica_report_options options = {
        .name_is_text = upload->service->config.name_is_text,
    };
    struct ica_result result = {0};
    enum ica_status status = ica_multipart_end(&upload->parser, err);
    if (!status) {
        status = ica_run_finish(upload->run, &result, err);
        if (status == ICA_ETOOLARGE && upload->first_refused) {
            upload->limit = upload->service->config.max_file_bytes;
        }
    }
    if (!status) {
        status = upload->service->json->write(&result, &options, answer, err);
    }
    ica_result_clear(&result);
    return status;
}

uint64_t ica_http_upload_limit(const struct ica_http_upload *upload)
{
    return upload->limit;
}

void ica_http_upload_close(struct ica_http_upload *upload)
{
    if (!upload) {
        return;
    }
    ica_run_close(upload->run);
    ica_multipart_clear(&upload->parser);
    ica_buffer_clear(&upload->name);
    ica_buffer_clear(&upload->file);
    free(upload);
}
