/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/download/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define MAX_REDIRECTS 8
#define MAX_URL_SHOWN 200
#define STAGE         "pulling"

/* ---- Addresses --------------------------------------------------------------------------------
 */

/* Names and numbers of this machine, as libcurl gives them back. */
static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           strcmp(host, "::1") == 0 ||
           (strncmp(host, "127.", 4) == 0 && !host[strspn(host, "0123456789.")]);
}

enum ica_status ica_transfer_check_url(const char *url, struct ica_error *err)
{
    CURLU *address = curl_url();
    char *scheme = NULL;
    char *host = NULL;
    char *user = NULL;
    if (!address) {
        return ica_error_nomem(err, "an address");
    }
    bool is_url = ica_text_is_utf8(url, strlen(url)) &&
                  !curl_url_set(address, CURLUPART_URL, url, 0) &&
                  !curl_url_get(address, CURLUPART_SCHEME, &scheme, 0) &&
                  !curl_url_get(address, CURLUPART_HOST, &host, 0);
    bool is_safe = is_url && (strcmp(scheme, "https") == 0 ||
                              (strcmp(scheme, "http") == 0 && is_loopback(host)));
    bool has_user = is_url && !curl_url_get(address, CURLUPART_USER, &user, 0);
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_url_cleanup(address);
    if (!is_safe || has_user) {
        return ica_error_set(err, ICA_EINVALID,
                             "%.200s is no address to pull from: it must begin with https:// and "
                             "hold no user name.",
                             has_user ? "What the manifest gives" : url);
    }
    return ICA_OK;
}

/* Before a request is sent, also after a redirection: without TLS only to this machine. */
static int check_connection(void *context, char *address, char *local, int port, int local_port)
{
    struct ica_transfer *transfer = context;
    char *scheme = NULL;
    (void)local;
    (void)port;
    (void)local_port;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_SCHEME, &scheme);
    bool is_secure = scheme && strcasecmp(scheme, "https") == 0;
    transfer->was_insecure = !is_secure && !is_loopback(address);
    return transfer->was_insecure ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- The answer -------------------------------------------------------------------------------
 */

/* Headers of each answer, redirections included: the last counts. A weak mark does not promise the
 * same bytes. */
static size_t read_header(char *bytes, size_t unit, size_t count, void *context)
{
    static const char name[] = "etag:";
    struct ica_transfer *transfer = context;
    size_t size = unit * count;
    if (size >= 5 && strncasecmp(bytes, "HTTP/", 5) == 0) {
        transfer->etag[0] = 0;
    }
    if (size > sizeof name && strncasecmp(bytes, name, sizeof name - 1) == 0) {
        const char *from = bytes + sizeof name - 1;
        const char *end = bytes + size;
        while (from < end && *from == ' ') {
            from++;
        }
        while (end > from && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ')) {
            end--;
        }
        size_t length = (size_t)(end - from);
        if (length > 2 && length < ICA_MAX_ETAG && from[0] == '"') {
            memcpy(transfer->etag, from, length);
            transfer->etag[length] = 0;
        }
    }
    return size;
}

static enum ica_status refuse_size(struct ica_transfer *transfer, uint64_t size)
{
    const struct ica_model_file *file = transfer->file;
    bool is_promised = file->size_bytes > 0;
    uint64_t limit = is_promised ? file->size_bytes : transfer->download->max_bytes;
    if (size <= limit) {
        return ICA_OK;
    }
    ica_part_file_discard(transfer->part);
    return is_promised
               ? ica_error_set(&transfer->failure, ICA_EMODEL,
                               "%s should have %llu bytes, but the server has more: it is another "
                               "file than the manifest means.",
                               file->name, (unsigned long long)limit)
               : ica_error_set(&transfer->failure, ICA_ETOOLARGE,
                               "%s is larger than %llu bytes: allow more with --max-model-size.",
                               file->name, (unsigned long long)limit);
}

/* The first bytes are here, and so are the headers: does the answer go on where the part ends? */
static enum ica_status begin_body(struct ica_transfer *transfer)
{
    long code = 0;
    curl_off_t length = -1;
    struct ica_error *err = &transfer->failure;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &code);
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    transfer->began = true;
    enum ica_status status = ICA_OK;
    if (code != 206 || transfer->resumed_at == 0) {
        status = ica_part_file_restart(transfer->part, transfer->etag, err);
    }
    if (!status && length > 0) {
        status = refuse_size(transfer, transfer->part->size + (uint64_t)length);
    }
    if (!status && length > 0) {
        status = ica_part_file_reserve(transfer->part, (uint64_t)length, err);
    }
    return status;
}

/* Less than what came ends the transfer. */
static size_t receive(char *bytes, size_t unit, size_t count, void *context)
{
    struct ica_transfer *transfer = context;
    size_t size = unit * count;
    enum ica_status status = transfer->began ? ICA_OK : begin_body(transfer);
    if (!status) {
        status = refuse_size(transfer, transfer->part->size + size);
    }
    if (!status) {
        status = ica_part_file_append(transfer->part, bytes, size, &transfer->failure);
    }
    return status ? 0 : size;
}

/* Other than 0 ends the transfer. */
static int report(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                  curl_off_t up_now)
{
    struct ica_transfer *transfer = context;
    (void)now;
    (void)up_total;
    (void)up_now;
    uint64_t whole = transfer->file->size_bytes;
    if (!whole && total > 0 && transfer->began) {
        curl_off_t got = 0;
        (void)curl_easy_getinfo(transfer->curl, CURLINFO_SIZE_DOWNLOAD_T, &got);
        whole = transfer->part->size - (uint64_t)got + (uint64_t)total;
    }
    if (ica_monitor_step(transfer->download->monitor, STAGE, (size_t)transfer->part->size,
                         (size_t)whole)) {
        return 0;
    }
    (void)ica_error_set(&transfer->failure, ICA_ECANCELLED,
                        "It was cancelled; what came of %s is kept: pull again to go on.",
                        transfer->file->name);
    return 1;
}

/* ---- The request ------------------------------------------------------------------------------
 */

/* The authorities to trust, where the environment names them as it does for curl's own program;
 * NULL: those of the system. */
static const char *authorities(void)
{
    const char *file = getenv("CURL_CA_BUNDLE");
    file = file && *file ? file : getenv("SSL_CERT_FILE");
    return file && *file ? file : NULL;
}

#define SET(option, value) code = code ? code : curl_easy_setopt(transfer->curl, option, value)

static CURLcode set_limits(struct ica_transfer *transfer)
{
    CURLcode code = CURLE_OK;
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
    SET(CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* else Ctrl-C waits until a host's name is found */
#endif
    SET(CURLOPT_FOLLOWLOCATION, 1L);
    SET(CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
    SET(CURLOPT_FAILONERROR, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)transfer->config->connect_s);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)transfer->config->silence_s);
    SET(CURLOPT_PREREQFUNCTION, check_connection);
    SET(CURLOPT_PREREQDATA, transfer);
    if (authorities()) {
        SET(CURLOPT_CAINFO, authorities());
    }
    if (strncmp(transfer->file->url, "http:", 5) == 0) {
        SET(CURLOPT_PROXY, ""); /* a proxy's "this machine" is another */
    }
    return code;
}

static CURLcode set_callbacks(struct ica_transfer *transfer)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_URL, transfer->file->url);
    SET(CURLOPT_USERAGENT, transfer->config->agent);
    SET(CURLOPT_HEADERFUNCTION, read_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_WRITEFUNCTION, receive);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, report);
    SET(CURLOPT_XFERINFODATA, transfer);
    return code;
}

/* Ask for the rest, where it is sure to be that of the same file. */
static CURLcode set_range(struct ica_transfer *transfer, struct curl_slist **headers)
{
    CURLcode code = CURLE_OK;
    const struct ica_part_file *part = transfer->part;
    char range[32];
    char condition[ICA_MAX_ETAG + 16];
    bool is_sure = part->etag[0] || transfer->file->sha256[0];
    transfer->resumed_at = is_sure ? part->size : 0;
    if (transfer->resumed_at == 0) {
        return CURLE_OK;
    }
    (void)snprintf(range, sizeof range, "%llu-", (unsigned long long)part->size);
    SET(CURLOPT_RANGE, range);
    if (part->etag[0]) {
        (void)snprintf(condition, sizeof condition, "If-Range: %s", part->etag);
        *headers = curl_slist_append(NULL, condition);
        code = code || *headers ? code : CURLE_OUT_OF_MEMORY;
        SET(CURLOPT_HTTPHEADER, *headers);
    }
    return code;
}

/* ---- What went wrong --------------------------------------------------------------------------
 */

static enum ica_status explain_answer(const struct ica_transfer *transfer, long code,
                                      struct ica_error *err)
{
    const char *meaning = code == 401 || code == 403
                              ? "it wants an account or an agreement to a licence: fetch the file "
                                "with a browser"
                          : code == 404 || code == 410 ? "there is no such file any more"
                          : code == 429                ? "it wants fewer requests: try again later"
                          : code >= 500                ? "it has trouble: try again later"
                                                       : "it does not give the file";
    return ica_error_set(err, ICA_EUNAVAILABLE, "The server answers %ld to %.200s: %s.", code,
                         transfer->file->url, meaning);
}

static const char *explain_code(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "the name of the server is not found, as it is where there is no network";
    case CURLE_COULDNT_CONNECT:
        return "nobody answers there; behind a proxy, name that in HTTPS_PROXY";
    case CURLE_OPERATION_TIMEDOUT:
        return "the server is silent for too long";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        return "the server cannot prove who it is; where a proxy has a certificate of its own, "
               "name "
               "that in SSL_CERT_FILE";
    case CURLE_TOO_MANY_REDIRECTS:
        return "the server sends from one address to the next without end";
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "the server sends to an address that is not HTTPS";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return "the connection broke off; what came is kept: pull again to go on";
    default:
        return NULL;
    }
}

static enum ica_status explain(struct ica_transfer *transfer, CURLcode code, struct ica_error *err)
{
    long answer = 0;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer);
    if (transfer->failure.status) {
        return ica_error_set(err, transfer->failure.status, "%s", transfer->failure.text);
    }
    if (code == CURLE_OUT_OF_MEMORY) {
        return ica_error_nomem(err, "a download");
    }
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        return explain_answer(transfer, answer, err);
    }
    const char *reason =
        transfer->was_insecure ? explain_code(CURLE_UNSUPPORTED_PROTOCOL) : explain_code(code);
    return ica_error_set(err, ICA_EUNAVAILABLE, "%.*s: %s.", MAX_URL_SHOWN, transfer->file->url,
                         reason ? reason : curl_easy_strerror(code));
}

/* What another attempt may mend: the line broke in the middle, or the part is none of the file. */
static bool is_worth_another(struct ica_transfer *transfer, CURLcode code)
{
    long answer = 0;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_HTTP_RETURNED_ERROR && answer == 416 && transfer->resumed_at > 0) {
        return ica_part_file_restart(transfer->part, "", NULL) == ICA_OK;
    }
    bool broke = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
                 code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2_STREAM;
    return broke && transfer->began && !transfer->failure.status;
}

enum ica_status ica_transfer_run(struct ica_transfer *transfer, bool *again, struct ica_error *err)
{
    struct curl_slist *headers = NULL;
    *again = false;
    transfer->began = false;
    transfer->curl = curl_easy_init();
    CURLcode code = transfer->curl ? set_limits(transfer) : CURLE_OUT_OF_MEMORY;
    code = code ? code : set_callbacks(transfer);
    code = code ? code : set_range(transfer, &headers);
    if (code) {
        curl_slist_free_all(headers);
        curl_easy_cleanup(transfer->curl);
        return ica_error_nomem(err, "a download");
    }
    code = curl_easy_perform(transfer->curl);
    enum ica_status status = ICA_OK;
    if (code) {
        *again = is_worth_another(transfer, code);
        status = explain(transfer, code, err);
    } else if (!transfer->began && begin_body(transfer)) { /* an answer without bytes */
        status = ica_error_set(err, transfer->failure.status, "%s", transfer->failure.text);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(transfer->curl);
    transfer->curl = NULL;
    return status;
}
