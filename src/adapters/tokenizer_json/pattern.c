/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/pattern.h"

#include <string.h>

#include "adapters/tokenizer_json/unicode.h"

#define MAX_REPEAT 1000

enum {
    KIND_LETTER = 1,
    KIND_NUMBER = 2,
    KIND_SPACE = 4,
    KIND_OTHER_THAN_SPACE = 8,
};

/* ---- Reading ----------------------------------------------------------------------------------
 */

struct cursor {
    const char *text;
    size_t size;
    size_t at;
};

static bool skip(struct cursor *cursor, const char *expected)
{
    size_t n = strlen(expected);
    if (cursor->size - cursor->at < n || memcmp(cursor->text + cursor->at, expected, n) != 0) {
        return false;
    }
    cursor->at += n;
    return true;
}

static bool take(struct cursor *cursor, uint32_t *character)
{
    if (cursor->at == cursor->size) {
        return false;
    }
    size_t n_bytes;
    *character = ica_unicode_next(cursor->text + cursor->at, cursor->size - cursor->at, &n_bytes);
    cursor->at += n_bytes;
    return true;
}

static bool add_range(struct ica_pattern *pattern, struct ica_pattern_item *item, uint32_t first,
                      uint32_t last)
{
    if (pattern->n_ranges == ICA_MAX_PATTERN_RANGES || first > last) {
        return false;
    }
    pattern->ranges[pattern->n_ranges++] = (struct ica_pattern_range){first, last};
    item->n_ranges++;
    return true;
}

/* What follows a backslash: a kind of characters, or else one character in `*literal`. */
static bool read_escape(struct cursor *cursor, unsigned *kind, uint32_t *literal)
{
    static const struct {
        const char *name;
        unsigned kind;
        uint32_t literal;
    } escapes[] = {
        {"p{L}", KIND_LETTER, 0}, {"p{N}", KIND_NUMBER, 0},
        {"s", KIND_SPACE, 0},     {"S", KIND_OTHER_THAN_SPACE, 0},
        {"r", 0, '\r'},           {"n", 0, '\n'},
        {"t", 0, '\t'},
    };
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        if (skip(cursor, escapes[i].name)) {
            *kind = escapes[i].kind;
            *literal = escapes[i].literal;
            return true;
        }
    }
    *kind = 0;
    return take(cursor, literal) && *literal < 0x80 && *literal > ' ' &&
           !ica_unicode_is_letter(*literal) && !ica_unicode_is_number(*literal);
}

/* One character of a class, or the kinds that it names. */
static bool read_member(struct cursor *cursor, unsigned *kind, uint32_t *literal)
{
    *kind = 0;
    if (skip(cursor, "\\")) {
        return read_escape(cursor, kind, literal);
    }
    /* An engine gives these a meaning of their own inside a class. */
    return take(cursor, literal) && *literal != '[' && *literal != '&';
}

static bool read_class(struct cursor *cursor, struct ica_pattern *pattern,
                       struct ica_pattern_item *item)
{
    item->is_negated = skip(cursor, "^");
    bool is_good = !skip(cursor, "]");
    while (is_good && !skip(cursor, "]")) {
        unsigned kind;
        uint32_t first = 0;
        is_good = read_member(cursor, &kind, &first);
        uint32_t last = first;
        bool is_range = is_good && !kind && cursor->size - cursor->at > 1 &&
                        cursor->text[cursor->at] == '-' && cursor->text[cursor->at + 1] != ']';
        if (is_range) {
            unsigned end_kind;
            cursor->at++;
            is_good = read_member(cursor, &end_kind, &last) && !end_kind;
        }
        item->kinds |= kind;
        is_good = is_good && (kind || add_range(pattern, item, first, last));
    }
    return is_good;
}

static bool read_character(struct cursor *cursor, struct ica_pattern *pattern,
                           struct ica_pattern_item *item)
{
    uint32_t literal = 0;
    if (skip(cursor, "[")) {
        return read_class(cursor, pattern, item);
    }
    if (skip(cursor, "\\")) {
        return read_escape(cursor, &item->kinds, &literal) &&
               (item->kinds || add_range(pattern, item, literal, literal));
    }
    return take(cursor, &literal) && (literal >= 0x80 || !strchr("^$.()|?*+{}]", (int)literal)) &&
           add_range(pattern, item, literal, literal);
}

static size_t read_count(struct cursor *cursor, size_t fallback)
{
    size_t count = 0;
    size_t start = cursor->at;
    while (cursor->at < cursor->size && cursor->text[cursor->at] >= '0' &&
           cursor->text[cursor->at] <= '9' && count <= MAX_REPEAT) {
        count = 10 * count + (size_t)(cursor->text[cursor->at++] - '0');
    }
    return cursor->at == start ? fallback : count;
}

static bool read_quantifier(struct cursor *cursor, struct ica_pattern_item *item)
{
    item->min = item->max = 1;
    if (skip(cursor, "+")) {
        item->max = SIZE_MAX;
    } else if (skip(cursor, "*")) {
        item->min = 0;
        item->max = SIZE_MAX;
    } else if (skip(cursor, "?")) {
        item->min = 0;
    } else if (skip(cursor, "{")) {
        item->min = read_count(cursor, SIZE_MAX);
        item->max = skip(cursor, ",") ? read_count(cursor, SIZE_MAX) : item->min;
        if (!skip(cursor, "}") || item->min > MAX_REPEAT || item->max < item->min ||
            item->max == 0) {
            return false;
        }
    } else {
        return true;
    }
    /* A second sign would make it lazy or possessive. */
    return cursor->at == cursor->size || !strchr("+?*{", cursor->text[cursor->at]);
}

static bool read_item(struct cursor *cursor, struct ica_pattern *pattern)
{
    if (pattern->n_items == ICA_MAX_PATTERN_ITEMS) {
        return false;
    }
    struct ica_pattern_item *item = &pattern->items[pattern->n_items++];
    *item = (struct ica_pattern_item){.first_range = pattern->n_ranges, .min = 1, .max = 1};
    item->is_lookahead = skip(cursor, "(?!");
    if (!read_character(cursor, pattern, item)) {
        return false;
    }
    return item->is_lookahead ? skip(cursor, ")") : read_quantifier(cursor, item);
}

bool ica_pattern_read(struct ica_pattern *pattern, const char *text, size_t size)
{
    struct cursor cursor = {.text = text, .size = size};
    size_t min_length = 0;
    pattern->n_items = pattern->n_ranges = 0;
    do {
        do {
            if (!read_item(&cursor, pattern)) {
                return false;
            }
            const struct ica_pattern_item *item = &pattern->items[pattern->n_items - 1];
            min_length += item->is_lookahead ? 0 : item->min;
        } while (cursor.at < size && text[cursor.at] != '|');
        pattern->items[pattern->n_items - 1].is_last = true;
        if (min_length == 0) {
            return false;
        }
        min_length = 0;
    } while (skip(&cursor, "|"));
    return true;
}

bool ica_pattern_read_literal(struct ica_pattern *pattern, const char *text, size_t size)
{
    struct cursor cursor = {.text = text, .size = size};
    uint32_t character;
    pattern->n_items = pattern->n_ranges = 0;
    while (take(&cursor, &character)) {
        if (pattern->n_items == ICA_MAX_PATTERN_ITEMS) {
            return false;
        }
        struct ica_pattern_item *item = &pattern->items[pattern->n_items++];
        *item = (struct ica_pattern_item){.first_range = pattern->n_ranges, .min = 1, .max = 1};
        if (!add_range(pattern, item, character, character)) {
            return false;
        }
    }
    if (pattern->n_items > 0) {
        pattern->items[pattern->n_items - 1].is_last = true;
    }
    return pattern->n_items > 0;
}

/* ---- Matching ---------------------------------------------------------------------------------
 */

/* A text while it is searched. */
struct search {
    const struct ica_pattern *pattern;
    const char *text;
    size_t size;
    size_t *steps_left;
};

static bool is_of(const struct ica_pattern *pattern, const struct ica_pattern_item *item,
                  uint32_t character)
{
    const struct ica_pattern_range *ranges = pattern->ranges + item->first_range;
    for (size_t i = 0; i < item->n_ranges; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return ((item->kinds & KIND_SPACE) && ica_unicode_is_space(character)) ||
           ((item->kinds & KIND_OTHER_THAN_SPACE) && !ica_unicode_is_space(character)) ||
           ((item->kinds & KIND_LETTER) && ica_unicode_is_letter(character)) ||
           ((item->kinds & KIND_NUMBER) && ica_unicode_is_number(character));
}

/* Bytes of the character at `at` if the item fits it, else 0. */
static size_t fit(const struct search *search, const struct ica_pattern_item *item, size_t at)
{
    if (at == search->size || *search->steps_left == 0) {
        return 0;
    }
    size_t n_bytes;
    uint32_t character = ica_unicode_next(search->text + at, search->size - at, &n_bytes);
    --*search->steps_left;
    return is_of(search->pattern, item, character) != item->is_negated ? n_bytes : 0;
}

/* Match from this item to the last of its alternative. */
static bool match(const struct search *search, const struct ica_pattern_item *item, size_t at,
                  size_t *end)
{
    size_t n = 0;
    size_t reach = at;
    if (item->is_lookahead) {
        if (fit(search, item, at) > 0) {
            return false;
        }
    } else {
        for (size_t n_bytes; n < item->max && (n_bytes = fit(search, item, reach)) > 0; n++) {
            reach += n_bytes;
        }
    }
    for (; item->is_lookahead || n >= item->min; n--) {
        if (item->is_last) {
            *end = reach;
            return true;
        }
        if (match(search, item + 1, reach, end)) {
            return true;
        }
        if (n == 0) {
            return false;
        }
        reach -= ica_unicode_last(search->text, reach);
    }
    return false;
}

bool ica_pattern_find(const struct ica_pattern *pattern, const char *text, size_t size, size_t from,
                      size_t *start, size_t *end, size_t *steps_left)
{
    const struct search search = {
        .pattern = pattern, .text = text, .size = size, .steps_left = steps_left};
    size_t n_bytes;
    for (size_t at = from; at<size && * steps_left> 0; at += n_bytes) {
        for (size_t i = 0; i < pattern->n_items; i++) {
            if ((i == 0 || pattern->items[i - 1].is_last) &&
                match(&search, &pattern->items[i], at, end) && *steps_left > 0) {
                *start = at;
                return true;
            }
        }
        (void)ica_unicode_next(text + at, size - at, &n_bytes);
    }
    return false;
}
