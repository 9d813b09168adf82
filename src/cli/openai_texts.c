/* SPDX-License-Identifier: Apache-2.0 */
/* The key and the question for a captioning server. The key is no option of its own: what is on a
 * command line, anybody on the machine can read. */
#include "cli/openai_texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file_io.h"
#include "base/text.h"

#define KEY_VARIABLE     "OPENAI_API_KEY"
#define MAX_KEY_BYTES    ((size_t)8 << 10)
#define MAX_PROMPT_BYTES ((size_t)16 << 10)

static void trim_end(struct ica_buffer *text)
{
    while (text->size > 0 && strchr(" \t\r\n", text->data[text->size - 1])) {
        text->data[--text->size] = 0;
    }
}

/* It becomes part of a header: visible ASCII, nothing that could end the line. */
static enum ica_status check_key(const struct ica_buffer *key, struct ica_error *err)
{
    bool visible = key->size > 0;
    for (size_t i = 0; i < key->size; i++) {
        visible = visible && key->data[i] > ' ' && key->data[i] < 0x7F;
    }
    return visible ? ICA_OK
                   : ica_error_set(err, ICA_EINVALID,
                                   "A key is one line of letters, digits and signs, without blanks "
                                   "or control characters.");
}

static enum ica_status read_key(const struct ica_settings *settings, struct ica_buffer *key,
                                struct ica_error *err)
{
    const char *variable = getenv(KEY_VARIABLE);
    enum ica_status status = ICA_OK;
    ica_buffer_init(key, MAX_KEY_BYTES);
    if (*settings->openai_key_file) {
        status = ica_file_read(settings->openai_key_file, key, err);
    } else if (variable && *variable) {
        status = ica_buffer_append_text(key, variable, err);
    } else {
        return ICA_OK;
    }
    if (!status) {
        trim_end(key);
        status = check_key(key, err);
    }
    if (status && *settings->openai_key_file) {
        return ica_error_prefix(err, status,
                                "--openai-key-file %.200s: ", settings->openai_key_file);
    }
    return status ? ica_error_prefix(err, status, KEY_VARIABLE ": ") : ICA_OK;
}

static enum ica_status read_prompt(const struct ica_settings *settings, struct ica_buffer *prompt,
                                   struct ica_error *err)
{
    ica_buffer_init(prompt, MAX_PROMPT_BYTES);
    if (!*settings->openai_prompt) {
        return ICA_OK;
    }
    enum ica_status status = ica_file_read(settings->openai_prompt, prompt, err);
    if (!status) {
        trim_end(prompt);
        const char *text = ica_buffer_text(prompt);
        if (prompt->size == 0 || strlen(text) != prompt->size ||
            !ica_text_is_utf8(text, prompt->size)) {
            status = ica_error_set(err, ICA_EINVALID, "The file is empty or no text in UTF-8.");
        }
    }
    return status
               ? ica_error_prefix(err, status, "--openai-prompt %.200s: ", settings->openai_prompt)
               : ICA_OK;
}

enum ica_status ica_openai_texts_read(const struct ica_settings *settings,
                                      struct ica_openai_texts *texts, struct ica_error *err)
{
    *texts = (struct ica_openai_texts){0};
    enum ica_status status = read_key(settings, &texts->key, err);
    return status ? status : read_prompt(settings, &texts->prompt, err);
}

void ica_openai_texts_clear(struct ica_openai_texts *texts)
{
    if (texts->key.data) {
        explicit_bzero(texts->key.data, texts->key.capacity);
    }
    ica_buffer_clear(&texts->key);
    ica_buffer_clear(&texts->prompt);
}
