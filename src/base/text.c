/* SPDX-License-Identifier: Apache-2.0 */
/* Texts from outside: copies with a maximum, UTF-8, numbers. */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT       "\xEF\xBF\xBD" /* U+FFFD */
#define REPLACEMENT_BYTES 3

char *ica_text_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* Length of the well-formed UTF-8 sequence at `bytes` (RFC 3629, table in section 4); 0 if none. */
static size_t utf8_sequence(const unsigned char *bytes, size_t size)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        return 1;
    }
    size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || length > size) {
        return 0;
    }
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (bytes[1] < low || bytes[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

size_t ica_text_cut(const char *text, size_t max)
{
    size_t length = strnlen(text, max + 1);
    if (length <= max) {
        return length;
    }
    for (length = max; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;) {
        length--;
    }
    return length;
}

bool ica_text_is_utf8(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t length = utf8_sequence((const unsigned char *)bytes + i, size - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

char *ica_text_copy_utf8(const char *bytes, size_t size)
{
    if (size > (SIZE_MAX - 1) / REPLACEMENT_BYTES) {
        return NULL;
    }
    char *copy = malloc(size * REPLACEMENT_BYTES + 1);
    if (!copy) {
        return NULL;
    }
    char *end = copy;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_sequence((const unsigned char *)bytes + i, size - i);
        bool control = length == 1 && ((unsigned char)bytes[i] < ' ' || bytes[i] == 0x7f);
        if (length == 0 || control) {
            memcpy(end, REPLACEMENT, REPLACEMENT_BYTES);
            end += REPLACEMENT_BYTES;
            i++;
        } else {
            memcpy(end, bytes + i, length);
            end += length;
            i += length;
        }
    }
    *end = 0;
    return copy;
}

bool ica_text_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

bool ica_text_parse_double(const char *text, double min, double max, double *out)
{
    if (text[0] == '+' || text[strspn(text, "0123456789.eE+-")]) {
        return false;
    }
    char *end;
    double value = strtod(text, &end); /* infinite if too large; tiny ones have their value */
    if (end == text || *end || isinf(value) || value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

bool ica_text_parse_size(const char *text, uint64_t max, uint64_t *out)
{
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift) {
        end++;
    }
    if (errno || *end || value > max >> shift) {
        return false;
    }
    *out = value << shift;
    return true;
}
