/* SPDX-License-Identifier: Apache-2.0 */
/* Why a captioning server has not described a cluster, and how to say it. */
#ifndef ICA_ADAPTERS_OPENAI_FAILURE_H
#define ICA_ADAPTERS_OPENAI_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include "adapters/openai/chat_request.h"
#include "adapters/openai/http_client.h"

enum ica_caption_trouble {
    ICA_CAPTION_FINE,
    /* Of the server: others will fare no better */
    ICA_CAPTION_STATUS, /* another than 200 */
    ICA_CAPTION_REFUSED,
    ICA_CAPTION_TIMED_OUT,
    ICA_CAPTION_BROKEN,
    ICA_CAPTION_UNREACHABLE,
    ICA_CAPTION_WAIT, /* it asks for a longer wait than anybody has patience for */
    /* Of the one answer */
    ICA_CAPTION_TOO_LARGE,
    ICA_CAPTION_NOT_JSON,
    ICA_CAPTION_NO_TEXT,
    ICA_CAPTION_CUT,
    ICA_CAPTION_DECLINED,
};

struct ica_caption_failure {
    enum ica_caption_trouble trouble;
    long status;
    bool may_heal; /* asking once more may help */
};

/* What has become of a call that has ended, ICA_HTTP_NO_MEMORY excepted. `answer` is what its body
 * says. */
struct ica_caption_failure ica_caption_failure_of(const struct ica_http_call *call,
                                                  const struct ica_chat_answer *answer);

/* Whether it is the server's trouble rather than that of one answer. */
bool ica_caption_failure_is_general(const struct ica_caption_failure *failure);

struct ica_caption_circumstances {
    const char *host;
    const char *key; /* never to be said; "" for none */
    size_t n_attempts;
    unsigned timeout_s;
};

/* Write a full sentence for people. What the server has told is part of it, unless it may be about
 * the key. */
void ica_caption_failure_say(const struct ica_caption_failure *failure,
                             const struct ica_caption_circumstances *circumstances,
                             const struct ica_http_call *call, const struct ica_chat_answer *answer,
                             char note[ICA_MAX_NOTE]);

#endif
