/* SPDX-License-Identifier: Apache-2.0 */
/* Parser of multipart/form-data bodies.
 *
 * The body is a row of parts, each introduced by a line "--boundary" and the last one followed by
 * "--boundary--" (RFC 2046, section 5.1). The line end before a boundary belongs to the boundary,
 * so the content of a part ends where "\r\n--boundary" begins. A boundary holds no "\r": hence at
 * most one place in a chunk's tail can be the begin of a delimiter that the next chunk completes,
 * and a false start never hides a true one. `matched` counts its bytes; they are known, so they
 * need not be kept. Every other byte is looked at once, by memmem(). */
#include "http/multipart.h"

#include <string.h>

#define CRLF "\r\n"

static const struct ica_slice nothing = {"", 0};

static struct ica_slice buffer_slice(const struct ica_buffer *buffer)
{
    return (struct ica_slice){ica_buffer_text(buffer), buffer->size};
}

enum ica_status ica_multipart_init(struct ica_multipart *parser, struct ica_slice content_type,
                                   const struct ica_multipart_events *events, void *context,
                                   struct ica_error *err)
{
    *parser = (struct ica_multipart){.events = events, .context = context};
    struct ica_buffer boundary;
    ica_buffer_init(&boundary, ICA_MAX_MULTIPART_HEADER_BYTES);
    bool found;
    enum ica_status status = ica_header_param(content_type, "boundary", &boundary, &found, err);
    if (!status && (!found || boundary.size == 0)) {
        status = ica_error_set(err, ICA_EINVALID,
                               "The Content-Type names no boundary between the parts.");
    } else if (!status && (boundary.size > ICA_MAX_MULTIPART_BOUNDARY ||
                           memchr(boundary.data, '\r', boundary.size))) {
        status = ica_error_set(err, ICA_EINVALID,
                               "The boundary between the parts may have %d characters at most.",
                               ICA_MAX_MULTIPART_BOUNDARY);
    }
    if (!status) {
        memcpy(parser->delimiter, CRLF "--", 4);
        memcpy(parser->delimiter + 4, boundary.data, boundary.size);
        parser->delimiter_size = 4 + boundary.size;
        parser->matched = strlen(CRLF); /* the first boundary needs no line end before it */
        parser->state = ICA_MULTIPART_PREAMBLE;
        ica_buffer_init(&parser->line, ICA_MAX_MULTIPART_HEADER_BYTES);
    }
    ica_buffer_clear(&boundary);
    return status;
}

void ica_multipart_clear(struct ica_multipart *parser)
{
    ica_buffer_clear(&parser->line);
    parser->state = ICA_MULTIPART_UNSET;
}

/* Value of a hexadecimal digit, or -1. */
static int hex_value(char c)
{
    int lower = c | 0x20;
    return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Make `text` shorter. */
static void shrink(struct ica_buffer *text, size_t size)
{
    if (text->data) {
        text->size = size;
        text->data[size] = 0;
    }
}

/* Replace %XX in place: all of them, or only those that browsers write for a quote and line ends
 * (HTML, "multipart form data"); they leave any other percent sign as it is. */
static void percent_decode(struct ica_buffer *text, bool all)
{
    size_t to = 0;
    for (size_t from = 0; from < text->size; from++) {
        int high = text->data[from] == '%' && text->size - from > 2
                       ? hex_value((char)text->data[from + 1])
                       : -1;
        int low = high >= 0 ? hex_value((char)text->data[from + 2]) : -1;
        int value = high * 16 + low;
        bool decode = low >= 0 && (all || value == '"' || value == '\r' || value == '\n');
        text->data[to++] = decode ? (uint8_t)value : text->data[from];
        from += decode ? 2 : 0;
    }
    shrink(text, to);
}

/* The file name: filename* (charset'language'text, RFC 8187) goes before filename. */
static enum ica_status read_file_name(struct ica_slice disposition, struct ica_buffer *out,
                                      struct ica_error *err)
{
    bool found;
    enum ica_status status = ica_header_param(disposition, "filename*", out, &found, err);
    const char *quote = found && !status ? memchr(ica_buffer_text(out), '\'', out->size) : NULL;
    const char *end = ica_buffer_text(out) + out->size;
    const char *text = quote ? memchr(quote + 1, '\'', (size_t)(end - quote - 1)) : NULL;
    if (status) {
        return status;
    }
    if (text) {
        size_t size = (size_t)(end - text - 1);
        memmove(out->data, text + 1, size);
        shrink(out, size);
        percent_decode(out, true);
        return ICA_OK;
    }
    ica_buffer_clear(out);
    status = ica_header_param(disposition, "filename", out, &found, err);
    percent_decode(out, false);
    return status;
}

/* Find the value of a header in the lines of `headers`. */
static struct ica_slice find_header(struct ica_slice headers, const char *name)
{
    while (headers.size) {
        const char *end = memmem(headers.bytes, headers.size, CRLF, strlen(CRLF));
        size_t size = end ? (size_t)(end - headers.bytes) : headers.size;
        const char *colon = memchr(headers.bytes, ':', size);
        size_t name_size = colon ? (size_t)(colon - headers.bytes) : 0;
        if (colon && ica_slice_is((struct ica_slice){headers.bytes, name_size}, name)) {
            return (struct ica_slice){colon + 1, size - name_size - 1};
        }
        size_t next = end ? size + strlen(CRLF) : size;
        headers.bytes += next;
        headers.size -= next;
    }
    return nothing;
}

/* The headers are complete: tell what they say. */
static enum ica_status begin_part(struct ica_multipart *parser, struct ica_error *err)
{
    struct ica_slice disposition = find_header(buffer_slice(&parser->line), "content-disposition");
    struct ica_buffer field;
    struct ica_buffer file_name;
    ica_buffer_init(&field, ICA_MAX_MULTIPART_HEADER_BYTES);
    ica_buffer_init(&file_name, ICA_MAX_MULTIPART_HEADER_BYTES);
    bool found;
    enum ica_status status = ica_header_param(disposition, "name", &field, &found, err);
    if (!status) {
        percent_decode(&field, false);
        status = read_file_name(disposition, &file_name, err);
    }
    if (!status) {
        const struct ica_multipart_part part = {
            .field = buffer_slice(&field),
            .file_name = buffer_slice(&file_name),
        };
        status = parser->events->part_begin(parser->context, &part, err);
    }
    ica_buffer_clear(&field);
    ica_buffer_clear(&file_name);
    shrink(&parser->line, 0);
    parser->state = ICA_MULTIPART_DATA;
    return status;
}

/* Collect one more byte of the lines after a boundary. */
static enum ica_status collect(struct ica_multipart *parser, uint8_t byte, struct ica_error *err)
{
    enum ica_status status = ica_buffer_append(&parser->line, &byte, 1, NULL);
    if (status == ICA_ETOOLARGE) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "The headers of a part are longer than the limit of %zu bytes.",
                             ICA_MAX_MULTIPART_HEADER_BYTES);
    }
    return status ? ica_error_nomem(err, "the headers of a part") : ICA_OK;
}

static bool ends_with(const struct ica_buffer *buffer, const char *text)
{
    size_t size = strlen(text);
    return buffer->size >= size && memcmp(buffer->data + buffer->size - size, text, size) == 0;
}

/* After a boundary comes "--" if it is the last one, else blanks and a line end. */
static enum ica_status feed_boundary(struct ica_multipart *parser, uint8_t byte,
                                     struct ica_error *err)
{
    enum ica_status status = collect(parser, byte, err);
    if (status) {
        return status;
    }
    struct ica_buffer *line = &parser->line;
    bool dash = line->data[0] == '-';
    if (dash && line->size == 2 && byte == '-') {
        parser->state = ICA_MULTIPART_EPILOGUE;
    } else if (!dash && ends_with(line, CRLF)) {
        /* Keep the line end: an empty line right after it ends the headers, too. */
        memcpy(line->data, CRLF, strlen(CRLF));
        shrink(line, strlen(CRLF));
        parser->state = ICA_MULTIPART_HEADERS;
    } else if (dash ? line->size > 1 : byte != ' ' && byte != '\t' && byte != '\r') {
        return ica_error_set(err, ICA_EINVALID,
                             "The form is not well formed: a boundary is followed by other text.");
    }
    return ICA_OK;
}

/* The parser found a whole delimiter. */
static enum ica_status end_part(struct ica_multipart *parser, struct ica_error *err)
{
    bool had_part = parser->state == ICA_MULTIPART_DATA;
    parser->state = ICA_MULTIPART_BOUNDARY;
    parser->matched = 0;
    shrink(&parser->line, 0);
    return had_part ? parser->events->part_end(parser->context, err) : ICA_OK;
}

/* Content of a part goes to the user; the preamble goes nowhere. */
static enum ica_status emit(const struct ica_multipart *parser, const void *bytes, size_t size,
                            struct ica_error *err)
{
    bool wanted = parser->state == ICA_MULTIPART_DATA && size;
    return wanted ? parser->events->part_data(parser->context, bytes, size, err) : ICA_OK;
}

/* How many bytes at the end of the chunk are the begin of a delimiter. */
static size_t partial_delimiter(const struct ica_multipart *parser, const uint8_t *bytes,
                                size_t size)
{
    size_t tail = size < parser->delimiter_size - 1 ? size : parser->delimiter_size - 1;
    const uint8_t *start = memrchr(bytes + size - tail, '\r', tail);
    size_t length = start ? (size_t)(bytes + size - start) : 0;
    return length && memcmp(start, parser->delimiter, length) == 0 ? length : 0;
}

/* Take content up to the next delimiter, or the whole chunk; `*used` says how much. */
static enum ica_status feed_data(struct ica_multipart *parser, const uint8_t *bytes, size_t size,
                                 size_t *used, struct ica_error *err)
{
    if (parser->matched) { /* does this chunk go on where the last one ended? */
        size_t missing = parser->delimiter_size - parser->matched;
        size_t n = size < missing ? size : missing;
        if (memcmp(bytes, parser->delimiter + parser->matched, n) == 0) {
            *used = n;
            parser->matched += n;
            return n == missing ? end_part(parser, err) : ICA_OK;
        }
        size_t false_start = parser->matched;
        parser->matched = 0;
        *used = 0;
        return emit(parser, parser->delimiter, false_start, err);
    }
    const uint8_t *found = memmem(bytes, size, parser->delimiter, parser->delimiter_size);
    if (found) {
        size_t before = (size_t)(found - bytes);
        *used = before + parser->delimiter_size;
        enum ica_status status = emit(parser, bytes, before, err);
        return status ? status : end_part(parser, err);
    }
    parser->matched = partial_delimiter(parser, bytes, size);
    *used = size;
    return emit(parser, bytes, size - parser->matched, err);
}

enum ica_status ica_multipart_feed(struct ica_multipart *parser, const uint8_t *bytes, size_t size,
                                   struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t used;
    for (size_t i = 0; i < size && !status; i += used) {
        used = 1;
        switch (parser->state) {
        case ICA_MULTIPART_PREAMBLE:
        case ICA_MULTIPART_DATA:
            status = feed_data(parser, bytes + i, size - i, &used, err);
            break;
        case ICA_MULTIPART_BOUNDARY:
            status = feed_boundary(parser, bytes[i], err);
            break;
        case ICA_MULTIPART_HEADERS:
            status = collect(parser, bytes[i], err);
            if (!status && ends_with(&parser->line, CRLF CRLF)) {
                status = begin_part(parser, err);
            }
            break;
        case ICA_MULTIPART_EPILOGUE:
        case ICA_MULTIPART_UNSET:
            return ICA_OK;
        }
    }
    return status;
}

enum ica_status ica_multipart_end(const struct ica_multipart *parser, struct ica_error *err)
{
    if (parser->state == ICA_MULTIPART_EPILOGUE) {
        return ICA_OK;
    }
    return ica_error_set(err, ICA_EINVALID,
                         "The form ends early: its closing boundary did not come.");
}
