/* SPDX-License-Identifier: Apache-2.0 */
/* Texts from outside: copies with a maximum, UTF-8, numbers. */
#ifndef ICA_BASE_TEXT_H
#define ICA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Owned copy of `text`; NULL when memory is short. */
char *ica_text_copy(const char *text);

/* Owned copy of the `size` bytes at `bytes` as valid UTF-8: each invalid byte and each control
 * character (below U+0020, U+007F) becomes U+FFFD. NULL when memory is short. */
char *ica_text_copy_utf8(const char *bytes, size_t size);

/* Length of the longest start of `text` that has at most `max` bytes and ends with a whole UTF-8
 * character. */
size_t ica_text_cut(const char *text, size_t max);

/* Whether `size` bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool ica_text_is_utf8(const char *bytes, size_t size);

/* Parse a whole decimal number within [min, max]. False, and `*out` untouched, for anything else:
 * blanks, signs, trailing characters, overflow. */
bool ica_text_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* Parse a decimal number within [min, max], such as -1, .5 or 1e-3. False, and `*out` untouched,
 * for anything else: blanks, a plus sign, trailing characters, overflow, hexadecimal, NaN. */
bool ica_text_parse_double(const char *text, double min, double max, double *out);

/* Parse a size in bytes: a number with an optional suffix K, M or G (powers of 1024). */
bool ica_text_parse_size(const char *text, uint64_t max, uint64_t *out);

#endif
