/* SPDX-License-Identifier: Apache-2.0 */
/* Text and images as parts of an HTML page. */
#include "adapters/gallery/html.h"

#include <string.h>

#include "base/base64.h"

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "&#39;";
    }
}

enum ica_status ica_html_append_text(struct ica_buffer *out, const char *text,
                                     struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    while (*text && !status) {
        size_t length = strcspn(text, "&<>\"'");
        status = ica_buffer_append(out, text, length, err);
        text += length;
        if (*text && !status) {
            status = ica_buffer_append_text(out, entity(*text++), err);
        }
    }
    return status;
}

enum ica_status ica_html_append_jpeg(struct ica_buffer *out, const struct ica_buffer *jpeg,
                                     struct ica_error *err)
{
    return ica_base64_append_url(out, "image/jpeg", jpeg->data, jpeg->size, err);
}
