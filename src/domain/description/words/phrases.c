/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/description/words/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum ica_status ica_phrases_add(struct ica_phrases *phrases, const char *text, size_t size,
                                struct ica_error *err)
{
    if (size == 0 || size > ICA_MAX_PHRASE_BYTES || !ica_text_is_utf8(text, size)) {
        return ica_error_set(err, ICA_EINVALID, "A phrase has 1 to %d bytes of UTF-8.",
                             ICA_MAX_PHRASE_BYTES);
    }
    if (phrases->n >= ICA_MAX_PHRASES) {
        return ica_error_set(err, ICA_ETOOLARGE, "There may be at most %d phrases.",
                             ICA_MAX_PHRASES);
    }
    char *copy = strndup(text, size);
    if (!copy || !ica_array_reserve((void **)&phrases->texts, &phrases->capacity, phrases->n + 1,
                                    ICA_MAX_PHRASES, sizeof *phrases->texts)) {
        free(copy);
        return ica_error_nomem(err, "the phrases");
    }
    phrases->texts[phrases->n++] = copy;
    return ICA_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Add one line without its end. */
static enum ica_status add_line(struct ica_phrases *phrases, const char *line, size_t size,
                                struct ica_error *err)
{
    while (size > 0 && is_blank(*line)) {
        line++;
        size--;
    }
    while (size > 0 && is_blank(line[size - 1])) {
        size--;
    }
    return size == 0 || *line == '#' ? ICA_OK : ica_phrases_add(phrases, line, size, err);
}

enum ica_status ica_phrases_parse(struct ica_phrases *phrases, const char *text, size_t size,
                                  struct ica_error *err)
{
    const char *end = text + size;
    enum ica_status status = ICA_OK;
    for (size_t number = 1; text < end && !status; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline ? newline : end;
        status = add_line(phrases, text, (size_t)(line_end - text), err);
        if (status) {
            status = ica_error_prefix(err, status, "Line %zu: ", number);
        }
        text = line_end + 1;
    }
    if (!status && phrases->n == 0) {
        status = ica_error_set(err, ICA_EINVALID, "There is no phrase: write one a line.");
    }
    return status;
}

void ica_phrases_clear(struct ica_phrases *phrases)
{
    for (size_t i = 0; i < phrases->n; i++) {
        free(phrases->texts[i]);
    }
    free(phrases->texts);
    *phrases = (struct ica_phrases){0};
}
