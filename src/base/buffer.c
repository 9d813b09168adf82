/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer that is born with a maximum. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY_BYTES 256

void ica_buffer_init(struct ica_buffer *buffer, size_t max_bytes)
{
    *buffer = (struct ica_buffer){.max_bytes = max_bytes};
}

void ica_buffer_clear(struct ica_buffer *buffer)
{
    free(buffer->data);
    ica_buffer_init(buffer, buffer->max_bytes);
}

void ica_buffer_move(struct ica_buffer *to, struct ica_buffer *from)
{
    free(to->data);
    *to = *from;
    ica_buffer_init(from, from->max_bytes);
}

/* Make room for `extra` more bytes and the 0 after them. */
static enum ica_status reserve(struct ica_buffer *buffer, size_t extra, struct ica_error *err)
{
    if (buffer->size > buffer->max_bytes || extra > buffer->max_bytes - buffer->size) {
        return ica_error_set(err, ICA_ETOOLARGE, "More than the limit of %zu bytes.",
                             buffer->max_bytes);
    }
    size_t needed = buffer->size + extra + 1;
    if (needed <= buffer->capacity) {
        return ICA_OK;
    }
    size_t wanted = buffer->capacity ? buffer->capacity : FIRST_CAPACITY_BYTES;
    while (wanted < needed) {
        wanted *= 2;
    }
    uint8_t *grown = realloc(buffer->data, wanted);
    if (!grown) {
        return ica_error_nomem(err, "a buffer");
    }
    buffer->data = grown;
    buffer->capacity = wanted;
    return ICA_OK;
}

enum ica_status ica_buffer_append(struct ica_buffer *buffer, const void *bytes, size_t size,
                                  struct ica_error *err)
{
    enum ica_status status = reserve(buffer, size, err);
    if (status) {
        return status;
    }
    if (size) {
        memcpy(buffer->data + buffer->size, bytes, size);
    }
    buffer->size += size;
    buffer->data[buffer->size] = 0;
    return ICA_OK;
}

enum ica_status ica_buffer_append_text(struct ica_buffer *buffer, const char *text,
                                       struct ica_error *err)
{
    return ica_buffer_append(buffer, text, strlen(text), err);
}

enum ica_status ica_buffer_printf(struct ica_buffer *buffer, struct ica_error *err,
                                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    enum ica_status status = length < 0
                                 ? ica_error_set(err, ICA_EINVALID, "A text cannot be formatted.")
                                 : reserve(buffer, (size_t)length, err);
    if (!status) {
        (void)vsnprintf((char *)buffer->data + buffer->size, (size_t)length + 1, format, again);
        buffer->size += (size_t)length;
    }
    va_end(again);
    return status;
}

const char *ica_buffer_text(const struct ica_buffer *buffer)
{
    return buffer->data ? (const char *)buffer->data : "";
}
