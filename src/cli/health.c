/* SPDX-License-Identifier: Apache-2.0 */
/* The command `health`: ask a running server whether it is well, for container checks. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

#define TIMEOUT_MS     5000L
#define MAX_ANSWER     1024
#define MAX_URL        300
#define HTTP_STATUS_OK 200

struct answer {
    size_t size;
    char text[MAX_ANSWER];
};

/* Keep the beginning of the answer. */
static size_t receive(char *bytes, size_t unit, size_t count, void *context)
{
    struct answer *answer = context;
    size_t size = unit * count;
    size_t room = sizeof answer->text - 1 - answer->size;
    size_t taken = size < room ? size : room;
    memcpy(answer->text + answer->size, bytes, taken);
    answer->size += taken;
    answer->text[answer->size] = 0;
    return size;
}

/* The address that reaches a server listening at `settings->listen`. */
static void make_url(const struct ica_settings *settings, char url[MAX_URL])
{
    const char *host = settings->listen;
    if (strcmp(host, "0.0.0.0") == 0) {
        host = "127.0.0.1";
    } else if (strcmp(host, "::") == 0) {
        host = "::1";
    }
    const char *format =
        strchr(host, ':') ? "http://[%.200s]:%u/health" : "http://%.200s:%u/health";
    (void)snprintf(url, MAX_URL, format, host, (unsigned)settings->port);
}

static enum ica_status ask(CURL *curl, const char *url, struct ica_error *err)
{
    struct answer answer = {0};
    char reason[CURL_ERROR_SIZE] = "";
    long http_status = 0;
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    CURLcode code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    if (code != CURLE_OK) {
        return ica_error_set(err, ICA_EBUSY, "%s does not answer: %s.", url,
                             *reason ? reason : curl_easy_strerror(code));
    }
    if (http_status != HTTP_STATUS_OK) {
        return ica_error_set(err, ICA_EBUSY, "%s answers %ld: %.200s", url, http_status,
                             answer.text);
    }
    (void)printf("%s is well\n", url);
    return ICA_OK;
}

enum ica_status ica_command_health(const struct ica_settings *settings, struct ica_error *err)
{
    char url[MAX_URL];
    make_url(settings, url);
    if (curl_global_init(CURL_GLOBAL_NOTHING)) {
        return ica_error_nomem(err, "the HTTP client");
    }
    CURL *curl = curl_easy_init();
    enum ica_status status = curl ? ask(curl, url, err) : ica_error_nomem(err, "the HTTP client");
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return status;
}
