/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests on libcurl's multi interface. */
#include "adapters/openai/http_client.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define CONNECT_TIMEOUT_MS 10000L
#define MAX_KEY_HEADER     8300 /* a key of 8 KiB */
#define DEFAULT_PATH       "/v1"

struct ica_http_client {
    struct ica_http_config config;
    CURLM *multi;
    struct curl_slist *headers;
};

/* A call under way. */
struct ica_http_task {
    CURL *curl;
    struct ica_http_call *call;
};

enum ica_status ica_http_global_open(struct ica_error *err)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) ? ica_error_nomem(err, "the HTTP client") : ICA_OK;
}

void ica_http_global_close(void)
{
    curl_global_cleanup();
}

/* ---- Addresses ---------------------------------------------------------------------------------
 */

/* The parts of an address; owned by libcurl. */
struct parts {
    char *scheme;
    char *host;
    char *port; /* NULL: the scheme's own */
    char *path;
    char *unwanted; /* a user, password, query or fragment; NULL if there is none */
};

static void parts_clear(struct parts *parts)
{
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
    curl_free(parts->path);
    curl_free(parts->unwanted);
}

static enum ica_status split(CURLU *address, const char *base, struct parts *parts,
                             struct ica_error *err)
{
    static const CURLUPart unwanted[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY,
                                         CURLUPART_FRAGMENT};
    const char *slashes = strstr(base, "://"); /* libcurl forgives missing ones, and a third */
    bool is_url = slashes && slashes[3] != '/' && ica_text_is_utf8(base, strlen(base)) &&
                  !curl_url_set(address, CURLUPART_URL, base, 0) &&
                  !curl_url_get(address, CURLUPART_SCHEME, &parts->scheme, 0) &&
                  !curl_url_get(address, CURLUPART_HOST, &parts->host, 0) &&
                  !curl_url_get(address, CURLUPART_PATH, &parts->path, 0);
    if (!is_url || (strcmp(parts->scheme, "http") != 0 && strcmp(parts->scheme, "https") != 0)) {
        /* Without its text: it may hold a password. */
        return ica_error_set(err, ICA_EINVALID,
                             "What is given is no address that begins with http:// or https://.");
    }
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted && !parts->unwanted; i++) {
        (void)curl_url_get(address, unwanted[i], &parts->unwanted, 0);
    }
    if (parts->unwanted) {
        return ica_error_set(err, ICA_EINVALID,
                             "The address may hold a host, a port and a path, but no user name, "
                             "password, query or fragment.");
    }
    (void)curl_url_get(address, CURLUPART_PORT, &parts->port, 0);
    return ICA_OK;
}

/* The base's path with `path` once at its end. */
static enum ica_status append_path(const char *base, const char *path, struct ica_buffer *url,
                                   struct ica_error *err)
{
    size_t length = strlen(base);
    size_t added = strlen(path);
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }
    bool complete = length >= added && memcmp(base + length - added, path, added) == 0;
    return ica_buffer_printf(url, err, "%.*s%s", length ? (int)length : (int)strlen(DEFAULT_PATH),
                             length ? base : DEFAULT_PATH, complete ? "" : path);
}

enum ica_status ica_http_endpoint(const char *base, const char *path, struct ica_buffer *url,
                                  char host[ICA_MAX_HOST], struct ica_error *err)
{
    struct parts parts = {0};
    CURLU *address = curl_url();
    enum ica_status status =
        address ? split(address, base, &parts, err) : ica_error_nomem(err, "an address");
    if (!status) {
        const char *colon = parts.port ? ":" : "";
        const char *port = parts.port ? parts.port : "";
        (void)snprintf(host, ICA_MAX_HOST, "%.*s%s%s", ICA_MAX_HOST - 10, parts.host, colon, port);
        status = ica_buffer_printf(url, err, "%s://%s%s%s", parts.scheme, parts.host, colon, port);
    }
    if (!status) {
        status = append_path(parts.path, path, url, err);
    }
    parts_clear(&parts);
    curl_url_cleanup(address);
    return status;
}

/* ---- The client --------------------------------------------------------------------------------
 */

/* Append to the list, or free it and return NULL. */
static struct curl_slist *append(struct curl_slist *list, const char *header)
{
    struct curl_slist *longer = list ? curl_slist_append(list, header) : NULL;
    if (!longer) {
        curl_slist_free_all(list);
    }
    return longer;
}

/* "Expect:" without a value: do not ask whether the body is welcome. */
static struct curl_slist *make_headers(const char *key)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = append(headers, "Accept: application/json");
    headers = append(headers, "Expect:");
    if (*key) {
        char header[MAX_KEY_HEADER];
        (void)snprintf(header, sizeof header, "Authorization: Bearer %s", key);
        headers = append(headers, header);
        explicit_bzero(header, sizeof header);
    }
    return headers;
}

enum ica_status ica_http_client_open(struct ica_http_client **out,
                                     const struct ica_http_config *config, struct ica_error *err)
{
    *out = NULL;
    struct ica_http_client *client = calloc(1, sizeof *client);
    if (client) {
        client->config = *config;
        client->multi = curl_multi_init();
        client->headers = make_headers(config->key);
    }
    if (!client || !client->multi || !client->headers) {
        ica_http_client_close(client);
        return ica_error_nomem(err, "the HTTP client");
    }
    *out = client;
    return ICA_OK;
}

void ica_http_client_close(struct ica_http_client *client)
{
    if (client) {
        for (struct curl_slist *header = client->headers; header; header = header->next) {
            explicit_bzero(header->data, strlen(header->data)); /* one holds the key */
        }
        curl_slist_free_all(client->headers);
        (void)curl_multi_cleanup(client->multi);
        free(client);
    }
}

/* Less than what came ends the transfer with CURLE_WRITE_ERROR. */
static size_t receive(char *bytes, size_t unit, size_t count, void *context)
{
    struct ica_http_call *call = context;
    size_t size = unit * count;
    enum ica_status status = ica_buffer_append(&call->answer, bytes, size, NULL);
    if (status) {
        call->outcome = status == ICA_ETOOLARGE ? ICA_HTTP_TOO_LARGE : ICA_HTTP_NO_MEMORY;
        return 0;
    }
    return size;
}

/* The authorities to trust, where the environment names them as it does for curl's own program;
 * NULL: those of the system. */
static const char *authorities(void)
{
    const char *file = getenv("CURL_CA_BUNDLE");
    file = file && *file ? file : getenv("SSL_CERT_FILE");
    return file && *file ? file : NULL;
}

static bool set_options(const struct ica_http_client *client, CURL *curl,
                        struct ica_http_call *call)
{
    long timeout_ms = (long)client->config.timeout_ms;
    long connect_ms = timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS;
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Else a cancellation waits until a host's name is found: the thread that looks is left alone.
     */
    code = code ? code : curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
    code = code ? code : curl_easy_setopt(curl, CURLOPT_URL, client->config.url);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (authorities()) {
        code = code ? code : curl_easy_setopt(curl, CURLOPT_CAINFO, authorities());
    }
    code = code ? code : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_POST, 1L);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ica_buffer_text(&call->body));
    code = code ? code
                : curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.size);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
    return code == CURLE_OK;
}

static void task_free(struct ica_http_client *client, struct ica_http_task *task)
{
    task->call->task = NULL;
    if (task->curl) {
        (void)curl_multi_remove_handle(client->multi, task->curl);
        curl_easy_cleanup(task->curl);
    }
    free(task);
}

enum ica_status ica_http_client_start(struct ica_http_client *client, struct ica_http_call *call,
                                      struct ica_error *err)
{
    ica_buffer_clear(&call->answer);
    call->outcome = ICA_HTTP_UNSET;
    call->status = 0;
    call->content_type[0] = 0;
    call->retry_after_s = 0;
    call->reason = "";
    call->task = calloc(1, sizeof *call->task);
    if (!call->task) {
        return ica_error_nomem(err, "a request");
    }
    call->task->call = call;
    CURL *curl = curl_easy_init();
    call->task->curl = curl;
    if (!curl || !set_options(client, curl, call) ||
        curl_easy_setopt(curl, CURLOPT_PRIVATE, call->task) ||
        curl_multi_add_handle(client->multi, curl)) {
        task_free(client, call->task);
        return ica_error_nomem(err, "a request");
    }
    return ICA_OK;
}

static enum ica_http_outcome outcome_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return ICA_HTTP_ANSWERED;
    case CURLE_COULDNT_CONNECT:
        return ICA_HTTP_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return ICA_HTTP_TIMED_OUT;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return ICA_HTTP_BROKEN;
    case CURLE_OUT_OF_MEMORY:
        return ICA_HTTP_NO_MEMORY;
    default:
        return ICA_HTTP_UNREACHABLE;
    }
}

/* The type alone, without parameters or whatever else the server has put there. */
static void copy_type(const char *from, char to[ICA_MAX_CONTENT_TYPE])
{
    size_t length = 0;
    while (length < ICA_MAX_CONTENT_TYPE - 1 && from[length] > ' ' && from[length] < 0x7F &&
           from[length] != ';') {
        length++;
    }
    memcpy(to, from, length);
    to[length] = 0;
}

static void finish(struct ica_http_client *client, CURL *curl, CURLcode code)
{
    struct ica_http_task *task = NULL;
    (void)curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&task);
    struct ica_http_call *call = task->call;
    curl_off_t retry_after_s = 0;
    const char *content_type = NULL;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &call->status);
    (void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
    call->retry_after_s = retry_after_s > 0 ? (double)retry_after_s : 0;
    copy_type(content_type ? content_type : "", call->content_type);
    if (!call->outcome) {
        call->outcome = outcome_of(code);
    }
    call->reason = curl_easy_strerror(code);
    task_free(client, task);
}

/* Whether a call has ended. */
static bool perform(struct ica_http_client *client)
{
    int n;
    bool ended = false;
    (void)curl_multi_perform(client->multi, &n);
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &n));) {
        if (message->msg == CURLMSG_DONE) {
            finish(client, message->easy_handle, message->data.result);
            ended = true;
        }
    }
    return ended;
}

void ica_http_client_work(struct ica_http_client *client, int wait_ms)
{
    if (!perform(client) && wait_ms > 0) {
        (void)curl_multi_poll(client->multi, NULL, 0, wait_ms, NULL);
        (void)perform(client);
    }
}

void ica_http_client_cancel(struct ica_http_client *client, struct ica_http_call *call)
{
    if (call->task) {
        task_free(client, call->task);
    }
}
