/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer that is born with a maximum. */
#ifndef ICA_BASE_BUFFER_H
#define ICA_BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ica_buffer {
    uint8_t *data;    /* owned; always followed by one 0 byte once anything was appended */
    size_t size;      /* bytes in use */
    size_t capacity;  /* bytes allocated */
    size_t max_bytes; /* appending beyond fails with ICA_ETOOLARGE */
};

/* An empty buffer that may hold up to `max_bytes`. Allocates nothing. */
void ica_buffer_init(struct ica_buffer *buffer, size_t max_bytes);

/* Free the content and return to the state after init. */
void ica_buffer_clear(struct ica_buffer *buffer);

/* Move the content of `from` to `to` (whose own content is freed first); `from` is empty then. */
void ica_buffer_move(struct ica_buffer *to, struct ica_buffer *from);

/* Append `size` bytes. On failure (ICA_ETOOLARGE, ICA_ENOMEM) the content is unchanged. */
enum ica_status ica_buffer_append(struct ica_buffer *buffer, const void *bytes, size_t size,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Append formatted text (without its final 0). */
enum ica_status ica_buffer_printf(struct ica_buffer *buffer, struct ica_error *err,
                                  const char *format, ...) ICA_MUST_CHECK
    __attribute__((format(printf, 3, 4)));

/* Append a text without its final 0. */
enum ica_status ica_buffer_append_text(struct ica_buffer *buffer, const char *text,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* The content as a C string ("" when empty); valid until the next change. */
const char *ica_buffer_text(const struct ica_buffer *buffer);

#endif
