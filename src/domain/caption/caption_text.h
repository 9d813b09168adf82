/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a description of what a language model has said. */
#ifndef ICA_DOMAIN_CAPTION_CAPTION_TEXT_H
#define ICA_DOMAIN_CAPTION_CAPTION_TEXT_H

#include <stddef.h>

#include "domain/description/description.h"

/* Write into `out` the first line of the `size` bytes at `said` that says something: what the model
 * thought to itself (<think>...</think>), fences, headings, bullets, quotation marks, emphasis and
 * the full stop are left out, control and invisible characters and invalid UTF-8 too, and blanks
 * are made one. A line that ends in a colon only announces the next. Longer lines are cut between
 * words. `out` is "" when nothing is left. */
void ica_caption_text_clean(const char *said, size_t size, char out[ICA_MAX_DESCRIPTION]);

#endif
