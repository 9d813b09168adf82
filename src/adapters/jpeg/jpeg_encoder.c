/* SPDX-License-Identifier: Apache-2.0 */
/* The encoder port for JPEG, on libjpeg-turbo: small thumbnails, without metadata.
 *
 * The library writes into a chunk of ours, which is appended to a buffer whenever it is full. (Its
 * own destination in memory would leave a freed block behind when memory runs out.) As in the
 * codec, a failure jumps out of the library to the only place that sets the jump's target. */
#include "adapters/jpeg/jpeg_encoder.h"

/* jpeglib.h needs stdio.h before it. */
#include <stdio.h>

#include <jpeglib.h>
#include <setjmp.h>

#include <jerror.h>

#include "base/log.h"

#define QUALITY     82
#define CHUNK_BYTES 4096

struct session {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    jmp_buf escape;
    const struct ica_pixels *pixels;
    struct ica_buffer file; /* what is written so far, without the current chunk */
    struct ica_error *err;
    enum ica_status status;
    JOCTET chunk[CHUNK_BYTES];
};

/* Leave the library with `status`; the message is already in the session's error. */
static _Noreturn void escape(struct session *session, enum ica_status status)
{
    session->status = status;
    longjmp(session->escape, 1);
}

static void on_error(j_common_ptr jpeg)
{
    struct session *session = jpeg->client_data;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    ica_log(ICA_LOG_WARNING, "jpeg", "%s", text);
    escape(session, jpeg->err->msg_code == JERR_OUT_OF_MEMORY
                        ? ica_error_nomem(session->err, "a thumbnail")
                        : ica_error_set(session->err, ICA_EINVALID,
                                        "A picture of %u x %u cannot become a JPEG.",
                                        session->pixels->width, session->pixels->height));
}

static void begin_chunk(j_compress_ptr jpeg)
{
    struct session *session = jpeg->client_data;
    session->destination.next_output_byte = session->chunk;
    session->destination.free_in_buffer = CHUNK_BYTES;
}

static void append(struct session *session, size_t size)
{
    enum ica_status status = ica_buffer_append(&session->file, session->chunk, size, session->err);
    if (status) {
        escape(session, status);
    }
}

/* The chunk is full, whatever free_in_buffer says. */
static boolean end_chunk(j_compress_ptr jpeg)
{
    append(jpeg->client_data, CHUNK_BYTES);
    begin_chunk(jpeg);
    return TRUE;
}

static void end_file(j_compress_ptr jpeg)
{
    struct session *session = jpeg->client_data;
    append(session, CHUNK_BYTES - session->destination.free_in_buffer);
}

/* A function of its own because of setjmp: it has no local variables that a jump could spoil. */
static void write_guarded(struct session *session)
{
    if (setjmp(session->escape)) {
        return;
    }
    struct jpeg_compress_struct *jpeg = &session->jpeg;
    jpeg_create_compress(jpeg);
    jpeg->dest = &session->destination;
    jpeg->image_width = session->pixels->width;
    jpeg->image_height = session->pixels->height;
    jpeg->input_components = ICA_PIXELS_RGB;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, QUALITY, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = ica_pixels_row(session->pixels, jpeg->next_scanline);
        (void)jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

static enum ica_status encode(const struct ica_pixels *pixels, struct ica_buffer *out,
                              struct ica_error *err)
{
    if (pixels->layout != ICA_PIXELS_RGB) {
        return ica_error_set(err, ICA_EINVALID, "Only RGB pixels can be encoded.");
    }
    struct session session = {.pixels = pixels, .err = err};
    ica_buffer_init(&session.file, out->max_bytes);
    session.jpeg.err = jpeg_std_error(&session.errors);
    session.jpeg.client_data = &session;
    session.errors.error_exit = on_error;
    session.destination.init_destination = begin_chunk;
    session.destination.empty_output_buffer = end_chunk;
    session.destination.term_destination = end_file;
    write_guarded(&session);
    jpeg_destroy_compress(&session.jpeg);
    if (!session.status) {
        session.status = ica_buffer_append(out, session.file.data, session.file.size, err);
    }
    ica_buffer_clear(&session.file);
    return session.status;
}

const struct ica_encoder ica_jpeg_encoder = {
    .encode = encode,
};
