/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of events on the in-memory adapters: framing, order, slow readers, failures, ends. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "adapters/memory/memory_decoder.h"
#include "adapters/memory/memory_embedder.h"
#include "adapters/memory/serial_executor.h"
#include "adapters/system_clock/system_clock.h"
#include "http/event_stream.h"

#define SIDE         8
#define MAX_TEXT     ((size_t)1 << 20)
#define RESULT_BYTES 100000
#define CONTENT_TYPE "multipart/form-data; boundary=b"

/* A describer that takes as long as it may. */
static bool describer_waits;

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    (void)self;
    (void)out;
    size_t n = request->clustering->n_clusters;
    const struct timespec pause = {.tv_nsec = 1000000};
    do {
        if (!ica_monitor_step(monitor, "describing", 0, n)) {
            return ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.");
        }
        (void)nanosleep(&pause, NULL);
    } while (describer_waits);
    return ICA_OK;
}

static const struct ica_describer_ops describer_ops = {.name = "slow", .describe = describe};
static struct ica_describer describer = {.ops = &describer_ops};
static struct ica_describer *const describers[] = {&describer, NULL};

static enum ica_status encode(const struct ica_pixels *pixels, struct ica_buffer *out,
                              struct ica_error *err)
{
    (void)pixels;
    return ica_buffer_append_text(out, "picture", err);
}

static const struct ica_encoder encoder = {.encode = encode};

/* A report of one long line. */
static enum ica_status write_report(const struct ica_result *result,
                                    const struct ica_report_options *options,
                                    struct ica_buffer *out, struct ica_error *err)
{
    (void)result;
    (void)options;
    static char line[RESULT_BYTES];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    return ica_buffer_append(out, line, sizeof line, err);
}

static const struct ica_report report = {.name = "test", .write = write_report};

struct fixture {
    struct ica_http_service service;
    int client;
    int server;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    int pair[2];
    assert_non_null(f);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    f->client = pair[0];
    f->server = pair[1];
    f->service = (struct ica_http_service){
        .config = {.max_images = 100,
                   .max_file_bytes = 1000,
                   .grouping = ica_grouping_options_default()},
        .engine = {.clock = &ica_system_clock, .encoder = &encoder, .describers = describers},
        .json = &report,
    };
    f->service.config.grouping.describer = "slow";
    assert_int_equal(ica_memory_decoder_open(&f->service.engine.decoder, NULL), ICA_OK);
    assert_int_equal(ica_memory_embedder_open(&f->service.engine.embedder, SIDE, NULL), ICA_OK);
    assert_int_equal(ica_serial_executor_open(&f->service.engine.executor, 1, NULL), ICA_OK);
    describer_waits = false;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    ica_executor_destroy(f->service.engine.executor);
    ica_embedder_destroy(f->service.engine.embedder);
    ica_decoder_destroy(f->service.engine.decoder);
    (void)close(f->client);
    (void)close(f->server);
    free(f);
    return 0;
}

/* Upload `n` files, images if `good`, and begin the answer. */
static struct ica_http_stream *open_stream(struct fixture *f, size_t n, bool good)
{
    struct ica_http_upload *upload;
    struct ica_http_stream *stream;
    const struct ica_slice type = {CONTENT_TYPE, strlen(CONTENT_TYPE)};
    const struct ica_http_form form = {.has_options = true, .is_ahead = true};
    assert_int_equal(ica_http_upload_open(&upload, &f->service, form, type, f->server, NULL),
                     ICA_OK);
    for (size_t i = 0; i < n; i++) {
        char part[256];
        int size = snprintf(part, sizeof part,
                            "--b\r\nContent-Disposition: form-data; name=files; filename=%zu\r\n"
                            "\r\n%s %zu 0 0\r\n",
                            i, good ? "rgb" : "text", i * 10);
        assert_int_equal(ica_http_upload_feed(upload, (const uint8_t *)part, (size_t)size, NULL),
                         ICA_OK);
    }
    assert_int_equal(ica_http_upload_feed(upload, (const uint8_t *)"--b--", 5, NULL), ICA_OK);
    assert_int_equal(ica_http_upload_end(upload, NULL), ICA_OK);
    assert_int_equal(ica_http_stream_open(&stream, &f->service, upload,
                                          ica_clock_now_s(f->service.engine.clock), NULL),
                     ICA_OK);
    return stream;
}

/* Read the whole stream in pieces of `piece` bytes. */
static char *read_all(struct ica_http_stream *stream, size_t piece)
{
    char *text = malloc(MAX_TEXT);
    size_t size = 0;
    ssize_t n = 1;
    assert_non_null(text);
    while (n > 0) {
        assert_true(size + piece < MAX_TEXT);
        n = ica_http_stream_read(stream, text + size, piece);
        assert_true(n >= 0 && (size_t)n <= piece);
        size += (size_t)n;
    }
    text[size] = 0;
    return text;
}

/* Take the next event off `*text`; its name, and its data as a C string. */
static char *next_event(char **text, char **data)
{
    char *name = *text;
    assert_memory_equal(name, "event: ", 7);
    char *line = strstr(name, "\ndata: ");
    assert_non_null(line);
    *line = 0;
    *data = line + 7;
    char *end = strstr(*data, "\n\n");
    assert_non_null(end);
    assert_ptr_equal(memchr(*data, '\n', strlen(*data)), end);
    *end = 0;
    *text = end + 2;
    return name + 7;
}

/* The stages' last steps come in order, then the result, and nothing after it. */
static void assert_complete(char *text, size_t n)
{
    static const char *const stages[] = {"embedding", "clustering", "describing"};
    char *data;
    size_t n_over = 0;
    while (n_over < 3) {
        char stage[64];
        size_t done;
        size_t total;
        assert_string_equal(next_event(&text, &data), "progress");
        assert_int_equal(sscanf(data, "{\"stage\":\"%63[a-z]\",\"done\":%zu,\"total\":%zu,", stage,
                                &done, &total),
                         3);
        assert_string_equal(stage, stages[n_over]);
        assert_true(done <= total);
        assert_true(n_over > 0 || total == n);
        n_over += done == total;
    }
    assert_string_equal(next_event(&text, &data), "result");
    assert_int_equal(strlen(data), RESULT_BYTES - 1);
    assert_string_equal(text, "");
}

static void test_events_whatever_the_pieces(void **state)
{
    static const size_t pieces[] = {1, 7, 1000, 65536};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct ica_http_stream *stream = open_stream(*state, 12, true);
        char *text = read_all(stream, pieces[i]);
        assert_complete(text, 12);
        free(text);
        ica_http_stream_close(stream);
    }
}

/* Wait until the only place for runs is free. */
static void wait_for_place(const struct fixture *f)
{
    struct ica_lane *lane;
    const struct timespec pause = {.tv_nsec = 1000000};
    while (ica_executor_lane_open(f->service.engine.executor, 1, &lane, NULL)) {
        (void)nanosleep(&pause, NULL);
    }
    ica_executor_lane_close(f->service.engine.executor, lane);
}

/* A client that does not read keeps neither the run nor its place, and misses nothing in the end.
 */
static void test_slow_reader_holds_up_nobody(void **state)
{
    struct ica_http_stream *stream = open_stream(*state, 50, true);
    wait_for_place(*state);
    char *text = read_all(stream, 100);
    assert_complete(text, 50);
    free(text);
    ica_http_stream_close(stream);
}

static void test_nobody_reads_at_all(void **state)
{
    ica_http_stream_close(open_stream(*state, 5, true));
    wait_for_place(*state);
}

/* Read to the end, which is an error event with these words. */
static void assert_error(struct ica_http_stream *stream, const char *status, const char *words)
{
    char *text = read_all(stream, 4096);
    char *error = strstr(text, "event: error\ndata: {");
    assert_non_null(error);
    assert_null(strstr(text, "event: result"));
    assert_non_null(strstr(error, status));
    assert_non_null(strstr(error, words));
    assert_string_equal(error + strlen(error) - 3, "}\n\n");
    free(text);
}

static void test_failure_is_the_last_event(void **state)
{
    struct ica_http_stream *stream = open_stream(*state, 3, false);
    assert_error(stream, "\"status\":400", "None of the 3 files");
    ica_http_stream_close(stream);
}

static void test_close_cancels(void **state)
{
    describer_waits = true;
    struct ica_http_stream *stream = open_stream(*state, 5, true);
    char byte;
    assert_int_equal(ica_http_stream_read(stream, &byte, 1), 1);
    ica_http_stream_close(stream);
    wait_for_place(*state);
}

static void test_hang_up_cancels(void **state)
{
    struct fixture *f = *state;
    describer_waits = true;
    struct ica_http_stream *stream = open_stream(f, 5, true);
    (void)shutdown(f->client, SHUT_RDWR);
    wait_for_place(f);
    assert_error(stream, "\"status\":499", "cancelled");
    ica_http_stream_close(stream);
}

static void test_end_of_the_server_is_told(void **state)
{
    struct fixture *f = *state;
    describer_waits = true;
    struct ica_http_stream *stream = open_stream(f, 5, true);
    atomic_store(&f->service.closing, true);
    assert_error(stream, "\"status\":503", "shutting down");
    ica_http_stream_close(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_whatever_the_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_slow_reader_holds_up_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_reads_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failure_is_the_last_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_close_cancels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hang_up_cancels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end_of_the_server_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
