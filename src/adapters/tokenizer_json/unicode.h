/* SPDX-License-Identifier: Apache-2.0 */
/* What tokenizers need of Unicode. Categories and normal forms are utf8proc's, thus of the version
 * of Unicode that the distribution's knows. Thread-safe. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_UNICODE_H
#define ICA_ADAPTERS_TOKENIZER_JSON_UNICODE_H

#include <stdbool.h>

#include "base/buffer.h"

enum ica_normal_form { ICA_FORM_NFC, ICA_FORM_NFD, ICA_FORM_NFKC, ICA_FORM_NFKD };

/* The character that `text` (`size` > 0 bytes) begins with, and its bytes; U+FFFD and 1 for what is
 * no UTF-8. */
uint32_t ica_unicode_next(const char *text, size_t size, size_t *n_bytes);

/* The bytes of the character that ends at `text` + `end`, 0 < end. */
size_t ica_unicode_last(const char *text, size_t end);

/* Append a character. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_unicode_append(struct ica_buffer *out, uint32_t character,
                                   struct ica_error *err) ICA_MUST_CHECK;

bool ica_unicode_is_letter(uint32_t character); /* L */
bool ica_unicode_is_mark(uint32_t character);   /* M */
bool ica_unicode_is_number(uint32_t character); /* N */
bool ica_unicode_is_space(uint32_t character);  /* White_Space */

/* Whether no extended grapheme cluster (UAX 29) ends between the two; `*state` is 0 at the text's
 * beginning and carried from pair to pair. */
bool ica_unicode_is_joined(uint32_t before, uint32_t after, int *state);

/* Append `size` bytes as UTF-8: each byte that belongs to no character becomes U+FFFD.
 * ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_unicode_read(struct ica_buffer *out, const char *bytes, size_t size,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Append a text in a normal form (UAX 15). ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_unicode_normalise(struct ica_buffer *out, enum ica_normal_form form,
                                      const char *text, size_t size,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Append a text in lower case, each character for itself. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_unicode_lower(struct ica_buffer *out, const char *text, size_t size,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
