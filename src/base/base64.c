/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text, block by block. */
#include "base/base64.h"

#define GROUPS_PER_BLOCK 256 /* of 3 bytes in, 4 characters out */

/* Up to 3 bytes. */
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

enum ica_status ica_base64_append(struct ica_buffer *out, const uint8_t *bytes, size_t size,
                                  struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < size && !status;) {
        char block[GROUPS_PER_BLOCK * 4];
        size_t used = 0;
        for (; used < sizeof block && i < size; used += 4) {
            size_t n = size - i < 3 ? size - i : 3;
            encode_group(bytes + i, n, block + used);
            i += n;
        }
        status = ica_buffer_append(out, block, used, err);
    }
    return status;
}

enum ica_status ica_base64_append_url(struct ica_buffer *out, const char *media_type,
                                      const uint8_t *bytes, size_t size, struct ica_error *err)
{
    enum ica_status status = ica_buffer_printf(out, err, "data:%s;base64,", media_type);
    return status ? status : ica_base64_append(out, bytes, size, err);
}
