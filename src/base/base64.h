/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text (RFC 4648, section 4), and as an address of their own (RFC 2397). */
#ifndef ICA_BASE_BASE64_H
#define ICA_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* Append `size` bytes in base64, padded. */
enum ica_status ica_base64_append(struct ica_buffer *out, const uint8_t *bytes, size_t size,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Append the bytes that `size` characters of padded base64 stand for. ICA_EINVALID. */
enum ica_status ica_base64_read(struct ica_buffer *out, const char *text, size_t size,
                                struct ica_error *err) ICA_MUST_CHECK;

/* Append a data: URL of `size` bytes of that media type. */
enum ica_status ica_base64_append_url(struct ica_buffer *out, const char *media_type,
                                      const uint8_t *bytes, size_t size,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
