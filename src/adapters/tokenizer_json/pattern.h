/* SPDX-License-Identifier: Apache-2.0 */
/* The regular expressions of tokenizer files, which cut texts by kinds of characters. Known are
 * alternatives (|) of sequences of one character each: itself, \r \n \t, \s \S, \p{L} \p{N}, an
 * escaped sign, or a class of these and of ranges [...] [^...]; each with a quantifier (+ * ?
 * {m,n}) where wanted; and (?!x), which asks that no such character follows. Matched as everywhere:
 * the first alternative that fits, quantifiers as long as possible. Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_PATTERN_H
#define ICA_ADAPTERS_TOKENIZER_JSON_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_PATTERN_ITEMS  128
#define ICA_MAX_PATTERN_RANGES 128
#define ICA_PATTERN_STEPS      ((size_t)1 << 25) /* characters tried per text */

struct ica_pattern_range {
    uint32_t first;
    uint32_t last;
};

/* One character, so many times. */
struct ica_pattern_item {
    size_t min;
    size_t max;
    size_t first_range; /* in the pattern's list */
    size_t n_ranges;
    unsigned kinds;    /* of characters, besides the ranges */
    bool is_negated;   /* any but these */
    bool is_lookahead; /* no such one may follow; nothing is taken */
    bool is_last;      /* of its alternative */
};

struct ica_pattern {
    size_t n_items;
    size_t n_ranges;
    struct ica_pattern_item items[ICA_MAX_PATTERN_ITEMS];
    struct ica_pattern_range ranges[ICA_MAX_PATTERN_RANGES];
};

/* Read `size` bytes of UTF-8. False if the expression is not of this kind, too long or fits an
 * empty text. */
bool ica_pattern_read(struct ica_pattern *pattern, const char *text, size_t size);

/* Read a text that only fits itself. False if it is empty or too long. */
bool ica_pattern_read_literal(struct ica_pattern *pattern, const char *text, size_t size);

/* Find the first match in [from, size). False if there is none. `*steps_left`, ICA_PATTERN_STEPS at
 * first, counts down; with 0 left, nothing matches any more. */
bool ica_pattern_find(const struct ica_pattern *pattern, const char *text, size_t size, size_t from,
                      size_t *start, size_t *end, size_t *steps_left);

#endif
