/* SPDX-License-Identifier: Apache-2.0 */
/* Language models are asked for a phrase and nothing else, and many wrap it all the same. */
#include "domain/caption/caption_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* What is looked at of one line; the rest of a longer one could not be shown anyway. */
#define MAX_LINE 1024

#define THOUGHT_BEGIN "<think>"
#define THOUGHT_END   "</think>"

struct line {
    char text[MAX_LINE];
    size_t size;
};

/* A part of what was said, without a final 0. */
struct part {
    const char *bytes;
    size_t size;
};

/* The bytes after the last `mark`; NULL if there is none. */
static const char *after_last(struct part part, const char *mark)
{
    size_t length = strlen(mark);
    for (size_t end = part.size; end >= length; end--) {
        if (memcmp(part.bytes + end - length, mark, length) == 0) {
            return part.bytes + end;
        }
    }
    return NULL;
}

/* A thought without an end is an answer that was cut off before it began. */
static struct part without_thoughts(struct part part)
{
    const char *rest = after_last(part, THOUGHT_END);
    if (rest) {
        return (struct part){rest, part.size - (size_t)(rest - part.bytes)};
    }
    return after_last(part, THOUGHT_BEGIN) ? (struct part){part.bytes, 0} : part;
}

/* Length of the valid UTF-8 character that `part` begins with; 0 if it is none. */
static size_t character_size(struct part part)
{
    for (size_t size = 1; size <= 4 && size <= part.size; size++) {
        if (ica_text_is_utf8(part.bytes, size)) {
            return size;
        }
    }
    return 0;
}

static uint32_t code_point(const char *bytes, size_t size)
{
    const unsigned char *b = (const unsigned char *)bytes;
    uint32_t code = size == 1 ? b[0] : b[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | (b[i] & 0x3F);
    }
    return code;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == '\t' || code == 0xA0 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x202F || code == 0x3000;
}

static bool ends_line(uint32_t code)
{
    return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

/* Control characters, marks of direction, characters without a width, and what only dresses text
 * up. */
static bool is_left_out(uint32_t code)
{
    return code < ' ' || (code >= 0x7F && code < 0xA0) || code == 0xAD ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0xFFFD ||
           (code >= 0xE0000 && code <= 0xE0FFF) || code == '*' || code == '`';
}

static void append(struct line *line, const char *bytes, size_t size)
{
    if (size <= sizeof line->text - 1 - line->size) {
        memcpy(line->text + line->size, bytes, size);
        line->size += size;
    }
}

/* Cut the first line off `rest`, cleaned of single characters. */
static struct line cut_line(struct part *rest)
{
    struct line line = {.size = 0};
    bool blank = false;
    while (rest->size > 0) {
        const char *bytes = rest->bytes;
        size_t size = character_size(*rest);
        size_t step = size ? size : 1;
        rest->bytes += step;
        rest->size -= step;
        uint32_t code = size ? code_point(bytes, size) : 0;
        if (ends_line(code)) {
            break;
        }
        if (is_blank(code)) {
            blank = true;
        } else if (!is_left_out(code)) {
            if (blank && line.size > 0) {
                append(&line, " ", 1);
            }
            blank = false;
            append(&line, bytes, size);
        }
    }
    line.text[line.size] = 0;
    return line;
}

/* Around the phrase, each of these says nothing. */
static const char *const wrappings[] = {
    " ",
    "\"",
    "'",
    "#",
    ">",
    "_",
    "~",
    "\xC2\xAB",     /* « */
    "\xC2\xBB",     /* » */
    "\xE2\x80\x98", /* single quotation marks */
    "\xE2\x80\x99",
    "\xE2\x80\x9A",
    "\xE2\x80\x9C", /* double ones */
    "\xE2\x80\x9D",
    "\xE2\x80\x9E",
    "\xE2\x80\xA2", /* bullet */
};
static const char *const only_before[] = {"-", "+", "\xE2\x80\x93", "\xE2\x80\x94"};
static const char *const only_after[] = {".", ",", ";", "\xE3\x80\x82", "\xE2\x80\xA6"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How many bytes of one of `marks` the part begins with, or ends with. */
static size_t match(struct part part, const char *const *marks, size_t n, bool at_end)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(marks[i]);
        if (size <= part.size &&
            memcmp(at_end ? part.bytes + part.size - size : part.bytes, marks[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

/* "1. " and "2) " as lists have them. */
static size_t list_number(struct part part)
{
    size_t digits = 0;
    while (digits < part.size && digits < 2 && part.bytes[digits] >= '0' &&
           part.bytes[digits] <= '9') {
        digits++;
    }
    bool is_number = digits > 0 && digits + 1 < part.size &&
                     (part.bytes[digits] == '.' || part.bytes[digits] == ')') &&
                     part.bytes[digits + 1] == ' ';
    return is_number ? digits + 2 : 0;
}

/* A quotation mark at the end that belongs to one inside: what is quoted is part of the phrase. */
static bool closes_quotation(struct part part)
{
    char last = part.size > 0 ? part.bytes[part.size - 1] : 0;
    bool opened = false;
    for (size_t i = 0; i + 1 < part.size; i++) {
        opened = opened || part.bytes[i] == last;
    }
    return opened && (last == '"' || last == '\'');
}

static struct part unwrap(struct part part)
{
    size_t cut;
    do {
        cut = match(part, wrappings, COUNT(wrappings), false);
        cut = cut ? cut : match(part, only_before, COUNT(only_before), false);
        cut = cut ? cut : list_number(part);
        part.bytes += cut;
        part.size -= cut;
    } while (cut);
    do {
        cut = closes_quotation(part) ? 0 : match(part, wrappings, COUNT(wrappings), true);
        cut = cut ? cut : match(part, only_after, COUNT(only_after), true);
        part.size -= cut;
    } while (cut);
    return part;
}

/* Something to read: a letter or a digit, or a character of another script. */
static bool says_something(struct part part)
{
    for (size_t i = 0; i < part.size; i++) {
        unsigned char c = (unsigned char)part.bytes[i];
        if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80) {
            return true;
        }
    }
    return false;
}

/* The name of a language after a fence (```text) is no phrase; ```red shoes``` holds one. */
static bool is_fence(struct part part)
{
    while (part.size > 0 && (*part.bytes == ' ' || *part.bytes == '\t')) {
        part.bytes++;
        part.size--;
    }
    size_t marks = 0;
    size_t i = 0;
    for (; i < part.size && part.bytes[i] != '\n'; i++) {
        bool mark = part.bytes[i] == '`';
        if (mark && i > marks) {
            return false;
        }
        marks += mark;
    }
    return marks >= 3;
}

/* Copy the phrase, cut between words if it is too long, or within one that is very long. */
static void copy(struct part part, char out[ICA_MAX_DESCRIPTION])
{
    char text[MAX_LINE];
    memcpy(text, part.bytes, part.size);
    text[part.size] = 0;
    size_t size = ica_text_cut(text, ICA_MAX_DESCRIPTION - 1);
    if (size < part.size && text[size] != ' ') {
        size_t word = size;
        while (word > size / 2 && text[word - 1] != ' ') {
            word--;
        }
        size = word > size / 2 ? word : size;
    }
    part = unwrap((struct part){text, size});
    memcpy(out, part.bytes, part.size);
    out[part.size] = 0;
}

void ica_caption_text_clean(const char *said, size_t size, char out[ICA_MAX_DESCRIPTION])
{
    struct part rest = without_thoughts((struct part){said, size});
    out[0] = 0;
    while (rest.size > 0) {
        bool fence = is_fence(rest);
        struct line line = cut_line(&rest);
        struct part phrase = unwrap((struct part){line.text, line.size});
        bool announces = phrase.size > 0 && phrase.bytes[phrase.size - 1] == ':';
        if (!fence && says_something(phrase)) {
            phrase.size -= announces;
            copy(phrase, out);
            if (!announces) {
                return;
            }
        }
    }
}
