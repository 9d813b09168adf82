/* SPDX-License-Identifier: Apache-2.0 */
/* A page while it is written: pieces one after the other, until the first failure. */
#ifndef ICA_ADAPTERS_GALLERY_PAGE_H
#define ICA_ADAPTERS_GALLERY_PAGE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/model.h"

struct ica_page {
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status; /* of the first failure; nothing is written after one */
};

/* Markup as it is. */
void ica_page_html(struct ica_page *page, const char *markup);

/* Text from outside, so that it is text wherever it stands. */
void ica_page_text(struct ica_page *page, const char *from_outside);

void ica_page_number(struct ica_page *page, size_t value);

/* Everything up to the title, in <title>. The page forbids itself every script and every address.
 */
void ica_page_begin(struct ica_page *page);

/* From after the title to <h1>, with the style between them. */
void ica_page_head(struct ica_page *page);

/* From after the last section to the model, in the page's last line. */
void ica_page_foot(struct ica_page *page, const struct ica_model *model);

void ica_page_end(struct ica_page *page);

/* What the file name of an image is without its folders. */
const char *ica_page_base_name(const char *id);

/* The JPEG of an image; nothing where there is none. */
void ica_page_image(struct ica_page *page, const char *id, const struct ica_buffer *jpeg);

#endif
