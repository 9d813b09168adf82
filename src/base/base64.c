/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text, block by block. */
#include "base/base64.h"

#include <stdbool.h>

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

static int digit_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z') {
        return digit - 'A';
    }
    if (digit >= 'a' && digit <= 'z') {
        return digit - 'a' + 26;
    }
    if (digit >= '0' && digit <= '9') {
        return digit - '0' + 52;
    }
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* The bytes of 4 characters, and how many they are; 0 for none. */
static size_t decode_group(const char text[4], bool is_last, uint8_t bytes[3])
{
    size_t n_digits = text[3] != '=' ? 4 : text[2] != '=' ? 3 : 2;
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < n_digits ? digit_value(text[i]) : 0;
        if (value < 0) {
            return 0;
        }
        group = group << 6 | (uint32_t)value;
    }
    bytes[0] = (uint8_t)(group >> 16);
    bytes[1] = (uint8_t)(group >> 8);
    bytes[2] = (uint8_t)group;
    return n_digits == 4 || is_last ? n_digits - 1 : 0;
}

enum ica_status ica_base64_read(struct ica_buffer *out, const char *text, size_t size,
                                struct ica_error *err)
{
    bool is_good = size % 4 == 0;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; is_good && i < size && !status; i += 4) {
        uint8_t bytes[3];
        size_t n = decode_group(text + i, i + 4 == size, bytes);
        is_good = n > 0;
        status = ica_buffer_append(out, bytes, n, err);
    }
    return is_good ? status : ica_error_set(err, ICA_EINVALID, "This is no padded base64.");
}

enum ica_status ica_base64_append_url(struct ica_buffer *out, const char *media_type,
                                      const uint8_t *bytes, size_t size, struct ica_error *err)
{
    enum ica_status status = ica_buffer_printf(out, err, "data:%s;base64,", media_type);
    return status ? status : ica_base64_append(out, bytes, size, err);
}
