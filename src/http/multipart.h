/* SPDX-License-Identifier: Apache-2.0 */
/* Parser of multipart/form-data bodies (RFC 7578, RFC 2046), fed with chunks of any size. Holds one
 * part's headers and nothing of its content. */
#ifndef ICA_HTTP_MULTIPART_H
#define ICA_HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "http/header_value.h"

#define ICA_MAX_MULTIPART_BOUNDARY     70 /* RFC 2046, section 5.1.1 */
#define ICA_MAX_MULTIPART_HEADER_BYTES ((size_t)16 << 10)

/* What the headers of a part say; borrowed for the call of part_begin. */
struct ica_multipart_part {
    struct ica_slice field;     /* the `name` parameter, or empty */
    struct ica_slice file_name; /* any bytes: `filename*` or else `filename`, or empty */
};

/* What the parser tells its user. A status other than ICA_OK ends the parsing with that status. */
struct ica_multipart_events {
    enum ica_status (*part_begin)(void *context, const struct ica_multipart_part *part,
                                  struct ica_error *err);
    enum ica_status (*part_data)(void *context, const uint8_t *bytes, size_t size,
                                 struct ica_error *err);
    enum ica_status (*part_end)(void *context, struct ica_error *err);
};

enum ica_multipart_state {
    ICA_MULTIPART_UNSET,
    ICA_MULTIPART_PREAMBLE, /* before the first boundary */
    ICA_MULTIPART_BOUNDARY, /* right after a boundary: "--" or the rest of the line */
    ICA_MULTIPART_HEADERS,  /* in a part's headers */
    ICA_MULTIPART_DATA,     /* in a part's content */
    ICA_MULTIPART_EPILOGUE, /* after the last boundary: ignored */
};

struct ica_multipart {
    const struct ica_multipart_events *events;
    void *context;
    enum ica_multipart_state state;
    char delimiter[4 + ICA_MAX_MULTIPART_BOUNDARY]; /* "\r\n--" and the boundary */
    size_t delimiter_size;
    size_t matched;         /* bytes of the delimiter that ended the last chunk */
    struct ica_buffer line; /* rest of the boundary's line, or the part's headers so far */
};

/* Prepare for a body with this Content-Type. Borrows `events` and `context`. ICA_EINVALID (no
 * boundary, or a bad one), ICA_ENOMEM. */
enum ica_status ica_multipart_init(struct ica_multipart *parser, struct ica_slice content_type,
                                   const struct ica_multipart_events *events, void *context,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Parse the next chunk. ICA_EINVALID (not well formed), ICA_ETOOLARGE (a part's headers), or what
 * an event returned; the parser must not be fed again then. */
enum ica_status ica_multipart_feed(struct ica_multipart *parser, const uint8_t *bytes, size_t size,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Say that the body is over. ICA_EINVALID if its closing boundary did not come. */
enum ica_status ica_multipart_end(const struct ica_multipart *parser,
                                  struct ica_error *err) ICA_MUST_CHECK;

void ica_multipart_clear(struct ica_multipart *parser);

#endif
