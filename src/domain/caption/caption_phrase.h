/* SPDX-License-Identifier: Apache-2.0 */
/* One text for a cluster out of the captions of some of its pictures. */
#ifndef ICA_DOMAIN_CAPTION_CAPTION_PHRASE_H
#define ICA_DOMAIN_CAPTION_CAPTION_PHRASE_H

#include <stddef.h>

#define ICA_CAPTION_SEPARATOR " / "

/* Write the caption, of `n` > 0, that shares the most words with the others, the first of those
 * that share as many; articles, prepositions and the like do not count. A start such as "there is"
 * or "a picture of" goes. At most `size` - 1 bytes, cut after a word. Returns how much of its words
 * all captions share with it, on average: 1 if there is one caption, or all say the same; 1 / n if
 * it stands alone. */
double ica_captions_summarise(const char *const captions[], size_t n, char *text, size_t size);

/* Write all captions, separated by " / ": as the proof of concept described a cluster. At most
 * `size` - 1 bytes, cut after a word. */
void ica_captions_join(const char *const captions[], size_t n, char *text, size_t size);

#endif
