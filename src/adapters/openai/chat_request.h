/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of POST /v1/chat/completions: what is asked, and what comes back. */
#ifndef ICA_ADAPTERS_OPENAI_CHAT_REQUEST_H
#define ICA_ADAPTERS_OPENAI_CHAT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/description/description.h"
#include "domain/description/words/language.h"

#define ICA_CHAT_MAX_TOLD 120

/* How the length of the answer is limited. Most servers know `max_tokens`; hosted models that
 * think first refuse it, and a temperature too. */
enum ica_chat_dialect { ICA_CHAT_MAX_TOKENS, ICA_CHAT_MAX_COMPLETION_TOKENS };

struct ica_chat_request {
    const char *model;  /* "": leave it to the server */
    const char *prompt; /* what to ask, as ica_chat_prompt() makes it */
    enum ica_chat_dialect dialect;
    const struct ica_buffer *pictures; /* JPEG files */
    size_t n_pictures;
};

/* What an answer says. */
struct ica_chat_answer {
    bool is_json;
    bool is_refusal;                /* the model does not want to */
    bool is_cut;                    /* it had no room left for words */
    char text[ICA_MAX_DESCRIPTION]; /* cleaned; "" if there is none */
    char told[ICA_CHAT_MAX_TOLD];   /* an error's message, as one clean line; "" if there is none */
};

/* The question where no other template is given. */
extern const char ica_chat_default_prompt[];

/* Append the template with {language} and {images} replaced. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_chat_prompt(const char *template, enum ica_language language, size_t n_images,
                                struct ica_buffer *out, struct ica_error *err) ICA_MUST_CHECK;

/* Append the body of the request to `out`. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_chat_request_write(const struct ica_chat_request *request,
                                       struct ica_buffer *out,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* Read the body of an answer, whatever it is. */
void ica_chat_answer_read(const struct ica_buffer *body, struct ica_chat_answer *answer);

/* Whether the error that was told is about a parameter which `dialect` has and the other has not.
 */
bool ica_chat_wants_other_dialect(const struct ica_chat_answer *answer,
                                  enum ica_chat_dialect dialect);

#endif
