/* SPDX-License-Identifier: Apache-2.0 */
/* Downloads, against a small real server that behaves as servers do, or worse. */
#include "support/cmocka_all.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/download/curl_downloader.h"
#include "base/buffer.h"
#include "base/file_io.h"
#include "base/sha256.h"
#include "support/test_http_server.h"

#define N_BYTES ((size_t)300000)
#define ETAG    "\"v1\""

/* What the server does with the paths that are asked for. */
struct fixture {
    char folder[64];
    char path[128];
    char part[160];
    struct test_http_server *server;
    struct ica_downloader *downloader;
    uint8_t *bytes; /* of the file */
    char sha256[ICA_SHA256_TEXT_SIZE];
    size_t n_requests;
    size_t first_byte; /* that the last request has asked for */
    size_t breaks;     /* how often to break off in the middle */
    bool ignores_range;
    const char *etag;
    struct ica_error err;
};

static void send_file(struct fixture *it, const struct test_http_request *request, int fd)
{
    char range[64];
    char condition[64] = "";
    char head[512];
    size_t from = 0;
    if (test_http_header(request, "Range", range, sizeof range) && !it->ignores_range) {
        bool is_same = !test_http_header(request, "If-Range", condition, sizeof condition) ||
                       strcmp(condition, it->etag) == 0;
        from = is_same ? strtoul(range + strlen("bytes="), NULL, 10) : 0;
    }
    it->first_byte = from;
    if (from >= N_BYTES) {
        test_http_answer(fd, 416, "", "text/plain", "");
        return;
    }
    size_t size = N_BYTES - from;
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d Whatever\r\nContent-Length: %zu\r\nETag: %s\r\n%s"
                 "Connection: close\r\n\r\n",
                 from ? 206 : 200, size, it->etag, from ? "Content-Range: bytes 1-2/3\r\n" : "");
    size_t sent = it->breaks > 0 ? size / 2 : size;
    it->breaks -= it->breaks > 0;
    if (test_http_send(fd, head, (size_t)length)) {
        (void)test_http_send(fd, it->bytes + from, sent);
    }
}

static void handle(void *context, const struct test_http_request *request, int fd)
{
    struct fixture *it = context;
    char location[128];
    it->n_requests++;
    if (strncmp(request->head, "GET /file", 9) == 0) {
        send_file(it, request, fd);
    } else if (strncmp(request->head, "GET /moved", 10) == 0) {
        test_http_answer(fd, 302, "Location: /file\r\n", "text/plain", "moved");
    } else if (strncmp(request->head, "GET /round", 10) == 0) {
        test_http_answer(fd, 302, "Location: /round\r\n", "text/plain", "moved");
    } else if (strncmp(request->head, "GET /away", 9) == 0) {
        test_http_answer(fd, 302, "Location: file:///etc/passwd\r\n", "text/plain", "moved");
    } else if (strncmp(request->head, "GET /silent", 11) == 0) {
        test_http_linger(fd, 20000);
    } else if (strncmp(request->head, "GET /empty", 10) == 0) {
        test_http_answer(fd, 200, "", "text/plain", "");
    } else {
        int code = (int)strtoul(request->head + strlen("GET /"), NULL, 10);
        (void)snprintf(location, sizeof location, "Retry-After: 1\r\n");
        test_http_answer(fd, code, location, "text/html", "<html>an error page</html>");
    }
}

static int setup(void **state)
{
    static const struct ica_curl_downloader_config config = {
        .agent = "test", .connect_s = 5, .silence_s = 1, .n_attempts = 3};
    struct fixture *it = calloc(1, sizeof *it);
    assert_non_null(it);
    (void)snprintf(it->folder, sizeof it->folder, "/tmp/ica-download-XXXXXX");
    assert_non_null(mkdtemp(it->folder));
    (void)snprintf(it->path, sizeof it->path, "%s/m.onnx", it->folder);
    (void)snprintf(it->part, sizeof it->part, "%s.part", it->path);
    it->bytes = malloc(N_BYTES);
    assert_non_null(it->bytes);
    for (size_t i = 0; i < N_BYTES; i++) {
        it->bytes[i] = (uint8_t)(i * 7 + i / 256);
    }
    struct ica_sha256 hash;
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, it->bytes, N_BYTES);
    ica_sha256_text(&hash, it->sha256);
    it->etag = ETAG;
    it->server = test_http_server_open(handle, it);
    assert_int_equal(ica_curl_downloader_open(&it->downloader, &config, NULL), ICA_OK);
    *state = it;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static int teardown(void **state)
{
    struct fixture *it = *state;
    ica_downloader_destroy(it->downloader);
    test_http_server_close(it->server);
    assert_int_equal(nftw(it->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(it->bytes);
    free(it);
    return 0;
}

static struct ica_model_file make_file(const struct fixture *it, const char *what)
{
    struct ica_model_file file = {.name = "m.onnx"};
    (void)snprintf(file.url, sizeof file.url, "http://127.0.0.1:%u/%s",
                   test_http_server_port(it->server), what);
    return file;
}

static enum ica_status fetch(struct fixture *it, struct ica_model_file *file,
                             const struct ica_monitor *monitor)
{
    const struct ica_download download = {
        .path = it->path, .max_bytes = 1000000, .monitor = monitor};
    it->err = (struct ica_error){0};
    return ica_download_fetch(it->downloader, &download, file, &it->err);
}

static void assert_whole(const struct fixture *it)
{
    struct ica_buffer bytes;
    struct stat info;
    ica_buffer_init(&bytes, N_BYTES * 2);
    assert_int_equal(ica_file_read(it->path, &bytes, NULL), ICA_OK);
    assert_int_equal(bytes.size, N_BYTES);
    assert_memory_equal(bytes.data, it->bytes, N_BYTES);
    ica_buffer_clear(&bytes);
    assert_int_not_equal(stat(it->part, &info), 0);
}

static size_t part_size(const struct fixture *it)
{
    struct stat info;
    return stat(it->part, &info) ? 0 : (size_t)info.st_size;
}

static void put_part(const struct fixture *it, const void *bytes, size_t size, const char *etag)
{
    char path[192];
    (void)snprintf(path, sizeof path, "%s.etag", it->part);
    assert_int_equal(ica_file_replace(it->part, bytes, size, NULL), ICA_OK);
    assert_int_equal(ica_file_replace(path, etag, strlen(etag), NULL), ICA_OK);
}

static void test_file_comes(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    enum ica_status status = fetch(it, &file, NULL);
    assert_string_equal(it->err.text, "");
    assert_int_equal(status, ICA_OK);
    assert_int_equal(file.size_bytes, N_BYTES);
    assert_string_equal(file.sha256, it->sha256);
    assert_whole(it);
}

static void test_redirections(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "moved");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_whole(it);
    file = make_file(it, "round");
    assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
    assert_non_null(strstr(it->err.text, "without end"));
    file = make_file(it, "away");
    assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
    assert_non_null(strstr(it->err.text, "HTTPS"));
}

static void test_goes_on_where_it_broke_off(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    it->breaks = 1;
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_int_equal(it->n_requests, 2);
    assert_int_equal(it->first_byte, N_BYTES / 2);
    assert_string_equal(file.sha256, it->sha256);
    assert_whole(it);
}

static void test_keeps_what_came(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    it->breaks = 100;
    assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
    assert_non_null(strstr(it->err.text, "kept"));
    assert_int_equal(it->n_requests, 3);
    size_t kept = part_size(it);
    assert_true(kept > N_BYTES / 2);
    it->breaks = 0;
    file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_int_equal(it->first_byte, kept);
    assert_whole(it);
}

/* Another file meanwhile, a server without ranges, no mark to tell by, a part that is too long. */
static void test_begins_afresh_where_it_must(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    put_part(it, "other", 5, "\"v0\"");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_whole(it);
    put_part(it, it->bytes, 1000, ETAG);
    it->ignores_range = true;
    file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_whole(it);
    it->ignores_range = false;
    put_part(it, "other", 5, "");
    file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_int_equal(it->first_byte, 0);
    assert_whole(it);
    uint8_t *longer = calloc(1, N_BYTES + 1);
    assert_non_null(longer);
    put_part(it, longer, N_BYTES + 1, ETAG);
    free(longer);
    file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_whole(it);
}

/* A weak mark does not promise the same bytes. */
static void test_weak_marks_are_none(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    it->etag = "W/\"v1\"";
    it->breaks = 1;
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_int_equal(it->first_byte, 0);
    assert_whole(it);
}

static void test_another_content_is_refused(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    memset(file.sha256, '0', sizeof file.sha256 - 1);
    assert_int_equal(fetch(it, &file, NULL), ICA_EMODEL);
    assert_non_null(strstr(it->err.text, it->sha256));
    assert_int_equal(part_size(it), 0);
    file = make_file(it, "file");
    file.size_bytes = N_BYTES - 1;
    assert_int_equal(fetch(it, &file, NULL), ICA_EMODEL);
    file = make_file(it, "file");
    file.size_bytes = N_BYTES + 1;
    assert_int_equal(fetch(it, &file, NULL), ICA_EMODEL);
    file = make_file(it, "empty");
    assert_int_equal(fetch(it, &file, NULL), ICA_EMODEL);
    assert_int_not_equal(access(it->path, F_OK), 0);
}

static void test_limit(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    const struct ica_download download = {.path = it->path, .max_bytes = N_BYTES - 1};
    assert_int_equal(ica_download_fetch(it->downloader, &download, &file, &it->err), ICA_ETOOLARGE);
    assert_non_null(strstr(it->err.text, "--max-model-size"));
    assert_int_equal(part_size(it), 0);
}

static void test_a_whole_part_needs_no_server(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "404");
    file.size_bytes = N_BYTES;
    memcpy(file.sha256, it->sha256, sizeof file.sha256);
    put_part(it, it->bytes, N_BYTES, "");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_int_equal(it->n_requests, 0);
    assert_whole(it);
}

static void test_answers_that_are_no_file(void **state)
{
    struct fixture *it = *state;
    static const struct {
        const char *path;
        const char *said;
    } cases[] = {
        {"401", "account"}, {"403", "licence"}, {"404", "no such file"},
        {"429", "later"},   {"500", "trouble"}, {"503", "trouble"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_model_file file = make_file(it, cases[i].path);
        assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
        assert_non_null(strstr(it->err.text, cases[i].path));
        assert_non_null(strstr(it->err.text, cases[i].said));
        assert_int_equal(part_size(it), 0); /* an error page is no part of a model */
    }
    struct ica_model_file file = make_file(it, "silent");
    assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
    assert_non_null(strstr(it->err.text, "silent"));
}

static void test_addresses(void **state)
{
    struct fixture *it = *state;
    static const char *const bad[] = {
        "http://example.com/m",
        "ftp://127.0.0.1/m",
        "file:///etc/passwd",
        "",
        "m.onnx",
        "https://me:pw@host/m",
        "http://127.example.com/m",
        "http://localhost.example.com/m",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ica_model_file file = {.name = "m.onnx"};
        (void)snprintf(file.url, sizeof file.url, "%s", bad[i]);
        assert_int_equal(fetch(it, &file, NULL), ICA_EINVALID);
        assert_null(strstr(it->err.text, "pw"));
    }
    struct ica_model_file file = {.name = "m", .url = "https://127.0.0.1:1/m"};
    assert_int_equal(fetch(it, &file, NULL), ICA_EUNAVAILABLE);
    assert_non_null(strstr(it->err.text, "https://127.0.0.1:1/m"));
}

static bool stop(void *context, const char *stage, size_t done, size_t total)
{
    (void)context;
    (void)stage;
    (void)total;
    return done == 0;
}

static void test_cancelled(void **state)
{
    struct fixture *it = *state;
    const struct ica_monitor monitor = {.step = stop};
    struct ica_model_file file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, &monitor), ICA_ECANCELLED);
    assert_true(part_size(it) > 0);
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_whole(it);
}

/* As on a full disk: what came is kept. */
static void test_no_room(void **state)
{
    struct fixture *it = *state;
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit little = {.rlim_cur = 100000, .rlim_max = 100000};
        struct ica_model_file file = make_file(it, "file");
        (void)signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &little)) {
            _exit(2);
        }
        enum ica_status status = fetch(it, &file, NULL);
        _exit(status == ICA_EIO && strstr(it->err.text, "m.onnx.part") ? 0 : 1);
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    assert_true(part_size(it) > 0);
    struct ica_model_file file = make_file(it, "file");
    assert_int_equal(fetch(it, &file, NULL), ICA_OK);
    assert_true(it->first_byte > 0);
    assert_whole(it);
}

/* What cannot fit is not even asked for. */
static void test_no_room_for_what_is_to_come(void **state)
{
    struct fixture *it = *state;
    struct ica_model_file file = make_file(it, "file");
    file.size_bytes = ICA_MAX_MODEL_FILE_BYTES * 1024; /* a pebibyte */
    assert_int_equal(fetch(it, &file, NULL), ICA_EIO);
    assert_non_null(strstr(it->err.text, "room"));
    assert_int_equal(it->n_requests, 0);
}

int main(void)
{
#define DOWNLOAD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        DOWNLOAD_TEST(test_file_comes),
        DOWNLOAD_TEST(test_redirections),
        DOWNLOAD_TEST(test_goes_on_where_it_broke_off),
        DOWNLOAD_TEST(test_keeps_what_came),
        DOWNLOAD_TEST(test_begins_afresh_where_it_must),
        DOWNLOAD_TEST(test_weak_marks_are_none),
        DOWNLOAD_TEST(test_another_content_is_refused),
        DOWNLOAD_TEST(test_limit),
        DOWNLOAD_TEST(test_a_whole_part_needs_no_server),
        DOWNLOAD_TEST(test_answers_that_are_no_file),
        DOWNLOAD_TEST(test_addresses),
        DOWNLOAD_TEST(test_cancelled),
        DOWNLOAD_TEST(test_no_room),
        DOWNLOAD_TEST(test_no_room_for_what_is_to_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
