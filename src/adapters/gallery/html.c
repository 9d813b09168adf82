/* SPDX-License-Identifier: Apache-2.0 */
/* Text and images as parts of an HTML page. */
#include "adapters/gallery/html.h"

#include <string.h>

#define GROUPS_PER_BLOCK 256 /* of 3 bytes in, 4 characters out */

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

/* Base64 (RFC 4648, section 4) of up to 3 bytes. */
static void encode_group(const uint8_t *bytes, size_t size, char text[4])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = (uint32_t)bytes[0] << 16;
    group |= size > 1 ? (uint32_t)bytes[1] << 8 : 0;
    group |= size > 2 ? bytes[2] : 0;
    text[0] = digits[group >> 18];
    text[1] = digits[group >> 12 & 63];
    text[2] = size > 1 ? digits[group >> 6 & 63] : '=';
    text[3] = size > 2 ? digits[group & 63] : '=';
}

enum ica_status ica_html_append_jpeg(struct ica_buffer *out, const struct ica_buffer *jpeg,
                                     struct ica_error *err)
{
    enum ica_status status = ica_buffer_append_text(out, "data:image/jpeg;base64,", err);
    for (size_t i = 0; i < jpeg->size && !status;) {
        char block[GROUPS_PER_BLOCK * 4];
        size_t used = 0;
        for (; used < sizeof block && i < jpeg->size; used += 4) {
            size_t size = jpeg->size - i < 3 ? jpeg->size - i : 3;
            encode_group(jpeg->data + i, size, block + used);
            i += size;
        }
        status = ica_buffer_append(out, block, used, err);
    }
    return status;
}
