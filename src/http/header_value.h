/* SPDX-License-Identifier: Apache-2.0 */
/* Values of header fields of the form `type; name=value; name="value"` (RFC 9110, section 5.6),
 * as Content-Type and Content-Disposition have them. */
#ifndef ICA_HTTP_HEADER_VALUE_H
#define ICA_HTTP_HEADER_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* A borrowed run of bytes, not terminated. */
struct ica_slice {
    const char *bytes;
    size_t size;
};

/* Whether `slice` is `text`, ASCII letters of any case. */
bool ica_slice_is(struct ica_slice slice, const char *text);

/* What stands before the first `;`, without blanks around it: "multipart/form-data". */
struct ica_slice ica_header_type(struct ica_slice value);

/* Append parameter `name` to `out` and set `*found`. In quotes, \" and \\ stand for " and \; a
 * backslash before anything else is kept, for old clients send whole Windows paths. A value that is
 * not there or not well formed leaves `*found` false. ICA_ETOOLARGE (more than `out` may hold),
 * ICA_ENOMEM. */
enum ica_status ica_header_param(struct ica_slice value, const char *name, struct ica_buffer *out,
                                 bool *found, struct ica_error *err) ICA_MUST_CHECK;

/* Whether a list, such as Accept is one, names `item`: "a, b;q=0.5" accepts a and b, but "b;q=0"
 * does not accept b. Wildcards name nothing. */
bool ica_header_accepts(struct ica_slice value, const char *item);

#endif
