/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a request on its way into a run: each part named `files` is collected up to the
 * limit, and handed on as soon as it is complete. The other parts are options, or are read over. */
#include "http/upload.h"

#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "http/file_spool.h"
#include "http/multipart.h"
#include "http/option_fields.h"
#include "http/size_text.h"

#define FIELD           "files"
#define MAX_BYTES_AHEAD ((size_t)64 << 20) /* of files that no worker has begun */
#define THUMBNAIL_SIDE  320
#define MAX_SHOWN       40 /* bytes of an unknown field's name */

enum part {
    PART_IGNORED,
    PART_FILE,
    PART_OPTION,
};

struct ica_http_upload {
    struct ica_http_service *service;
    int socket;
    struct ica_http_form form;
    struct ica_http_options options;
    struct ica_monitor monitor;
    const struct ica_monitor *watcher; /* beside our own; NULL: none */
    struct ica_multipart parser;
    struct ica_run *run;
    struct ica_file_spool kept; /* for describers that look at pictures */
    /* What the last failure was about */
    uint64_t limit;
    char field[ICA_MAX_HTTP_FIELD];
    /* The part that is being read */
    enum part part;
    const struct ica_http_field *option;
    struct ica_buffer name; /* of a file */
    struct ica_buffer file;
    struct ica_buffer value;  /* of an option */
    struct ica_error refusal; /* too large, so left out; ICA_OK = it is not */
    bool first_refused;       /* its status becomes that of a run without any image */
};

/* Whether the other side closed its connection. */
static bool hung_up(int socket)
{
    struct pollfd poller = {.fd = socket, .events = POLLRDHUP};
    return poll(&poller, 1, 0) > 0 && (poller.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    const struct ica_http_upload *upload = context;
    return !atomic_load(&upload->service->closing) && !hung_up(upload->socket) &&
           ica_monitor_step(upload->watcher, stage, done, total);
}

static enum ica_status begin_file(struct ica_http_upload *upload,
                                  const struct ica_multipart_part *part, struct ica_error *err)
{
    size_t max_images = upload->service->config.max_images;
    if (ica_run_counts(upload->run).received >= max_images) {
        upload->limit = max_images;
        return ica_error_set(err, ICA_EINVALID, "Too many images: the limit is %zu in one request.",
                             max_images);
    }
    upload->part = PART_FILE;
    return ica_buffer_append(&upload->name, part->file_name.bytes, part->file_name.size, err);
}

static void note_field(struct ica_http_upload *upload, const char *name)
{
    (void)snprintf(upload->field, sizeof upload->field, "%.*s", (int)ica_text_cut(name, MAX_SHOWN),
                   name);
}

static enum ica_status begin_option(struct ica_http_upload *upload,
                                    const struct ica_multipart_part *part, struct ica_error *err)
{
    upload->option = ica_http_field_find(part->field);
    if (upload->option) {
        upload->part = PART_OPTION;
        return ICA_OK;
    }
    char *name = ica_text_copy_utf8(part->field.bytes, part->field.size);
    if (!name) {
        return ica_error_nomem(err, "a field's name");
    }
    note_field(upload, *name ? name : "?");
    free(name);
    return ica_http_field_unknown(upload->field, err);
}

static enum ica_status part_begin(void *context, const struct ica_multipart_part *part,
                                  struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    upload->part = PART_IGNORED;
    upload->refusal.status = ICA_OK;
    ica_buffer_clear(&upload->name);
    ica_buffer_clear(&upload->file);
    ica_buffer_clear(&upload->value);
    if (ica_slice_is(part->field, FIELD)) {
        return begin_file(upload, part, err);
    }
    return upload->form.has_options ? begin_option(upload, part, err) : ICA_OK;
}

static enum ica_status add_to_option(struct ica_http_upload *upload, const uint8_t *bytes,
                                     size_t size, struct ica_error *err)
{
    enum ica_status status = ica_buffer_append(&upload->value, bytes, size, err);
    if (status != ICA_ETOOLARGE) {
        return status;
    }
    note_field(upload, ica_http_field_name(upload->option));
    return ica_error_set(err, ICA_EINVALID, "The field \"%s\" is longer than %d bytes.",
                         upload->field, ICA_MAX_HTTP_OPTION_BYTES);
}

static enum ica_status part_data(void *context, const uint8_t *bytes, size_t size,
                                 struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    if (upload->part == PART_OPTION) {
        return add_to_option(upload, bytes, size, err);
    }
    if (upload->part != PART_FILE || upload->refusal.status) {
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

static enum ica_status end_option(struct ica_http_upload *upload, struct ica_error *err)
{
    char *value = ica_text_copy_utf8(ica_buffer_text(&upload->value), upload->value.size);
    if (!value) {
        return ica_error_nomem(err, "a field's value");
    }
    enum ica_status status =
        ica_http_field_set(upload->option, value, &upload->service->engine, &upload->options, err);
    free(value);
    if (!status && upload->options.embedder) {
        status = ica_run_set_embedder(upload->run, upload->options.embedder, err);
    }
    if (status) {
        note_field(upload, ica_http_field_name(upload->option));
    } else if (upload->options.thumbnails) {
        ica_run_limit_thumbnails(upload->run, (enum ica_thumbnails)upload->options.thumbnails);
    }
    return status;
}

/* Each file of the run has its place among the kept ones, a refused one without content. That it
 * cannot be kept does not end the request: whoever wants to look at it says so in the answer. */
static void keep_file(struct ica_http_upload *upload)
{
    struct ica_error error = {0};
    size_t size = upload->refusal.status ? 0 : upload->file.size;
    if (ica_file_spool_add(&upload->kept, upload->file.data, size, &error)) {
        ica_log(ICA_LOG_WARNING, "http", "%s", error.text);
    }
}

static enum ica_status end_file(struct ica_http_upload *upload, struct ica_error *err)
{
    const char *name = ica_buffer_text(&upload->name);
    keep_file(upload);
    if (upload->refusal.status) {
        upload->first_refused |= ica_run_counts(upload->run).received == 0;
        return ica_run_reject(upload->run, name, upload->name.size, &upload->refusal, err);
    }
    return ica_run_add(upload->run, name, upload->name.size, &upload->file, err);
}

static enum ica_status part_end(void *context, struct ica_error *err)
{
    struct ica_http_upload *upload = context;
    switch (upload->part) {
    case PART_FILE:
        return end_file(upload, err);
    case PART_OPTION:
        return end_option(upload, err);
    case PART_IGNORED:
        break;
    }
    return ICA_OK;
}

/* Whether the images may be those of a model without classes. */
static bool may_classify(const struct ica_http_upload *upload)
{
    const struct ica_engine *engine = &upload->service->engine;
    bool may_be = engine->embedder->model.n_classes == 0;
    struct ica_embedder *other;
    for (size_t i = 0; upload->form.has_options && engine->models &&
                       (other = ica_model_set_at(engine->models, i));
         i++) {
        may_be |= other->model.n_classes == 0;
    }
    return may_be && engine->classifier != NULL;
}

/* Which describer it will be may be said after the files: they are kept if it can be one that looks
 * at pictures. Where they cannot be kept, it says so in the answer. */
static void open_spool(struct ica_http_upload *upload)
{
    const struct ica_http_service *service = upload->service;
    bool may_look = may_classify(upload); /* looks at the representatives */
    for (struct ica_describer *const *d = service->engine.describers; *d; d++) {
        bool may_be = upload->form.has_options ||
                      strcmp((*d)->ops->name, service->config.grouping.describer) == 0;
        may_look |= may_be && (*d)->ops->looks_at_pictures;
    }
    struct ica_error error = {0};
    if (may_look &&
        ica_file_spool_open(&upload->kept, service->config.max_file_bytes, &error) != ICA_OK) {
        ica_log(ICA_LOG_WARNING, "http", "%s", error.text);
    }
}

/* Which images need a thumbnail may be said after them: until then each gets one. */
static enum ica_status open_run(struct ica_http_upload *upload, struct ica_error *err)
{
    const struct ica_http_service *service = upload->service;
    const struct ica_run_options options = {
        .max_images = service->config.max_images,
        .max_waiting_bytes = upload->form.is_ahead ? MAX_BYTES_AHEAD : 0,
        .exact_pixels = service->config.exact_pixels,
        .thumbnails = upload->form.has_options ? ICA_THUMBNAILS_ALL : ICA_THUMBNAILS_NONE,
        .thumbnail_side = THUMBNAIL_SIDE,
        .files = ica_file_spool_files(&upload->kept),
    };
    return ica_run_open(&upload->run, &service->engine, &options, &upload->monitor, err);
}

enum ica_status ica_http_upload_open(struct ica_http_upload **out, struct ica_http_service *service,
                                     struct ica_http_form form, struct ica_slice content_type,
                                     int socket, struct ica_error *err)
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
    upload->form = form;
    upload->monitor = (struct ica_monitor){.step = step, .context = upload};
    ica_http_options_init(&upload->options, &service->config.grouping,
                          service->config.name_is_text);
    ica_buffer_init(&upload->name, ICA_MAX_MULTIPART_HEADER_BYTES);
    ica_buffer_init(&upload->file, service->config.max_file_bytes);
    ica_buffer_init(&upload->value, ICA_MAX_HTTP_OPTION_BYTES);
    enum ica_status status =
        ica_multipart_init(&upload->parser, content_type, &events, upload, err);
    if (!status) {
        open_spool(upload);
        status = open_run(upload, err);
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

enum ica_status ica_http_upload_end(const struct ica_http_upload *upload, struct ica_error *err)
{
    return ica_multipart_end(&upload->parser, err);
}

/* /health tells what became of the last run that reached the model. */
static void note_health(struct ica_http_service *service, enum ica_status status)
{
    if (status == ICA_OK || status == ICA_EMODEL) {
        atomic_store(&service->model_fails, status == ICA_EMODEL);
    }
}

static enum ica_status write_answer(struct ica_http_upload *upload, const struct ica_result *result,
                                    const struct ica_report_options *options,
                                    struct ica_buffer *answer, struct ica_error *err)
{
    enum ica_status status = upload->service->json->write(result, options, answer, err);
    if (status != ICA_ETOOLARGE) {
        return status;
    }
    upload->limit = answer->max_bytes;
    return ica_error_set(err, ICA_ETOOLARGE,
                         "The result is larger than the limit of %s: send fewer images, or ask for "
                         "fewer thumbnails.",
                         ica_size_text(answer->max_bytes).text);
}

enum ica_status ica_http_upload_finish(struct ica_http_upload *upload,
                                       const struct ica_monitor *monitor, struct ica_buffer *answer,
                                       struct ica_error *err)
{
    const struct ica_report_options report = {
        .name_is_text = upload->options.name_is_text,
        .hierarchy = upload->form.has_options,
        .thumbnails = true,
    };
    struct ica_grouping_options grouping = ica_http_options_grouping(&upload->options);
    grouping.clustering.hierarchy = upload->form.has_options;
    struct ica_result result = {0};
    upload->watcher = monitor;
    ica_run_limit_thumbnails(upload->run, (enum ica_thumbnails)upload->options.thumbnails);
    enum ica_status status = ica_run_finish(upload->run, &grouping, &result, err);
    if (status == ICA_ETOOLARGE && upload->first_refused) {
        upload->limit = upload->service->config.max_file_bytes;
    }
    if (!status) {
        status = write_answer(upload, &result, &report, answer, err);
    }
    ica_result_clear(&result);
    note_health(upload->service, status);
    return status;
}

struct ica_run_counts ica_http_upload_counts(const struct ica_http_upload *upload)
{
    return ica_run_counts(upload->run);
}

void ica_http_upload_explain(const struct ica_http_upload *upload, const struct ica_error *error,
                             struct ica_http_problem *problem)
{
    *problem = (struct ica_http_problem){
        .status = upload->field[0] ? MHD_HTTP_UNPROCESSABLE_CONTENT
                                   : (unsigned)ica_status_http(error->status),
        .limit = upload->limit,
        .error = *error,
    };
    (void)snprintf(problem->field, sizeof problem->field, "%s", upload->field);
    if (error->status == ICA_ECANCELLED && atomic_load(&upload->service->closing)) {
        problem->status = MHD_HTTP_SERVICE_UNAVAILABLE;
        ica_error_set(&problem->error, ICA_ECANCELLED, "The server is shutting down.");
    }
}

void ica_http_upload_close(struct ica_http_upload *upload)
{
    if (!upload) {
        return;
    }
    ica_run_close(upload->run);
    ica_file_spool_close(&upload->kept);
    ica_multipart_clear(&upload->parser);
    ica_buffer_clear(&upload->name);
    ica_buffer_clear(&upload->file);
    ica_buffer_clear(&upload->value);
    free(upload);
}
