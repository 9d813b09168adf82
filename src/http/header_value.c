/* SPDX-License-Identifier: Apache-2.0 */
/* Values of header fields with parameters: a scan from left to right over borrowed bytes. */
#include "http/header_value.h"

#include <string.h>
#include <strings.h>

bool ica_slice_is(struct ica_slice slice, const char *text)
{
    return slice.size == strlen(text) && strncasecmp(slice.bytes, text, slice.size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct ica_slice trim(struct ica_slice slice)
{
    while (slice.size && is_blank(slice.bytes[0])) {
        slice.bytes++;
        slice.size--;
    }
    while (slice.size && is_blank(slice.bytes[slice.size - 1])) {
        slice.size--;
    }
    return slice;
}

static struct ica_slice cut(struct ica_slice slice, size_t from, size_t to)
{
    return (struct ica_slice){slice.bytes + from, to - from};
}

/* Index of the first `c` at or after `from`; the size if there is none. */
static size_t find(struct ica_slice slice, size_t from, char c)
{
    const char *at = from < slice.size ? memchr(slice.bytes + from, c, slice.size - from) : NULL;
    return at ? (size_t)(at - slice.bytes) : slice.size;
}

/* Index of the quote that ends the string whose first character is at `from`. */
static size_t find_end_of_quoted(struct ica_slice slice, size_t from)
{
    size_t i = from;
    while (i < slice.size && slice.bytes[i] != '"') {
        bool escape = slice.bytes[i] == '\\' && i + 1 < slice.size &&
                      (slice.bytes[i + 1] == '"' || slice.bytes[i + 1] == '\\');
        i += escape ? 2 : 1;
    }
    return i;
}

struct ica_slice ica_header_type(struct ica_slice value)
{
    return trim(cut(value, 0, find(value, 0, ';')));
}

/* Append the content of a quoted string without its escapes. */
static enum ica_status append_unescaped(struct ica_slice text, struct ica_buffer *out,
                                        struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < text.size && !status; i++) {
        bool escape = text.bytes[i] == '\\' && i + 1 < text.size &&
                      (text.bytes[i + 1] == '"' || text.bytes[i + 1] == '\\');
        i += escape;
        status = ica_buffer_append(out, text.bytes + i, 1, err);
    }
    return status;
}

/* One `name=value` of a header. */
struct param {
    struct ica_slice name;
    struct ica_slice value;
    bool quoted;
};

/* Read the parameter after the `;` at `at`. Returns the index of the next `;`, or the size. */
static size_t read_param(struct ica_slice value, size_t at, struct param *param)
{
    size_t end = find(value, at + 1, ';');
    size_t equals = find(value, at + 1, '=');
    *param = (struct param){0};
    if (equals >= end) {
        return end;
    }
    size_t start = equals + 1;
    while (start < value.size && is_blank(value.bytes[start])) {
        start++;
    }
    param->quoted = start < value.size && value.bytes[start] == '"';
    if (param->quoted) {
        size_t close = find_end_of_quoted(value, start + 1);
        if (close >= value.size) {
            return value.size; /* the quote is never closed */
        }
        param->value = cut(value, start + 1, close);
        end = find(value, close + 1, ';');
    } else {
        end = find(value, start, ';');
        param->value = trim(cut(value, start, end));
    }
    param->name = trim(cut(value, at + 1, equals));
    return end;
}

enum ica_status ica_header_param(struct ica_slice value, const char *name, struct ica_buffer *out,
                                 bool *found, struct ica_error *err)
{
    *found = false;
    size_t at = find(value, 0, ';');
    while (at < value.size) {
        struct param param;
        at = read_param(value, at, &param);
        if (param.name.size && ica_slice_is(param.name, name)) {
            *found = true;
            return param.quoted ? append_unescaped(param.value, out, err)
                                : ica_buffer_append(out, param.value.bytes, param.value.size, err);
        }
    }
    return ICA_OK;
}

/* Whether the weight of a list's element is zero: "q=0", "q=0.000". */
static bool is_refused(struct ica_slice element)
{
    size_t at = find(element, 0, ';');
    while (at < element.size) {
        struct param param;
        at = read_param(element, at, &param);
        if (param.name.size && ica_slice_is(param.name, "q")) {
            size_t zeros = 0;
            while (zeros < param.value.size && strchr("0.", param.value.bytes[zeros])) {
                zeros++;
            }
            return zeros == param.value.size;
        }
    }
    return false;
}

bool ica_header_accepts(struct ica_slice value, const char *item)
{
    for (size_t start = 0; start < value.size;) {
        size_t end = find(value, start, ',');
        struct ica_slice element = cut(value, start, end);
        if (ica_slice_is(ica_header_type(element), item)) {
            return !is_refused(element);
        }
        start = end + 1;
    }
    return false;
}
