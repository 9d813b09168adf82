/* SPDX-License-Identifier: Apache-2.0 */
/* SentencePiece's table of replacements: a trie of what is replaced, as a double array, and the
 * texts that come instead. Source: S. Yata's darts-clone (layout of the array), SentencePiece's
 * normalizer.cc (of the whole); which part of a text is looked up as in Hugging Face's tokenizers.
 * Thread-safe once read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_CHARSMAP_H
#define ICA_ADAPTERS_TOKENIZER_JSON_CHARSMAP_H

#include "base/buffer.h"

#define ICA_MAX_CHARSMAP_BYTES ((size_t)8 << 20)

/* Zero-initialise; ica_charsmap_clear releases it. */
struct ica_charsmap {
    uint32_t *units; /* owned */
    size_t n_units;
    char *texts; /* owned; each ends with a 0, and so does the last */
    size_t texts_size;
};

/* Read the table from base64. ICA_EINVALID, ICA_ETOOLARGE, ICA_ENOMEM; messages name no file. */
enum ica_status ica_charsmap_read(struct ica_charsmap *map, const char *base64, size_t size,
                                  struct ica_error *err) ICA_MUST_CHECK;

void ica_charsmap_clear(struct ica_charsmap *map);

/* Append a text with all replacements made. ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_charsmap_apply(const struct ica_charsmap *map, struct ica_buffer *out,
                                   const char *text, size_t size,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
