/* SPDX-License-Identifier: Apache-2.0 */
/* Chat completions with images. Servers differ in what they answer: text as one string or in parts,
 * errors as an object, a string or a member of another name. All of it is taken. */
#include "adapters/openai/chat_request.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "domain/caption/caption_text.h"

#define MAX_TOKENS          256
#define MAX_THOUGHTS_TOKENS 2048              /* with what a model thinks before it answers */
#define MAX_URL_BYTES       (8u << 20)        /* of one picture */
#define MAX_SAID_BYTES      ((size_t)1 << 16) /* of the parts of an answer together */

const char ica_chat_default_prompt[] =
    "These pictures ({images}) are of one group in a collection. What do all of them show? Answer "
    "in "
    "{language} with one short noun phrase of two to six plain words, like the label of a folder. "
    "Name only what all pictures share. No sentence, no list, no quotation marks, nothing but the "
    "phrase.";

enum ica_status ica_chat_prompt(const char *template, enum ica_language language, size_t n_images,
                                struct ica_buffer *out, struct ica_error *err)
{
    static const char language_mark[] = "{language}";
    static const char images_mark[] = "{images}";
    enum ica_status status = ICA_OK;
    while (*template && !status) {
        if (strncmp(template, language_mark, strlen(language_mark)) == 0) {
            status = ica_buffer_append_text(out, ica_language_name(language), err);
            template += strlen(language_mark);
        } else if (strncmp(template, images_mark, strlen(images_mark)) == 0) {
            status = ica_buffer_printf(out, err, "%zu", n_images);
            template += strlen(images_mark);
        } else {
            size_t length = 1 + strcspn(template + 1, "{");
            status = ica_buffer_append(out, template, length, err);
            template += length;
        }
    }
    return status;
}

/* ---- The request -------------------------------------------------------------------------------
 */

/* NULL when memory is short or the picture is far too large. */
static json_t *picture_part(const struct ica_buffer *jpeg)
{
    struct ica_buffer url;
    ica_buffer_init(&url, MAX_URL_BYTES);
    json_t *part = NULL;
    if (!ica_base64_append_url(&url, "image/jpeg", jpeg->data, jpeg->size, NULL)) {
        part = json_pack("{s:s, s:{s:s}}", "type", "image_url", "image_url", "url",
                         ica_buffer_text(&url));
    }
    ica_buffer_clear(&url);
    return part;
}

/* Append to the list, or release it and return NULL. Takes `item`. */
static json_t *append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *make_body(const struct ica_chat_request *request)
{
    bool other = request->dialect == ICA_CHAT_MAX_COMPLETION_TOKENS;
    json_t *content =
        append(json_array(), json_pack("{s:s, s:s}", "type", "text", "text", request->prompt));
    for (size_t i = 0; i < request->n_pictures; i++) {
        content = append(content, picture_part(&request->pictures[i]));
    }
    json_t *body = json_pack("{s:s*, s:[{s:s, s:o}], s:i, s:b}", "model",
                             *request->model ? request->model : NULL, "messages", "role", "user",
                             "content", content, other ? "max_completion_tokens" : "max_tokens",
                             other ? MAX_THOUGHTS_TOKENS : MAX_TOKENS, "stream", 0);
    if (body && !other && json_object_set_new(body, "temperature", json_integer(0))) {
        json_decref(body);
        body = NULL;
    }
    return body;
}

struct writer {
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status;
};

static int write_bytes(const char *bytes, size_t size, void *context)
{
    struct writer *writer = context;
    writer->status = ica_buffer_append(writer->out, bytes, size, writer->err);
    return writer->status ? -1 : 0;
}

enum ica_status ica_chat_request_write(const struct ica_chat_request *request,
                                       struct ica_buffer *out, struct ica_error *err)
{
    struct writer writer = {.out = out, .err = err};
    json_t *body = make_body(request);
    if (!body) {
        return ica_error_nomem(err, "a request");
    }
    if (json_dump_callback(body, write_bytes, &writer, JSON_COMPACT) && !writer.status) {
        writer.status = ica_error_nomem(err, "a request");
    }
    json_decref(body);
    return writer.status;
}

/* ---- The answer --------------------------------------------------------------------------------
 */

static void clean(const json_t *string, char out[ICA_MAX_DESCRIPTION])
{
    ica_caption_text_clean(json_string_value(string), json_string_length(string), out);
}

/* The texts of all parts, one after another. */
static void clean_parts(const json_t *parts, char out[ICA_MAX_DESCRIPTION])
{
    struct ica_buffer said;
    ica_buffer_init(&said, MAX_SAID_BYTES);
    bool fits = true;
    for (size_t i = 0; i < json_array_size(parts) && fits; i++) {
        const json_t *part = json_array_get(parts, i);
        const char *type = json_string_value(json_object_get(part, "type"));
        const json_t *text = json_object_get(part, "text");
        fits = !type || strcmp(type, "text") != 0 || !json_is_string(text) ||
               !ica_buffer_append(&said, json_string_value(text), json_string_length(text), NULL);
    }
    ica_caption_text_clean(ica_buffer_text(&said), said.size, out);
    ica_buffer_clear(&said);
}

/* {"error": {"message": ...}}, {"error": ...}, {"message": ...} or {"detail": ...} */
static void read_error(const json_t *root, char told[ICA_CHAT_MAX_TOLD])
{
    const json_t *error = json_object_get(root, "error");
    const json_t *candidates[] = {json_object_get(error, "message"), error,
                                  json_object_get(root, "message"),
                                  json_object_get(root, "detail")};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (json_is_string(candidates[i])) {
            char line[ICA_MAX_DESCRIPTION];
            clean(candidates[i], line);
            size_t length = strnlen(line, ICA_CHAT_MAX_TOLD - 1);
            while (length > 0 && ((unsigned char)line[length] & 0xC0) == 0x80) {
                length--;
            }
            memcpy(told, line, length);
            told[length] = 0;
            return;
        }
    }
}

void ica_chat_answer_read(const struct ica_buffer *body, struct ica_chat_answer *answer)
{
    *answer = (struct ica_chat_answer){0};
    json_t *root = json_loadb(ica_buffer_text(body), body->size, 0, NULL);
    const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
    const json_t *message = json_object_get(choice, "message");
    const json_t *content = json_object_get(message, "content");
    const char *finish = json_string_value(json_object_get(choice, "finish_reason"));
    answer->is_json = root != NULL;
    answer->is_cut = finish && strcmp(finish, "length") == 0;
    answer->is_refusal = json_is_string(json_object_get(message, "refusal")) ||
                         (finish && strcmp(finish, "content_filter") == 0);
    if (json_is_string(content)) {
        clean(content, answer->text);
    } else {
        clean_parts(content, answer->text);
    }
    read_error(root, answer->told);
    json_decref(root);
}

bool ica_chat_wants_other_dialect(const struct ica_chat_answer *answer,
                                  enum ica_chat_dialect dialect)
{
    return dialect == ICA_CHAT_MAX_TOKENS &&
           (strstr(answer->told, "max_tokens") || strstr(answer->told, "max_completion_tokens") ||
            strstr(answer->told, "temperature"));
}
