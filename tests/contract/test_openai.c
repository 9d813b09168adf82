/* SPDX-License-Identifier: Apache-2.0 */
/* The describer "openai" against a strict stand-in for a captioning server: what it asks, and what
 * becomes of every kind of answer. */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/jpeg/jpeg_encoder.h"
#include "adapters/openai/openai_describer.h"
#include "adapters/openai/retry.h"
#include "adapters/system_clock/system_clock.h"
#include "base/text.h"
#include "domain/stages.h"
#include "support/test_http_server.h"
#include "support/test_threads.h"

#define KEY "sk-very-secret-0123456789"
#define FILLER                                                                                     \
    "After so many words of all kinds that the line has to be cut right in the middle of it comes"
#define MODEL        "tiny-vision"
#define MAX_CLUSTERS 12
#define PER_CLUSTER  5
#define MAX_PROBLEM  400
#define JSON_TYPE    "application/json"
#ifdef ICA_TEST_SANITIZED
#define PROMPT_S 1.0 /* what counts as at once */
#else
#define PROMPT_S 0.1
#endif

/* How the stand-in answers. */
enum mode {
    MODE_WIDTH,   /* with the width of the first picture */
    MODE_BODY,    /* with `status`, `headers`, `type` and `body` */
    MODE_LIMITED, /* the first request with `status` and `headers`, all others as MODE_WIDTH */
    MODE_CUT,     /* with half of what it announces */
    MODE_ENDLESS, /* without an end */
    MODE_SILENT,  /* not at all */
    MODE_DIALECT, /* as hosted models that think first */
};

struct fixture {
    struct ica_pictures pictures; /* first: the port's self */
    atomic_uint max_side_asked;
    size_t missing_row; /* whose picture is not there */
    struct ica_openai_config config;
    char url[64];
    struct ica_describer *describer;
    struct test_http_server *server;
    struct ica_cluster clusters[MAX_CLUSTERS];
    size_t members[MAX_CLUSTERS * PER_CLUSTER];
    struct ica_description out[MAX_CLUSTERS];
    enum ica_language language;
    struct ica_error err;

    /* The stand-in's; the first ones are set before requests come */
    enum mode mode;
    int delay_ms; /* before each answer */
    int status;
    const char *headers;
    const char *type;
    const char *body;
    size_t n_images;          /* expected in each request */
    const char *prompt_words; /* expected in the question */
    pthread_mutex_t mutex;
    size_t n_now;
    size_t n_most; /* requests at once */
    double last_s; /* when the last request came */
    char problem[MAX_PROBLEM];
};

static double now_s(void)
{
    return ica_clock_now_s(&ica_system_clock);
}

/* ---- The stand-in ------------------------------------------------------------------------------
 */

static void complain(struct fixture *fixture, const char *what)
{
    pthread_mutex_lock(&fixture->mutex);
    if (!fixture->problem[0]) {
        snprintf(fixture->problem, sizeof fixture->problem, "%s", what);
    }
    pthread_mutex_unlock(&fixture->mutex);
}

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Decode padded base64 in place of nothing: the bytes belong to the caller; NULL if it is none. */
static uint8_t *decode_base64(const char *text, size_t *size)
{
    size_t length = strlen(text);
    uint8_t *bytes = malloc(length + 3);
    *size = 0;
    bool good = bytes && length > 0 && length % 4 == 0;
    for (size_t i = 0; good && i < length; i += 4) {
        size_t pad = text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++) {
            int digit = k < 4 - pad ? digit_of(text[i + k]) : 0;
            good = good && digit >= 0 && (pad == 0 || i + 4 == length);
            group = group << 6 | (uint32_t)(digit & 63);
        }
        for (size_t k = 0; k < 3 - pad; k++) {
            bytes[(*size)++] = (uint8_t)(group >> (16 - 8 * k));
        }
    }
    if (!good) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

/* The width of the picture in one part of the request; 0 if it is not as it has to be. */
static uint32_t check_picture(struct fixture *fixture, const json_t *part)
{
    static const char prefix[] = "data:image/jpeg;base64,";
    struct ica_image_info info = {0};
    const char *type = json_string_value(json_object_get(part, "type"));
    const json_t *image = json_object_get(part, "image_url");
    const char *url = json_string_value(json_object_get(image, "url"));
    if (!type || strcmp(type, "image_url") != 0 || json_object_size(part) != 2 ||
        json_object_size(image) != 1 || !url || strncmp(url, prefix, strlen(prefix)) != 0) {
        complain(fixture, "a part is no picture");
        return 0;
    }
    size_t size;
    uint8_t *bytes = decode_base64(url + strlen(prefix), &size);
    bool good = bytes && ica_jpeg_codec.sniff(bytes, size) &&
                ica_jpeg_codec.read_header(bytes, size, &info, NULL) == ICA_OK &&
                bytes[size - 2] == 0xFF && bytes[size - 1] == 0xD9;
    free(bytes);
    if (!good || info.width > fixture->config.image_side ||
        info.height > fixture->config.image_side) {
        complain(fixture, "a picture is no JPEG of the right size");
        return 0;
    }
    return info.width;
}

/* The width of the first picture. */
static uint32_t check_content(struct fixture *fixture, const json_t *content)
{
    const json_t *question = json_array_get(content, 0);
    const char *type = json_string_value(json_object_get(question, "type"));
    const char *text = json_string_value(json_object_get(question, "text"));
    if (!type || strcmp(type, "text") != 0 || !text || json_object_size(question) != 2 ||
        !strstr(text, fixture->prompt_words) || strchr(text, '{')) {
        complain(fixture, text ? text : "there is no question");
    }
    if (json_array_size(content) != 1 + fixture->n_images) {
        complain(fixture, "there are more or fewer pictures than wanted");
    }
    uint32_t first = 0;
    for (size_t i = 1; i < json_array_size(content); i++) {
        uint32_t width = check_picture(fixture, json_array_get(content, i));
        first = i == 1 ? width : first;
    }
    return first;
}

static bool has_number(const json_t *body, const char *name, json_int_t least, json_int_t most)
{
    const json_t *value = json_object_get(body, name);
    return json_is_integer(value) && json_integer_value(value) >= least &&
           json_integer_value(value) <= most;
}

/* The width of the first picture. */
static uint32_t check_body(struct fixture *fixture, const json_t *body)
{
    const char *model = json_string_value(json_object_get(body, "model"));
    const json_t *messages = json_object_get(body, "messages");
    const json_t *message = json_array_get(messages, 0);
    const char *role = json_string_value(json_object_get(message, "role"));
    bool thinks = json_object_get(body, "max_completion_tokens") != NULL;
    bool with_model = *fixture->config.model != '\0';
    if (with_model ? !model || strcmp(model, fixture->config.model) != 0 : model != NULL) {
        complain(fixture, "the model is another one");
    }
    if (!json_is_false(json_object_get(body, "stream")) ||
        (thinks ? !has_number(body, "max_completion_tokens", 256, 8192)
                : !has_number(body, "max_tokens", 16, 1024) ||
                      !has_number(body, "temperature", 0, 0)) ||
        json_object_size(body) != (thinks ? 3u : 4u) + with_model) {
        complain(fixture, "the parameters are other ones");
    }
    if (json_array_size(messages) != 1 || json_object_size(message) != 2 || !role ||
        strcmp(role, "user") != 0) {
        complain(fixture, "there is not one message of the user");
    }
    return check_content(fixture, json_object_get(message, "content"));
}

static void check_head(struct fixture *fixture, const struct test_http_request *request)
{
    char value[200];
    if (strncmp(request->head, "POST /v1/chat/completions HTTP/1.1\r\n", 36) != 0) {
        complain(fixture, request->head);
    }
    if (!test_http_header(request, "Content-Type", value, sizeof value) ||
        strcmp(value, JSON_TYPE) != 0) {
        complain(fixture, "Content-Type");
    }
    if (!test_http_header(request, "Accept", value, sizeof value) ||
        strcmp(value, JSON_TYPE) != 0) {
        complain(fixture, "Accept");
    }
    if (!test_http_header(request, "Host", value, sizeof value) ||
        strncmp(value, "127.0.0.1:", 10) != 0) {
        complain(fixture, "Host");
    }
    bool with_key = test_http_header(request, "Authorization", value, sizeof value);
    if (with_key != (*fixture->config.key != '\0') ||
        (with_key && strcmp(value, "Bearer " KEY) != 0)) {
        complain(fixture, "Authorization");
    }
    if (test_http_header(request, "Expect", value, sizeof value)) {
        complain(fixture, "Expect");
    }
}

static void answer_width(int fd, uint32_t width)
{
    char body[200];
    snprintf(body, sizeof body,
             "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
             "\"**Things of %u**.\\n\"},\"finish_reason\":\"stop\"}]}",
             width);
    test_http_answer(fd, 200, "", JSON_TYPE, body);
}

static void answer_endlessly(int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"";
    static char block[65536];
    memset(block, 'x', sizeof block);
    bool there = test_http_send(fd, head, strlen(head));
    for (size_t sent = 0; there && sent < (size_t)1 << 30; sent += sizeof block) {
        there = test_http_send(fd, block, sizeof block);
    }
}

static void answer(struct fixture *fixture, const struct test_http_request *request, uint32_t width,
                   bool thinks, int fd)
{
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Content-Length: 1000\r\n\r\n{\"choices\":[{\"message\":";
    switch (fixture->mode) {
    case MODE_LIMITED:
        if (request->number == 0) {
            test_http_answer(fd, fixture->status, fixture->headers, JSON_TYPE, "{}");
            break;
        }
        answer_width(fd, width);
        break;
    case MODE_WIDTH:
        answer_width(fd, width);
        break;
    case MODE_BODY:
        test_http_answer(fd, fixture->status, fixture->headers, fixture->type, fixture->body);
        break;
    case MODE_CUT:
        (void)test_http_send(fd, half, strlen(half));
        break;
    case MODE_ENDLESS:
        answer_endlessly(fd);
        break;
    case MODE_SILENT:
        test_http_linger(fd, 20000);
        break;
    case MODE_DIALECT:
        if (thinks) {
            answer_width(fd, width);
        } else {
            test_http_answer(fd, 400, "", JSON_TYPE,
                             "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not "
                             "supported with this model. Use 'max_completion_tokens' instead.\"}}");
        }
        break;
    }
}

static void handle(void *context, const struct test_http_request *request, int fd)
{
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->mutex);
    fixture->n_now++;
    fixture->n_most = fixture->n_now > fixture->n_most ? fixture->n_now : fixture->n_most;
    fixture->last_s = now_s();
    pthread_mutex_unlock(&fixture->mutex);
    json_t *body = json_loadb(request->body, request->body_size, JSON_REJECT_DUPLICATES, NULL);
    check_head(fixture, request);
    uint32_t width = check_body(fixture, body);
    bool thinks = json_object_get(body, "max_completion_tokens") != NULL;
    json_decref(body);
    if (fixture->delay_ms > 0) {
        test_http_linger(fd, fixture->delay_ms);
    }
    /* Before the answer, which may bring the next request. */
    pthread_mutex_lock(&fixture->mutex);
    fixture->n_now--;
    pthread_mutex_unlock(&fixture->mutex);
    answer(fixture, request, width, thinks, fd);
}

/* ---- The fixture -------------------------------------------------------------------------------
 */

static uint32_t width_of(size_t row)
{
    return 100 + 4 * (uint32_t)row;
}

/* The pictures port: each row's picture has a width of its own. */
static enum ica_status get_picture(struct ica_pictures *self, size_t row,
                                   const struct ica_picture_size *size, struct ica_pixels *out,
                                   struct ica_error *err)
{
    struct fixture *fixture = (struct fixture *)self;
    fixture->max_side_asked = size->max_side;
    assert_int_equal(size->crop.size, 0);
    if (row == fixture->missing_row) {
        return ica_error_set(err, ICA_EUNAVAILABLE, "The file is gone.");
    }
    enum ica_status status = ica_pixels_init(out, width_of(row), 50, ICA_PIXELS_RGB, err);
    if (!status) {
        memset(out->samples, 120, ica_pixels_row_bytes(out) * out->height);
    }
    return status;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    fixture->pictures.get = get_picture;
    fixture->missing_row = SIZE_MAX;
    fixture->n_images = 3;
    fixture->prompt_words = "(3)";
    fixture->status = 200;
    fixture->headers = "";
    fixture->type = JSON_TYPE;
    fixture->body = "";
    pthread_mutex_init(&fixture->mutex, NULL);
    for (size_t c = 0; c < MAX_CLUSTERS; c++) {
        struct ica_cluster *cluster = &fixture->clusters[c];
        cluster->members = &fixture->members[c * PER_CLUSTER];
        cluster->n_members = PER_CLUSTER;
        for (size_t m = 0; m < PER_CLUSTER; m++) {
            cluster->members[m] = c * PER_CLUSTER + m;
        }
        memcpy(cluster->representatives, cluster->members, sizeof cluster->representatives);
        cluster->n_representatives = ICA_MAX_REPRESENTATIVES;
    }
    fixture->server = test_http_server_open(handle, fixture);
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%u/v1/",
             test_http_server_port(fixture->server));
    fixture->config = (struct ica_openai_config){
        .url = fixture->url,
        .model = MODEL,
        .key = KEY,
        .prompt = "",
        .encoder = &ica_jpeg_encoder,
        .clock = &ica_system_clock,
        .n_images = 3,
        .image_side = 512,
        .n_parallel = 4,
        .timeout_ms = 20000,
        .n_retries = 3,
        .first_wait_ms = 10,
        .budget = 500,
    };
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    ica_describer_destroy(fixture->describer);
    test_http_server_close(fixture->server);
    pthread_mutex_destroy(&fixture->mutex);
    free(fixture);
    return 0;
}

static enum ica_status describe_watched(struct fixture *fixture, size_t n_clusters,
                                        const struct ica_monitor *monitor)
{
    const struct ica_clustering clustering = {
        .n = MAX_CLUSTERS * PER_CLUSTER,
        .n_clusters = n_clusters,
        .clusters = fixture->clusters,
    };
    const struct ica_describe_request request = {
        .clustering = &clustering,
        .language = fixture->language,
        .pictures = &fixture->pictures,
    };
    if (!fixture->describer) {
        assert_int_equal(
            ica_openai_describer_open(&fixture->describer, &fixture->config, &fixture->err),
            ICA_OK);
    }
    memset(fixture->out, 0, sizeof fixture->out);
    enum ica_status status =
        ica_describer_describe(fixture->describer, &request, monitor, fixture->out, &fixture->err);
    pthread_mutex_lock(&fixture->mutex);
    assert_string_equal(fixture->problem, "");
    pthread_mutex_unlock(&fixture->mutex);
    for (size_t c = 0; c < n_clusters && !status; c++) {
        const struct ica_description *d = &fixture->out[c];
        assert_true((d->text[0] != '\0') != (d->note[0] != '\0'));
        assert_null(strstr(d->note, KEY));
        assert_true(ica_text_is_utf8(d->note, strlen(d->note)));
    }
    return status;
}

static void describe(struct fixture *fixture, size_t n_clusters)
{
    assert_int_equal(describe_watched(fixture, n_clusters, NULL), ICA_OK);
}

static size_t count(struct fixture *fixture)
{
    return test_http_server_count(fixture->server);
}

static void assert_described(const struct fixture *fixture, size_t cluster)
{
    char text[64];
    snprintf(text, sizeof text, "Things of %u", width_of(cluster * PER_CLUSTER));
    assert_string_equal(fixture->out[cluster].text, text);
}

/* The note is a sentence that names the server and holds these words. */
static void assert_note(const struct fixture *fixture, size_t cluster, const char *words)
{
    const char *note = fixture->out[cluster].note;
    char host[32];
    snprintf(host, sizeof host, " 127.0.0.1:%u ", test_http_server_port(fixture->server));
    if (!strstr(note, words) || !strstr(note, host) || note[strlen(note) - 1] != '.') {
        fail_msg("\"%s\" is not about \"%s\"", note, words);
    }
}

/* ---- What is asked, and texts ------------------------------------------------------------------
 */

static void test_each_cluster_has_its_text(void **state)
{
    struct fixture *fixture = *state;
    describe(fixture, MAX_CLUSTERS);
    for (size_t c = 0; c < MAX_CLUSTERS; c++) {
        assert_described(fixture, c);
    }
    assert_int_equal(count(fixture), MAX_CLUSTERS);
    assert_int_equal(fixture->max_side_asked, 512);
    describe(fixture, 0);
    describe(fixture, 2); /* once more with the same describer */
    assert_described(fixture, 1);
}

static void test_several_at_once(void **state)
{
    struct fixture *fixture = *state;
    fixture->delay_ms = 300;
    describe(fixture, 8);
    assert_described(fixture, 7);
    assert_int_equal(fixture->n_most, 4);
}

/* One of several runs at once, as a server has them. */
static void describe_one(void *context, size_t i)
{
    struct fixture *fixture = context;
    const struct ica_clustering clustering = {
        .n_clusters = 1,
        .clusters = &fixture->clusters[i],
    };
    const struct ica_describe_request request = {
        .clustering = &clustering,
        .pictures = &fixture->pictures,
    };
    (void)ica_describer_describe(fixture->describer, &request, NULL, &fixture->out[i], NULL);
}

static void test_many_threads_share_it(void **state)
{
    struct fixture *fixture = *state;
    struct ica_parallel threads = test_threads(TEST_THREADS_MAX);
    assert_int_equal(
        ica_openai_describer_open(&fixture->describer, &fixture->config, &fixture->err), ICA_OK);
    ica_parallel_run(&threads, MAX_CLUSTERS, describe_one, fixture);
    for (size_t c = 0; c < MAX_CLUSTERS; c++) {
        assert_described(fixture, c);
    }
    assert_int_equal(count(fixture), MAX_CLUSTERS);
}

static void test_one_after_another(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.n_parallel = 1;
    describe(fixture, 3);
    assert_described(fixture, 2);
    assert_int_equal(fixture->n_most, 1);
}

static void test_as_many_pictures_as_there_are(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.n_images = 8;
    fixture->n_images = PER_CLUSTER;
    fixture->prompt_words = "(5)";
    describe(fixture, 2);
    assert_described(fixture, 1);
    /* The others look the same. */
    fixture->clusters[0].n_representatives = 2;
    fixture->n_images = 2;
    fixture->prompt_words = "(2)";
    describe(fixture, 1);
    fixture->clusters[0].n_representatives = 0;
    fixture->n_images = 1;
    fixture->prompt_words = "(1)";
    describe(fixture, 1);
    assert_described(fixture, 0);
}

static void test_pictures_that_are_gone(void **state)
{
    struct fixture *fixture = *state;
    fixture->missing_row = 1; /* the next representative stands in */
    describe(fixture, 1);
    assert_described(fixture, 0);
    fixture->missing_row = 0;
    fixture->clusters[0].n_members = 1;
    fixture->clusters[0].n_representatives = 1;
    describe(fixture, 2);
    assert_string_equal(fixture->out[0].note,
                        "No picture of it could be read again: The file is gone.");
    assert_described(fixture, 1);
}

static void test_no_pictures_at_all(void **state)
{
    struct fixture *fixture = *state;
    const struct ica_clustering clustering = {.n_clusters = 1, .clusters = fixture->clusters};
    const struct ica_describe_request request = {.clustering = &clustering};
    assert_int_equal(
        ica_openai_describer_open(&fixture->describer, &fixture->config, &fixture->err), ICA_OK);
    assert_int_equal(
        ica_describer_describe(fixture->describer, &request, NULL, fixture->out, &fixture->err),
        ICA_EUNAVAILABLE);
    assert_non_null(strstr(fixture->err.text, "not kept"));
    assert_int_equal(count(fixture), 0);
}

static void test_language_and_own_prompt(void **state)
{
    struct fixture *fixture = *state;
    fixture->language = ICA_LANGUAGE_PT;
    fixture->prompt_words = "Portuguese";
    describe(fixture, 1);
    ica_describer_destroy(fixture->describer);
    fixture->describer = NULL;
    fixture->config.prompt = "Say \"a\\b\" of {images} in {language}, {images}!";
    fixture->prompt_words = "Say \"a\\b\" of 3 in Portuguese, 3!";
    describe(fixture, 1);
}

static void test_without_key_and_model(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.key = "";
    fixture->config.model = "";
    describe(fixture, 1);
    assert_described(fixture, 0);
}

static void test_other_shapes_of_answers(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_BODY;
    fixture->body = "{\"choices\":[{\"message\":{\"content\":["
                    "{\"type\":\"reasoning\",\"text\":\"Hm.\"},{\"type\":\"text\",\"text\":\"red "
                    "\"},{\"type\":\"text\",\"text\":\"shoes.\"}]}}]}";
    describe(fixture, 1);
    assert_string_equal(fixture->out[0].text, "red shoes");
    fixture->type = "text/plain; charset=utf-8";
    fixture->body = "{\"choices\":[{\"message\":{\"content\":\"\\u0001c\\u00e3es\\u202e\","
                    "\"refusal\":null}}]}";
    describe(fixture, 1);
    assert_string_equal(fixture->out[0].text, "c\xC3\xA3"
                                              "es");
}

static void test_models_that_think(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_DIALECT;
    fixture->config.n_parallel = 2;
    describe(fixture, 6);
    for (size_t c = 0; c < 6; c++) {
        assert_described(fixture, c);
    }
    assert_true(count(fixture) <= 6 + 2); /* it is learnt once */
}

/* ---- Faults ------------------------------------------------------------------------------------
 */

static void test_answers_without_use(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][3] = {
        {JSON_TYPE, "{\"choices\":[{\"message\":", "text that is not JSON"},
        {JSON_TYPE, "", "not JSON"},
        {JSON_TYPE, "\xFF\xFE", "not JSON"},
        {"text/html; charset=utf-8", "<html>Login</html>", "with text/html that is not JSON"},
        {JSON_TYPE, "[]", "without a description"},
        {JSON_TYPE, "{}", "without a description"},
        {JSON_TYPE, "{\"choices\":{}}", "without a description"},
        {JSON_TYPE, "{\"choices\":[]}", "without a description"},
        {JSON_TYPE, "{\"choices\":[{\"message\":{\"content\":null}}]}", "without a description"},
        {JSON_TYPE, "{\"choices\":[{\"message\":{\"content\":7}}]}", "without a description"},
        {JSON_TYPE, "{\"choices\":[{\"message\":{\"content\":\" \\n\"}}]}",
         "without a description"},
        {JSON_TYPE, "{\"choices\":[{\"message\":{\"content\":[\"a\",{}]}}]}",
         "without a description"},
        {JSON_TYPE,
         "{\"choices\":[{\"message\":{\"content\":\"<think>So\"},"
         "\"finish_reason\":\"length\"}]}",
         "ran out of room"},
        {JSON_TYPE, "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No.\"}}]}",
         "declined"},
    };
    fixture->mode = MODE_BODY;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture->type = cases[i][0];
        fixture->body = cases[i][1];
        describe(fixture, 1);
        assert_note(fixture, 0, cases[i][2]);
        assert_int_equal(count(fixture), i + 1); /* asking again would not help */
    }
}

static void test_retry_after(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_LIMITED;
    fixture->status = 429;
    fixture->headers = "Retry-After: 1\r\n";
    fixture->config.n_parallel = 1;
    double before_s = now_s();
    describe(fixture, 2);
    assert_true(now_s() - before_s >= 1);
    assert_described(fixture, 0);
    assert_described(fixture, 1);
    assert_int_equal(count(fixture), 3);
}

static void test_retry_after_a_date(void **state)
{
    struct fixture *fixture = *state;
    char header[80];
    time_t then = time(NULL) + 2;
    struct tm parts;
    strftime(header, sizeof header, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
             gmtime_r(&then, &parts));
    fixture->mode = MODE_LIMITED;
    fixture->status = 503;
    fixture->headers = header;
    describe(fixture, 1);
    assert_true(time(NULL) >= then - 1);
    assert_described(fixture, 0);
    assert_int_equal(count(fixture), 2);
}

static void test_a_wait_without_measure(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_BODY;
    fixture->status = 429;
    fixture->headers = "Retry-After: 3600\r\n";
    double before_s = now_s();
    describe(fixture, MAX_CLUSTERS);
    assert_true(now_s() - before_s < 10);
    assert_note(fixture, 0, "asks for a wait of 3600 seconds");
    assert_note(fixture, MAX_CLUSTERS - 1, "asks for a wait of 3600 seconds");
    assert_true(count(fixture) <= 4);
}

static void test_statuses(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int status;
        size_t n_requests; /* for one cluster */
        const char *words;
    } cases[] = {
        {500, 4, "answered 500 (internal error) four times: out of luck."},
        {429, 4, "answered 429 (too many requests) four times: out of luck."},
        {502, 4, "502"},
        {408, 4, "408"},
        {400, 1, "answered 400 (bad request): out of luck."},
        {404, 1, "answered 404 (not found): out of luck."},
        {422, 1, "422"},
        {418, 1, "answered 418: out of luck."},
        {201, 1, "answered 201"},
    };
    fixture->mode = MODE_BODY;
    fixture->body = "{\"error\":{\"message\":\"out of luck.\",\"type\":\"x\"}}";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t before = count(fixture);
        fixture->status = cases[i].status;
        describe(fixture, 1);
        assert_note(fixture, 0, cases[i].words);
        assert_int_equal(count(fixture) - before, cases[i].n_requests);
    }
}

/* Each way in which servers say what went wrong; a long one is cut. */
static void test_what_servers_tell(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        {"{\"error\":\"no model 'x'\"}", "(not found): no model 'x'."},
        {"{\"message\":\"no route\"}", "(not found): no route."},
        {"{\"detail\":\"Not Found\"}", "(not found): Not Found."},
        {"{\"detail\":[{\"msg\":\"x\"}]}", "answered 404 (not found)."},
        {"<html>", "answered 404 (not found)."},
        {"{\"error\":\"the key " KEY " is wrong\"}", "answered 404 (not found)."},
        {"{\"error\":\"" FILLER " the key " KEY "\"}", "answered 404 (not found)."},
    };
    fixture->mode = MODE_BODY;
    fixture->status = 404;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture->body = cases[i][0];
        describe(fixture, 1);
        assert_note(fixture, 0, cases[i][1]);
    }
}

static void check_refusal(struct fixture *fixture, int status, const char *words)
{
    fixture->mode = MODE_BODY;
    fixture->status = status;
    fixture->body = "{\"error\":{\"message\":\"Incorrect API key provided: sk-ve*****6789.\"}}";
    describe(fixture, MAX_CLUSTERS);
    for (size_t c = 0; c < MAX_CLUSTERS; c++) {
        assert_note(fixture, c, words);
        assert_null(strstr(fixture->out[c].note, "sk-"));
    }
    assert_true(count(fixture) <= 3 + 4); /* in a row, and under way meanwhile */
}

static void test_a_wrong_key_ends_the_asking(void **state)
{
    check_refusal(*state, 401, "answered 401 (unauthorized).");
}

static void test_a_forbidden_model_ends_the_asking(void **state)
{
    check_refusal(*state, 403, "answered 403 (forbidden).");
}

static void test_closing_in_the_middle(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_CUT;
    describe(fixture, 1);
    assert_note(fixture, 0, "before its answer was complete four times");
    assert_int_equal(count(fixture), 4);
}

static void test_an_endless_answer(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_ENDLESS;
    describe(fixture, 1);
    assert_note(fixture, 0, "more than 1 MiB");
    assert_int_equal(count(fixture), 1);
}

static void test_a_slow_server(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_SILENT;
    fixture->config.timeout_ms = 400;
    fixture->config.n_retries = 1;
    double before_s = now_s();
    describe(fixture, 1);
    double took_s = now_s() - before_s;
    assert_true(took_s >= 0.8 && took_s < 5);
    assert_note(fixture, 0, "did not answer within 1 second twice");
}

static void test_nobody_there(void **state)
{
    struct fixture *fixture = *state;
    struct test_http_server *gone = test_http_server_open(handle, fixture);
    unsigned port = test_http_server_port(gone);
    char words[80];
    test_http_server_close(gone);
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%u", port);
    describe(fixture, MAX_CLUSTERS);
    snprintf(words, sizeof words, "at 127.0.0.1:%u could not be connected to four times.", port);
    assert_non_null(strstr(fixture->out[0].note, words));
    assert_non_null(strstr(fixture->out[MAX_CLUSTERS - 1].note, words));
}

static void test_redirects_are_not_followed(void **state)
{
    struct fixture *fixture = *state;
    struct test_http_server *other = test_http_server_open(handle, fixture);
    char location[100];
    snprintf(location, sizeof location, "Location: http://127.0.0.1:%u/v1/chat/completions\r\n",
             test_http_server_port(other));
    fixture->mode = MODE_BODY;
    fixture->status = 307;
    fixture->headers = location;
    describe(fixture, 1);
    assert_note(fixture, 0, "answered 307 (redirect)");
    assert_int_equal(count(fixture), 1);
    assert_int_equal(test_http_server_count(other), 0);
    test_http_server_close(other);
}

static void test_budget(void **state)
{
    struct fixture *fixture = *state;
    fixture->config.budget = 3;
    fixture->config.n_parallel = 2;
    describe(fixture, 5);
    for (size_t c = 0; c < 3; c++) {
        assert_described(fixture, c);
    }
    for (size_t c = 3; c < 5; c++) {
        assert_string_equal(fixture->out[c].note,
                            "The budget of 3 requests to the captioning server was used up.");
    }
    assert_int_equal(count(fixture), 3);
}

static void test_budget_counts_retries(void **state)
{
    struct fixture *fixture = *state;
    fixture->mode = MODE_BODY;
    fixture->status = 500;
    fixture->config.budget = 2;
    fixture->config.n_parallel = 1;
    describe(fixture, 2);
    assert_non_null(strstr(fixture->out[0].note, "budget of 2 requests"));
    assert_non_null(strstr(fixture->out[1].note, "budget of 2 requests"));
    assert_int_equal(count(fixture), 2);
}

/* A monitor that cancels after a while. */
struct impatience {
    double until_s;
    size_t most_done;
};

static bool wait_some(void *context, const char *stage, size_t done, size_t total)
{
    struct impatience *impatience = context;
    assert_string_equal(stage, ICA_STAGE_DESCRIBING);
    assert_int_equal(total, 6);
    assert_true(done >= impatience->most_done && done <= total);
    impatience->most_done = done;
    return now_s() < impatience->until_s;
}

/* On a machine that is busy otherwise, one of a few tries is in time. */
static void test_cancellation(void **state)
{
    struct fixture *fixture = *state;
    bool in_time = false;
    fixture->mode = MODE_SILENT;
    for (size_t i = 0; i < 4 && !in_time; i++) {
        struct impatience impatience = {.until_s = now_s() + 0.4};
        const struct ica_monitor monitor = {.step = wait_some, .context = &impatience};
        assert_int_equal(describe_watched(fixture, 6, &monitor), ICA_ECANCELLED);
        double end_s = now_s();
        in_time = end_s - impatience.until_s < PROMPT_S;
    }
    assert_true(in_time);
}

static void test_progress(void **state)
{
    struct fixture *fixture = *state;
    struct impatience impatience = {.until_s = now_s() + 1000};
    const struct ica_monitor monitor = {.step = wait_some, .context = &impatience};
    assert_int_equal(describe_watched(fixture, 6, &monitor), ICA_OK);
    assert_int_equal(impatience.most_done, 6);
}

/* ---- Addresses ---------------------------------------------------------------------------------
 */

static void test_addresses(void **state)
{
    struct fixture *fixture = *state;
    static const char *const bad[] = {"",
                                      "localhost",
                                      "localhost:8080/v1",
                                      "ftp://localhost/v1",
                                      "file:///etc/passwd",
                                      "http://",
                                      "http:///v1",
                                      "http://user:secret@localhost/v1",
                                      "http://localhost/v1?key=secret",
                                      "http://localhost/v1#secret",
                                      "http://localhost:99999/v1",
                                      "http://local host/v1"};
    static const char *const good[] = {"http://localhost", "https://[::1]:8443/v1/",
                                       "HTTPS://api.example.com/openai/v1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ica_describer *describer;
        fixture->config.url = bad[i];
        assert_int_equal(ica_openai_describer_open(&describer, &fixture->config, &fixture->err),
                         ICA_EINVALID);
        assert_null(describer);
        assert_null(strstr(fixture->err.text, "secret"));
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct ica_describer *describer;
        fixture->config.url = good[i];
        assert_int_equal(ica_openai_describer_open(&describer, &fixture->config, &fixture->err),
                         ICA_OK);
        ica_describer_destroy(describer);
    }
}

/* The method's path is put where it is missing. */
static void test_ways_to_give_the_address(void **state)
{
    struct fixture *fixture = *state;
    static const char *const paths[] = {"", "/", "/v1", "/v1//", "/v1/chat/completions"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%u%s",
                 test_http_server_port(fixture->server), paths[i]);
        describe(fixture, 1);
        assert_described(fixture, 0);
        ica_describer_destroy(fixture->describer);
        fixture->describer = NULL;
    }
}

/* ---- Waiting -----------------------------------------------------------------------------------
 */

static void test_which_statuses_are_tried_again(void **state)
{
    (void)state;
    static const long again[] = {408, 429, 500, 502, 503, 504};
    size_t n = 0;
    for (long status = 0; status < 700; status++) {
        n += ica_retry_status(status);
    }
    assert_int_equal(n, sizeof again / sizeof *again);
    for (size_t i = 0; i < n; i++) {
        assert_true(ica_retry_status(again[i]));
    }
}

static void test_waits_grow_and_differ(void **state)
{
    (void)state;
    double sum = 0;
    for (size_t who = 0; who < 1000; who++) {
        for (size_t attempt = 1; attempt < 100; attempt++) {
            double middle_s = attempt < 7 ? 0.5 * (double)(1u << (attempt - 1)) : ICA_MAX_BACKOFF_S;
            middle_s = middle_s < ICA_MAX_BACKOFF_S ? middle_s : ICA_MAX_BACKOFF_S;
            double wait_s = ica_retry_delay_s(0.5, attempt, who, 0);
            assert_true(wait_s >= 0.75 * middle_s && wait_s < 1.25 * middle_s);
            assert_true(wait_s == ica_retry_delay_s(0.5, attempt, who, 0));
        }
        sum += ica_retry_delay_s(1, 1, who, 0);
    }
    assert_true(sum > 980 && sum < 1020);
    assert_true(ica_retry_delay_s(0.5, 1, 0, 0) != ica_retry_delay_s(0.5, 1, 1, 0));
    assert_true(ica_retry_delay_s(0.5, 1, 0, 30) == 30);
    assert_true(ica_retry_delay_s(0.5, 9, 0, 1) > 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_each_cluster_has_its_text),
        TEST(test_several_at_once),
        TEST(test_many_threads_share_it),
        TEST(test_one_after_another),
        TEST(test_as_many_pictures_as_there_are),
        TEST(test_pictures_that_are_gone),
        TEST(test_no_pictures_at_all),
        TEST(test_language_and_own_prompt),
        TEST(test_without_key_and_model),
        TEST(test_other_shapes_of_answers),
        TEST(test_models_that_think),
        TEST(test_answers_without_use),
        TEST(test_retry_after),
        TEST(test_retry_after_a_date),
        TEST(test_a_wait_without_measure),
        TEST(test_statuses),
        TEST(test_what_servers_tell),
        TEST(test_a_wrong_key_ends_the_asking),
        TEST(test_a_forbidden_model_ends_the_asking),
        TEST(test_closing_in_the_middle),
        TEST(test_an_endless_answer),
        TEST(test_a_slow_server),
        TEST(test_nobody_there),
        TEST(test_redirects_are_not_followed),
        TEST(test_budget),
        TEST(test_budget_counts_retries),
        TEST(test_cancellation),
        TEST(test_progress),
        TEST(test_addresses),
        TEST(test_ways_to_give_the_address),
        cmocka_unit_test(test_which_statuses_are_tried_again),
        cmocka_unit_test(test_waits_grow_and_differ),
    };
    (void)setenv("no_proxy", "127.0.0.1", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
