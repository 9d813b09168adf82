/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about servers that do not describe. */
#include "adapters/openai/failure.h"

#include <stdio.h>
#include <string.h>

#include "adapters/openai/retry.h"
#include "base/text.h"

#define STATUS_OK     200
#define MAX_SENTENCE  512
#define MAX_TIMES     32
#define KEY_PIECE     8
#define BYTES_PER_MIB ((size_t)1 << 20)

static enum ica_caption_trouble trouble_of(const struct ica_http_call *call,
                                           const struct ica_chat_answer *answer)
{
    switch (call->outcome) {
    case ICA_HTTP_REFUSED:
        return ICA_CAPTION_REFUSED;
    case ICA_HTTP_TIMED_OUT:
        return ICA_CAPTION_TIMED_OUT;
    case ICA_HTTP_BROKEN:
        return ICA_CAPTION_BROKEN;
    case ICA_HTTP_TOO_LARGE:
        return ICA_CAPTION_TOO_LARGE;
    case ICA_HTTP_ANSWERED:
        break;
    case ICA_HTTP_UNSET:
    case ICA_HTTP_NO_MEMORY:
    case ICA_HTTP_UNREACHABLE:
        return ICA_CAPTION_UNREACHABLE;
    }
    if (call->status != STATUS_OK) {
        return call->retry_after_s > ICA_MAX_RETRY_AFTER_S ? ICA_CAPTION_WAIT : ICA_CAPTION_STATUS;
    }
    if (answer->text[0] && !answer->is_refusal) {
        return ICA_CAPTION_FINE;
    }
    return !answer->is_json     ? ICA_CAPTION_NOT_JSON
           : answer->is_refusal ? ICA_CAPTION_DECLINED
           : answer->is_cut     ? ICA_CAPTION_CUT
                                : ICA_CAPTION_NO_TEXT;
}

struct ica_caption_failure ica_caption_failure_of(const struct ica_http_call *call,
                                                  const struct ica_chat_answer *answer)
{
    struct ica_caption_failure failure = {.trouble = trouble_of(call, answer)};
    switch (failure.trouble) {
    case ICA_CAPTION_STATUS:
        failure.status = call->status;
        failure.may_heal = ica_retry_status(call->status);
        break;
    case ICA_CAPTION_REFUSED:
    case ICA_CAPTION_TIMED_OUT:
    case ICA_CAPTION_BROKEN:
    case ICA_CAPTION_UNREACHABLE:
        failure.may_heal = true;
        break;
    default:
        break;
    }
    return failure;
}

bool ica_caption_failure_is_general(const struct ica_caption_failure *failure)
{
    return failure->trouble >= ICA_CAPTION_STATUS && failure->trouble <= ICA_CAPTION_WAIT;
}

/* " three times"; "" for once. */
static void say_times(size_t n, char out[MAX_TIMES])
{
    static const char *const words[] = {"",    "",      "twice", "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    if (n < 2) {
        out[0] = 0;
    } else if (n == 2) {
        (void)snprintf(out, MAX_TIMES, " %s", words[n]);
    } else if (n < sizeof words / sizeof *words) {
        (void)snprintf(out, MAX_TIMES, " %s times", words[n]);
    } else {
        (void)snprintf(out, MAX_TIMES, " %zu times", n);
    }
}

static const char *name_of(long status)
{
    static const struct {
        long status;
        const char *name;
    } names[] = {
        {400, "bad request"},         {401, "unauthorized"},      {402, "payment required"},
        {403, "forbidden"},           {404, "not found"},         {405, "method not allowed"},
        {408, "request time-out"},    {413, "too large"},         {415, "unsupported media type"},
        {422, "cannot be processed"}, {429, "too many requests"}, {500, "internal error"},
        {501, "not implemented"},     {502, "bad gateway"},       {503, "unavailable"},
        {504, "gateway time-out"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status) {
            return names[i].name;
        }
    }
    return status >= 300 && status < 400 ? "redirect" : "";
}

/* Whether a text holds the key or a piece of it, as it does where it was cut. */
static bool holds_key(const char *text, const char *key)
{
    char piece[KEY_PIECE + 1];
    size_t length = strlen(key);
    size_t size = length < KEY_PIECE ? length : KEY_PIECE;
    bool held = false;
    for (size_t i = 0; size > 0 && i + size <= length && !held; i++) {
        memcpy(piece, key + i, size);
        piece[size] = 0;
        held = strstr(text, piece) != NULL;
    }
    return held;
}

/* Servers quote a wrong key, in whole or in part. */
static bool may_be_told(const struct ica_http_call *call, const struct ica_chat_answer *answer,
                        const char *key)
{
    return answer->told[0] && call->status != 401 && call->status != 403 &&
           !holds_key(answer->told, key);
}

static void say_status(const struct ica_caption_circumstances *circumstances, const char *times,
                       const struct ica_http_call *call, const struct ica_chat_answer *answer,
                       char text[MAX_SENTENCE])
{
    const char *name = name_of(call->status);
    bool told = may_be_told(call, answer, circumstances->key);
    (void)snprintf(text, MAX_SENTENCE, "The captioning server at %s answered %ld%s%s%s%s%s%s.",
                   circumstances->host, call->status, *name ? " (" : "", name, *name ? ")" : "",
                   times, told ? ": " : "", told ? answer->told : "");
}

/* Write the sentence about `host`. */
#define SAY(...) (void)snprintf(text, sizeof text, "The captioning server at %s " __VA_ARGS__)

void ica_caption_failure_say(const struct ica_caption_failure *failure,
                             const struct ica_caption_circumstances *circumstances,
                             const struct ica_http_call *call, const struct ica_chat_answer *answer,
                             char note[ICA_MAX_NOTE])
{
    const char *host = circumstances->host;
    unsigned timeout_s = circumstances->timeout_s;
    bool typed = call->content_type[0] && !strstr(call->content_type, "json");
    char text[MAX_SENTENCE] = "";
    char times[MAX_TIMES];
    say_times(circumstances->n_attempts, times);
    switch (failure->trouble) {
    case ICA_CAPTION_FINE:
        break;
    case ICA_CAPTION_STATUS:
        say_status(circumstances, times, call, answer, text);
        break;
    case ICA_CAPTION_REFUSED:
        SAY("could not be connected to%s.", host, times);
        break;
    case ICA_CAPTION_TIMED_OUT:
        SAY("did not answer within %u second%s%s.", host, timeout_s, timeout_s == 1 ? "" : "s",
            times);
        break;
    case ICA_CAPTION_BROKEN:
        SAY("ended the connection before its answer was complete%s.", host, times);
        break;
    case ICA_CAPTION_UNREACHABLE:
        SAY("could not be reached%s (%s).", host, times, call->reason);
        break;
    case ICA_CAPTION_WAIT:
        SAY("answered %ld and asks for a wait of %.0f seconds, which is too long.", host,
            call->status, call->retry_after_s);
        break;
    case ICA_CAPTION_TOO_LARGE:
        SAY("answered with more than %zu MiB and was cut off.", host,
            call->answer.max_bytes / BYTES_PER_MIB);
        break;
    case ICA_CAPTION_NOT_JSON:
        SAY("answered with %s that is not JSON.", host, typed ? call->content_type : "a text");
        break;
    case ICA_CAPTION_NO_TEXT:
        SAY("answered without a description.", host);
        break;
    case ICA_CAPTION_CUT:
        SAY("ran out of room for its answer before it said anything.", host);
        break;
    case ICA_CAPTION_DECLINED:
        SAY("declined to describe the pictures.", host);
        break;
    }
    size_t length = ica_text_cut(text, ICA_MAX_NOTE - 1);
    memcpy(note, text, length);
    note[length] = 0;
}
