/* SPDX-License-Identifier: Apache-2.0 */
/* Text and images as parts of an HTML page. */
#ifndef ICA_ADAPTERS_GALLERY_HTML_H
#define ICA_ADAPTERS_GALLERY_HTML_H

#include "base/buffer.h"
#include "base/error.h"

/* Append text from outside so that it is text wherever it stands, attributes included. */
enum ica_status ica_html_append_text(struct ica_buffer *out, const char *text,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Append a JPEG as a data URI (RFC 2397). */
enum ica_status ica_html_append_jpeg(struct ica_buffer *out, const struct ica_buffer *jpeg,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
