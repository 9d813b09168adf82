/* SPDX-License-Identifier: Apache-2.0 */
/* The WordPieces of a language model and the text that a row of them stands for. */
#ifndef ICA_DOMAIN_CAPTION_VOCABULARY_H
#define ICA_DOMAIN_CAPTION_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_VOCABULARY  262144
#define ICA_MAX_PIECE_BYTES 128

/* Starts all zero; not to be copied. */
struct ica_vocabulary {
    char *text;          /* owned: the pieces, a 0 after each */
    const char **pieces; /* owned list, by id; each points into `text` */
    bool *special;       /* owned: pieces that are no part of a text, such as [SEP] */
    size_t n;
};

/* Read one piece per line from the `size` bytes at `text`, which must be `n` lines of UTF-8, none
 * of them empty or longer than ICA_MAX_PIECE_BYTES. ICA_EINVALID (the message says what is wrong
 * where), ICA_ENOMEM; `*vocabulary` is empty then. */
enum ica_status ica_vocabulary_init(struct ica_vocabulary *vocabulary, const char *text,
                                    size_t size, size_t n, struct ica_error *err) ICA_MUST_CHECK;

void ica_vocabulary_clear(struct ica_vocabulary *vocabulary);

/* Write the text of the `n` ids, special ones and those that are not in the vocabulary left out, in
 * `size` > 0 bytes; where they do not suffice the text is cut. Pieces that begin with ## continue
 * the word before. Blanks before punctuation and in contractions go: "dog ' s ." is "dog's.". */
void ica_vocabulary_decode(const struct ica_vocabulary *vocabulary, const uint32_t *ids, size_t n,
                           char *text, size_t size);

#endif
