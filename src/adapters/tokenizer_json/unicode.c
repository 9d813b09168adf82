/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/unicode.h"

#include <stdlib.h>

#include <utf8proc.h>

#define REPLACEMENT   0xFFFD
#define CAPITAL_I_DOT 0x130 /* the only character whose lower case is two */
#define DOT_ABOVE     0x307

static bool decode(const char *text, size_t size, uint32_t *character, size_t *n_bytes)
{
    utf8proc_int32_t found = 0;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &found);
    *character = length > 0 ? (uint32_t)found : REPLACEMENT;
    *n_bytes = length > 0 ? (size_t)length : 1;
    return length > 0;
}

uint32_t ica_unicode_next(const char *text, size_t size, size_t *n_bytes)
{
    uint32_t character = (unsigned char)*text;
    if (character < 0x80) {
        *n_bytes = 1;
        return character;
    }
    (void)decode(text, size, &character, n_bytes);
    return character;
}

size_t ica_unicode_last(const char *text, size_t end)
{
    size_t n = 1;
    while (n < 4 && n < end && ((unsigned char)text[end - n] & 0xC0) == 0x80) {
        n++;
    }
    return n;
}

enum ica_status ica_unicode_append(struct ica_buffer *out, uint32_t character,
                                   struct ica_error *err)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)character, bytes);
    return ica_buffer_append(out, bytes, (size_t)n, err);
}

static bool is_between(uint32_t character, int first, int last)
{
    int category = (int)utf8proc_category((utf8proc_int32_t)character);
    return category >= first && category <= last;
}

bool ica_unicode_is_letter(uint32_t character)
{
    return is_between(character, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

bool ica_unicode_is_mark(uint32_t character)
{
    return is_between(character, UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME);
}

bool ica_unicode_is_number(uint32_t character)
{
    return is_between(character, UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO);
}

bool ica_unicode_is_space(uint32_t character)
{
    return (character >= 0x9 && character <= 0xD) || character == ' ' || character == 0x85 ||
           character == 0xA0 || character == 0x1680 ||
           (character >= 0x2000 && character <= 0x200A) || character == 0x2028 ||
           character == 0x2029 || character == 0x202F || character == 0x205F || character == 0x3000;
}

bool ica_unicode_is_joined(uint32_t before, uint32_t after, int *state)
{
    utf8proc_int32_t kept = *state;
    bool breaks =
        utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after, &kept);
    *state = kept;
    return !breaks;
}

enum ica_status ica_unicode_read(struct ica_buffer *out, const char *bytes, size_t size,
                                 struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t start = 0;
    size_t at = 0;
    while (at < size && !status) {
        uint32_t character;
        size_t n_bytes;
        if (!decode(bytes + at, size - at, &character, &n_bytes)) {
            status = ica_buffer_append(out, bytes + start, at - start, err);
            status = status ? status : ica_unicode_append(out, REPLACEMENT, err);
            start = at + n_bytes;
        }
        at += n_bytes;
    }
    return status ? status : ica_buffer_append(out, bytes + start, at - start, err);
}

enum ica_status ica_unicode_normalise(struct ica_buffer *out, enum ica_normal_form form,
                                      const char *text, size_t size, struct ica_error *err)
{
    static const utf8proc_option_t options[] = {
        [ICA_FORM_NFC] = UTF8PROC_COMPOSE,
        [ICA_FORM_NFD] = UTF8PROC_DECOMPOSE,
        [ICA_FORM_NFKC] = UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [ICA_FORM_NFKD] = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
    };
    utf8proc_uint8_t *found = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size,
                                           &found, options[form] | UTF8PROC_STABLE);
    if (length < 0) {
        return ica_error_nomem(err, "a text in its normal form");
    }
    enum ica_status status = ica_buffer_append(out, found, (size_t)length, err);
    free(found);
    return status;
}

enum ica_status ica_unicode_lower(struct ica_buffer *out, const char *text, size_t size,
                                  struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t n_bytes;
    for (size_t at = 0; at < size && !status; at += n_bytes) {
        uint32_t character = ica_unicode_next(text + at, size - at, &n_bytes);
        if (character == CAPITAL_I_DOT) {
            status = ica_unicode_append(out, 'i', err);
            character = DOT_ABOVE;
        }
        utf8proc_int32_t lower = utf8proc_tolower((utf8proc_int32_t)character);
        status = status ? status : ica_unicode_append(out, (uint32_t)lower, err);
    }
    return status;
}
