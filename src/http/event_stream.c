/* SPDX-License-Identifier: Apache-2.0 */
/* An answer as a stream of server-sent events (HTML, section 9.2).
 *
 * libmicrohttpd asks for bytes in the connection's thread, so the run is finished in another one,
 * the stream's worker. Between them is a small buffer of events. The worker never waits for the
 * reader: while events are unread, progress is skipped, except for the last step of each stage, for
 * which the buffer has room. The result, which may be large, is written as one event into a buffer
 * of its own, from which the reader is served piece by piece.
 *
 * The mutex guards the events, `done` and `failed`; the upload and the result belong to the worker
 * until `done`, and the result to the reader after. The run's place is free before the last event
 * is sent, so that a slow reader holds up nobody. */
#include "http/event_stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/progress.h"

#define SILENCE_S   10
#define STACK_BYTES ((size_t)1 << 20)

struct ica_http_stream {
    struct ica_http_service *service;
    struct ica_http_upload *upload; /* owned; NULL once the run is over */
    struct ica_monitor monitor;
    struct ica_http_progress progress; /* the worker's */
    atomic_bool cancelled;
    pthread_t worker;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct ica_buffer events; /* not read yet */
    bool done;                /* the worker writes no more */
    bool failed;              /* it could not write what it should */
    struct ica_buffer result;
    size_t n_read; /* bytes of the result */
};

static double now_s(const struct ica_http_stream *stream)
{
    return ica_clock_now_s(stream->service->engine.clock);
}

/* The worker hears of a step of its run. */
static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct ica_http_stream *stream = context;
    struct ica_run_counts counts = ica_http_upload_counts(stream->upload);
    (void)pthread_mutex_lock(&stream->mutex);
    size_t before = stream->events.size;
    enum ica_status status = ica_http_progress_step(&stream->progress, now_s(stream), stage, done,
                                                    total, counts, &stream->events);
    if (stream->events.size > before) {
        (void)pthread_cond_signal(&stream->changed);
    }
    (void)pthread_mutex_unlock(&stream->mutex);
    return !status && !atomic_load(&stream->cancelled);
}

/* The run failed: its problem becomes the last event, in place of the result. */
static enum ica_status write_error(struct ica_http_stream *stream, const struct ica_error *error)
{
    struct ica_http_problem problem;
    ica_http_upload_explain(stream->upload, error, &problem);
    char *text = ica_http_problem_text(&problem);
    ica_buffer_clear(&stream->result);
    enum ica_status status =
        text ? ica_buffer_printf(&stream->result, NULL, "event: error\ndata: %s\n\n", text)
             : ICA_ENOMEM;
    free(text);
    return status;
}

/* The result becomes the last event. The report ends its line, and an empty line ends the event. */
static enum ica_status write_result(struct ica_http_stream *stream, struct ica_error *err)
{
    enum ica_status status = ica_buffer_append_text(&stream->result, "event: result\ndata: ", err);
    if (!status) {
        status = ica_http_upload_finish(stream->upload, &stream->monitor, &stream->result, err);
    }
    return status ? status : ica_buffer_append_text(&stream->result, "\n", err);
}

static void *work(void *argument)
{
    struct ica_http_stream *stream = argument;
    struct ica_error error = {0};
    enum ica_status failure = write_result(stream, &error);
    enum ica_status status = failure ? write_error(stream, &error) : ICA_OK;
    struct ica_run_counts counts = ica_http_upload_counts(stream->upload);
    ica_http_upload_close(stream->upload);
    stream->upload = NULL;
    (void)pthread_mutex_lock(&stream->mutex);
    if (!failure) {
        status = ica_http_progress_end(&stream->progress, now_s(stream), counts, &stream->events);
    }
    stream->failed = status != ICA_OK;
    stream->done = true;
    (void)pthread_cond_signal(&stream->changed);
    (void)pthread_mutex_unlock(&stream->mutex);
    return NULL;
}

static enum ica_status start(struct ica_http_stream *stream, struct ica_error *err)
{
    pthread_attr_t attributes;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int failed = pthread_create(&stream->worker, &attributes, work, stream);
    (void)pthread_attr_destroy(&attributes);
    return failed ? ica_error_set(err, ICA_ENOMEM, "The system gives no further thread.") : ICA_OK;
}

/* Release all but the worker. */
static void release(struct ica_http_stream *stream)
{
    (void)pthread_cond_destroy(&stream->changed);
    (void)pthread_mutex_destroy(&stream->mutex);
    ica_buffer_clear(&stream->events);
    ica_buffer_clear(&stream->result);
    free(stream);
}

enum ica_status ica_http_stream_open(struct ica_http_stream **out, struct ica_http_service *service,
                                     struct ica_http_upload *upload, double began_s,
                                     struct ica_error *err)
{
    *out = NULL;
    struct ica_http_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        return ica_error_nomem(err, "an event stream");
    }
    stream->service = service;
    stream->upload = upload;
    stream->monitor = (struct ica_monitor){.step = step, .context = stream};
    ica_http_progress_init(&stream->progress, began_s);
    ica_buffer_init(&stream->events, ICA_MAX_HTTP_PROGRESS_BYTES);
    ica_buffer_init(&stream->result, ICA_MAX_HTTP_ANSWER_BYTES);
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&stream->mutex, NULL);
    (void)pthread_cond_init(&stream->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    enum ica_status status = start(stream, err);
    if (status) {
        release(stream);
        return status;
    }
    *out = stream;
    return ICA_OK;
}

/* Wait until there is something to read; a silence becomes a comment. With the mutex held. */
static void wait_for_bytes(struct ica_http_stream *stream)
{
    struct timespec deadline;
    (void)clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += SILENCE_S;
    int late = 0;
    while (stream->events.size == 0 && !stream->done && !late) {
        late = pthread_cond_timedwait(&stream->changed, &stream->mutex, &deadline);
    }
    if (stream->events.size == 0 && !stream->done &&
        ica_buffer_append_text(&stream->events, ": keep-alive\n\n", NULL)) {
        stream->failed = true;
    }
}

/* Move up to `max_bytes` from the front of the events to `bytes`. */
static size_t take_events(struct ica_buffer *events, char *bytes, size_t max_bytes)
{
    size_t n = events->size < max_bytes ? events->size : max_bytes;
    memcpy(bytes, events->data, n);
    memmove(events->data, events->data + n, events->size - n);
    events->size -= n;
    return n;
}

ssize_t ica_http_stream_read(struct ica_http_stream *stream, char *bytes, size_t max_bytes)
{
    (void)pthread_mutex_lock(&stream->mutex);
    wait_for_bytes(stream);
    size_t n = stream->events.size ? take_events(&stream->events, bytes, max_bytes) : 0;
    bool failed = stream->failed && n == 0;
    (void)pthread_mutex_unlock(&stream->mutex);
    if (failed) {
        return -1;
    }
    if (n == 0) { /* so the worker is done */
        size_t left = stream->result.size - stream->n_read;
        n = left < max_bytes ? left : max_bytes;
        if (n) {
            memcpy(bytes, stream->result.data + stream->n_read, n);
        }
        stream->n_read += n;
    }
    return (ssize_t)n;
}

void ica_http_stream_close(struct ica_http_stream *stream)
{
    if (stream) {
        atomic_store(&stream->cancelled, true);
        (void)pthread_join(stream->worker, NULL);
        release(stream);
    }
}
