/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server with an engine made for the test: a slow answer, a model that fails. */
#include "support/cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "adapters/memory/serial_executor.h"
#include "adapters/system_clock/system_clock.h"
#include "http/server.h"

#define SIDE           8
#define IDLE_TIMEOUT_S 1
#define SLOW_MS        1500 /* longer than the idle timeout */
#define MAX_REPLY      4096
#define MAX_RUNS       4

/* The content of a file is one letter, which says what becomes of it. */
enum { GOOD = 'g', MODEL_FAILS = 'f', NO_IMAGE = 'n' };

static enum ica_status decode(struct ica_decoder *self, const struct ica_decode_request *request,
                              struct ica_decoded *out, struct ica_error *err)
{
    (void)self;
    if (request->bytes[0] == NO_IMAGE) {
        return ica_error_set(err, ICA_EFORMAT, "This is no image.");
    }
    out->info.format = "letter";
    enum ica_status status = ica_pixels_init(&out->model, SIDE, SIDE, ICA_PIXELS_RGB, err);
    if (!status) {
        memset(out->model.samples, request->bytes[0], ica_pixels_row_bytes(&out->model) * SIDE);
    }
    return status;
}

static const struct ica_decoder_ops decoder_ops = {.decode = decode};
static struct ica_decoder decoder = {.ops = &decoder_ops};

static enum ica_status embed(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err)
{
    (void)logits;
    for (size_t i = 0; i < n; i++) {
        if (images[i].samples[0] == MODEL_FAILS) {
            return ica_error_set(err, ICA_EMODEL, "The model cannot be used.");
        }
        for (size_t k = 0; k < self->model.dim; k++) {
            vectors[i * self->model.dim + k] = (float)(k + 1);
        }
    }
    return ICA_OK;
}

static const struct ica_embedder_ops embedder_ops = {.name = "test", .embed = embed};
static struct ica_embedder embedder = {
    .ops = &embedder_ops,
    .model = {.name = "test", .crop = {.short_side = SIDE, .size = SIDE}, .dim = 4},
};

/* A report that takes its time when the image's name asks for it. */
static enum ica_status write_report(const struct ica_result *result,
                                    const struct ica_report_options *options,
                                    struct ica_buffer *out, struct ica_error *err)
{
    (void)options;
    if (strcmp(result->images[0].id, "slow") == 0) {
        const struct timespec pause = {.tv_sec = SLOW_MS / 1000,
                                       .tv_nsec = SLOW_MS % 1000 * 1000000L};
        (void)nanosleep(&pause, NULL);
    }
    return ica_buffer_append_text(out, "{\"answer\":1}", err);
}

static const struct ica_report report = {.name = "test", .write = write_report};
static struct ica_describer *const no_describers[] = {NULL};
static const char *const formats[] = {"letter", NULL};
static struct ica_engine engine = {
    .decoder = &decoder,
    .embedder = &embedder,
    .clock = &ica_system_clock,
    .describers = no_describers,
};

static struct ica_http_config test_config(void)
{
    struct ica_http_config config = {
        .listen = "127.0.0.1",
        .max_file_bytes = 1024,
        .max_request_bytes = 65536,
        .idle_timeout_s = IDLE_TIMEOUT_S,
        .max_images = 100,
        .grouping = ica_grouping_options_default(),
        .version = "1.2.3",
        .formats = formats,
        .max_pixels = 5,
        .max_requests = MAX_RUNS,
    };
    config.grouping.describer = "none";
    return config;
}

static int open_server(void **state)
{
    const struct ica_http_config config = test_config();
    if (ica_serial_executor_open(&engine.executor, MAX_RUNS, NULL)) {
        return 1;
    }
    return ica_http_server_open((struct ica_http_server **)state, &config, &engine, &report,
                                NULL) != ICA_OK;
}

static int close_server(void **state)
{
    ica_http_server_close(*state);
    ica_executor_destroy(engine.executor);
    return 0;
}

/* Send a request on a connection of its own and read until the server closes it. */
static void ask(const struct ica_http_server *server, const char *request, char reply[MAX_REPLY])
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(ica_http_server_port(server)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
    size_t size = 0;
    ssize_t n = 1;
    while (n > 0 && size < MAX_REPLY - 1) {
        n = recv(fd, reply + size, MAX_REPLY - 1 - size, 0);
        size += n > 0 ? (size_t)n : 0;
    }
    reply[size] = 0;
    (void)close(fd);
}

static void assert_reply(const char *reply, const char *status, const char *content)
{
    if (strncmp(reply, "HTTP/1.1 ", 9) != 0 || strncmp(reply + 9, status, strlen(status)) != 0 ||
        !strstr(reply, content)) {
        fail_msg("expected %s and %s, not: %s", status, content, reply);
    }
}

static void test_info(void **state)
{
    char reply[MAX_REPLY];
    ask(*state, "GET /v1/info HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", reply);
    assert_reply(reply, "200", "\"version\":\"1.2.3\"");
    assert_reply(reply, "200",
                 "\"limits\":{\"max_images\":100,\"max_file_bytes\":1024,"
                 "\"max_request_bytes\":65536,\"max_pixels\":5,\"max_requests\":4}");
    assert_reply(
        reply, "200",
        "\"describers\":[\"none\"],\"languages\":[\"en\",\"pt\",\"es\"],\"defaults\":{\"strategy\":"
        "\"auto\",\"describer\":\"none\",\"language\":\"en\"},\"formats\":[\"letter\"]}");
}

static void assert_health(const struct ica_http_server *server, const char *status,
                          const char *content)
{
    char reply[MAX_REPLY];
    ask(server, "GET /health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", reply);
    assert_reply(reply, status, content);
}

/* Upload one file. */
static void assert_upload(const struct ica_http_server *server, const char *name, char letter,
                          const char *status, const char *content)
{
    char body[512];
    char request[1024];
    char reply[MAX_REPLY];
    int size = snprintf(body, sizeof body,
                        "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\n"
                        "\r\n%c\r\n--b--\r\n",
                        name, letter);
    (void)snprintf(request, sizeof request,
                   "POST /cluster-images HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                   "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s",
                   size, body);
    ask(server, request, reply);
    assert_reply(reply, status, content);
}

/* The time that the server works is no silence of the client. */
static void test_slow_answer_arrives(void **state)
{
    assert_upload(*state, "slow", GOOD, "200", "{\"answer\":1}");
}

static void test_health_follows_the_model(void **state)
{
    const struct ica_http_server *server = *state;
    assert_health(server, "200", "{\"status\":\"ok\"}");
    assert_upload(server, "a", NO_IMAGE, "400", "This is no image.");
    assert_health(server, "200", "{\"status\":\"ok\"}");
    assert_upload(server, "a", MODEL_FAILS, "500", "The model cannot be used.");
    assert_health(server, "503", "The model fails");
    assert_health(server, "503", "application/problem+json");
    assert_upload(server, "a", NO_IMAGE, "400", "This is no image.");
    assert_health(server, "503", "The model fails");
    assert_upload(server, "a", GOOD, "200", "{\"answer\":1}");
    assert_health(server, "200", "{\"status\":\"ok\"}");
}

static void test_config_is_checked(void **state)
{
    (void)state;
    struct ica_http_config configs[5];
    for (size_t i = 0; i < 5; i++) {
        configs[i] = test_config();
    }
    configs[0].max_images = 0;
    configs[1].max_images = ICA_MAX_IMAGES + 1;
    configs[2].max_file_bytes = 0;
    configs[3].max_request_bytes = 0;
    configs[4].grouping.describer = "nobody";
    for (size_t i = 0; i < 5; i++) {
        struct ica_http_server *server;
        struct ica_error err = {0};
        assert_int_equal(ica_http_server_open(&server, &configs[i], &engine, &report, &err),
                         ICA_EINVALID);
        assert_null(server);
        assert_int_equal(err.status, ICA_EINVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_slow_answer_arrives, open_server, close_server),
        cmocka_unit_test_setup_teardown(test_health_follows_the_model, open_server, close_server),
        cmocka_unit_test_setup_teardown(test_info, open_server, close_server),
        cmocka_unit_test(test_config_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
