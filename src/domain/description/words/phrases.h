/* SPDX-License-Identifier: Apache-2.0 */
/* A list of phrases that images are compared with: the names of classes, or what a user wants to
 * tell apart. */
#ifndef ICA_DOMAIN_DESCRIPTION_WORDS_PHRASES_H
#define ICA_DOMAIN_DESCRIPTION_WORDS_PHRASES_H

#include <stddef.h>

#include "base/error.h"

#define ICA_MAX_PHRASES      10000
#define ICA_MAX_PHRASE_BYTES 63

/* Starts all zero. */
struct ica_phrases {
    size_t n;
    size_t capacity;
    char **texts; /* owned, as each text is; valid UTF-8 */
};

/* Append a copy of `size` bytes. ICA_EINVALID (empty, too long, or no UTF-8), ICA_ETOOLARGE (too
 * many), ICA_ENOMEM. */
enum ica_status ica_phrases_add(struct ica_phrases *phrases, const char *text, size_t size,
                                struct ica_error *err) ICA_MUST_CHECK;

/* Append the lines of `text`, without the blanks around them; lines that are empty or begin with
 * '#' are left out. Messages name the line. As add, and ICA_EINVALID if there is none. */
enum ica_status ica_phrases_parse(struct ica_phrases *phrases, const char *text, size_t size,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_phrases_clear(struct ica_phrases *phrases);

#endif
