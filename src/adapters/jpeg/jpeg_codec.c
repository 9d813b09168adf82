/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG through libjpeg-turbo. The picture is scaled inside the inverse DCT: only as many
 * frequencies are computed as the wanted size can show, which saves most of the time of a large
 * photo.
 *
 * The library reports errors by calling back; the callbacks jump out of it to `read_guarded`, the
 * only place that sets the jump's target. Everything that must be released lives in
 * `struct session`, which is cleared after the jump, so that nothing leaks. */
#include "adapters/jpeg/jpeg_codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/log.h"
#include "domain/image/exif.h"

#define EXIF_MARKER       (JPEG_APP0 + 1)
#define ICC_MARKER        (JPEG_APP0 + 2)
#define MAX_MARKER_BYTES  0xffff
#define MAX_SCANS         200 /* a progressive file of a few bytes per scan would cost minutes */
#define CMYK_COMPONENTS   4
#define COEFFICIENT_BYTES 2
#define STRIP_ROWS        64 /* of all components: what the library buffers of a baseline file */

struct session {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    const uint8_t *bytes;
    size_t size;
    struct ica_image_info *info;  /* to be filled, when only the header is read */
    struct ica_raster_sink *sink; /* to be filled, when the pixels are read */
    struct ica_error *err;
    enum ica_status status;
    bool reached_end;  /* the file ended without an end marker */
    bool missing_data; /* entropy-coded data ended before its scan did */
};

static const char ends_early[] = "The JPEG data ends early (truncated file).";

/* Leave the library with `status`; the message is already in the session's error. */
static _Noreturn void escape(struct session *session, enum ica_status status)
{
    session->status = status;
    longjmp(session->escape, 1);
}

static struct session *session_of(j_common_ptr jpeg)
{
    return jpeg->client_data;
}

static void log_message(j_common_ptr jpeg)
{
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    ica_log(ICA_LOG_DEBUG, "jpeg", "%s", text);
}

static void on_error(j_common_ptr jpeg)
{
    struct session *session = session_of(jpeg);
    log_message(jpeg);
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
        escape(session, ica_error_nomem(session->err, "a JPEG"));
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
        escape(session, ica_error_set(session->err, ICA_EUNAVAILABLE,
                                      "This kind of JPEG (lossless, 12-bit or rarer) cannot be "
                                      "read here."));
    default:
        escape(session,
               ica_error_set(session->err, ICA_ECORRUPT, "%s",
                             session->reached_end ? ends_early : "The JPEG data is damaged."));
    }
}

/* Level -1 are warnings: the library goes on with what it has. */
static void on_message(j_common_ptr jpeg, int level)
{
    if (level >= 0) {
        return;
    }
    struct session *session = session_of(jpeg);
    session->reached_end |= jpeg->err->msg_code == JWRN_JPEG_EOF;
    session->missing_data |= jpeg->err->msg_code == JWRN_HIT_MARKER;
    log_message(jpeg);
}

static void on_progress(j_common_ptr jpeg)
{
    struct session *session = session_of(jpeg);
    if (session->jpeg.input_scan_number > MAX_SCANS) {
        escape(session, ica_error_set(session->err, ICA_ECORRUPT,
                                      "The JPEG has more than %d scans.", MAX_SCANS));
    }
}

/* What the library allocates besides our rows. A progressive file's coefficients stand in memory
 * at full size, whatever the scale. */
static uint64_t estimate_bytes(struct jpeg_decompress_struct *jpeg)
{
    uint64_t total = (uint64_t)jpeg->image_width * STRIP_ROWS * (uint64_t)jpeg->num_components;
    if (jpeg_has_multiple_scans(jpeg)) {
        for (int i = 0; i < jpeg->num_components; i++) {
            const jpeg_component_info *component = &jpeg->comp_info[i];
            total += (uint64_t)component->width_in_blocks * component->height_in_blocks * DCTSIZE2 *
                     COEFFICIENT_BYTES;
        }
    }
    return total;
}

static void read_info(struct session *session)
{
    struct jpeg_decompress_struct *jpeg = &session->jpeg;
    *session->info = (struct ica_image_info){.format = ica_jpeg_codec.name,
                                             .width = jpeg->image_width,
                                             .height = jpeg->image_height,
                                             .orientation = ICA_ORIENTATION_UPRIGHT,
                                             .decode_bytes = estimate_bytes(jpeg)};
    for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
        if (marker->marker == EXIF_MARKER && marker->data_length > 6 &&
            memcmp(marker->data, "Exif\0", 6) == 0) {
            ica_exif_read(marker->data, marker->data_length, session->info);
            return;
        }
    }
}

/* The smallest of the scales 1/8, 1/4, 1/2 and 1 that keeps the wanted short side. The library has
 * others, but no SIMD code for them: they are slower than the next larger power of two. */
static unsigned choose_scale(const struct jpeg_decompress_struct *jpeg, uint32_t wanted_short_side)
{
    uint64_t shorter =
        jpeg->image_width < jpeg->image_height ? jpeg->image_width : jpeg->image_height;
    unsigned scale = 1;
    while (scale < DCTSIZE && shorter * scale < (uint64_t)wanted_short_side * DCTSIZE) {
        scale *= 2;
    }
    return scale;
}

/* Adobe's programs store the light that passes, not the ink. */
static void invert(uint8_t *samples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        samples[i] = (uint8_t)(255 - samples[i]);
    }
}

static void read_profile(struct session *session)
{
    JOCTET *icc;
    unsigned icc_bytes;
    if (jpeg_read_icc_profile(&session->jpeg, &icc, &icc_bytes)) {
        ica_raster_sink_profile(session->sink, icc, icc_bytes);
        free(icc);
    }
}

/* Whether the file ended before its picture did. A missing end mark alone does no harm. */
static bool is_truncated(const struct session *session)
{
    const struct jpeg_decompress_struct *jpeg = &session->jpeg;
    if (!session->reached_end || session->missing_data) {
        return session->reached_end;
    }
    /* The scans of a progressive file bring each coefficient to its full precision, 0. */
    for (int component = 0; jpeg->coef_bits && component < jpeg->num_components; component++) {
        for (int i = 0; i < DCTSIZE2; i++) {
            if (jpeg->coef_bits[component][i] != 0) {
                return true;
            }
        }
    }
    return false;
}

static void read_pixels(struct session *session)
{
    struct jpeg_decompress_struct *jpeg = &session->jpeg;
    struct ica_raster_sink *sink = session->sink;
    bool cmyk = jpeg->num_components == CMYK_COMPONENTS;
    read_profile(session);
    jpeg->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg->scale_num = choose_scale(jpeg, sink->wanted_short_side);
    jpeg->scale_denom = DCTSIZE;
    (void)jpeg_start_decompress(jpeg);
    enum ica_status status =
        ica_raster_sink_begin(sink, jpeg->output_width, jpeg->output_height,
                              cmyk ? ICA_PIXELS_CMYK : ICA_PIXELS_RGB, session->err);
    if (status) {
        escape(session, status);
    }
    size_t row_samples = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = ica_raster_sink_next(sink);
        (void)jpeg_read_scanlines(jpeg, &row, 1);
        if (cmyk && jpeg->saw_Adobe_marker) {
            invert(row, row_samples);
        }
        ica_raster_sink_row(sink, row);
        if (is_truncated(session)) {
            escape(session, ica_error_set(session->err, ICA_ECORRUPT, "%s", ends_early));
        }
    }
    session->status = ica_raster_sink_end(sink, session->err);
}

/* Read the header into `info`, or the pixels into `sink`. A function of its own because of
 * setjmp: it has no local variables that a jump could spoil. */
static void read_guarded(struct session *session)
{
    if (setjmp(session->escape)) {
        return;
    }
    struct jpeg_decompress_struct *jpeg = &session->jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->client_data = session;
    jpeg_mem_src(jpeg, session->bytes, session->size);
    jpeg_save_markers(jpeg, session->info ? EXIF_MARKER : ICC_MARKER, MAX_MARKER_BYTES);
    (void)jpeg_read_header(jpeg, TRUE);
    if (session->info) {
        read_info(session);
    } else {
        jpeg->progress = &session->progress;
        read_pixels(session);
    }
}

static enum ica_status read_jpeg(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                 struct ica_raster_sink *sink, struct ica_error *err)
{
    struct session session = {.bytes = bytes, .size = size, .info = info, .sink = sink, .err = err};
    session.jpeg.err = jpeg_std_error(&session.errors);
    session.jpeg.client_data = &session;
    session.errors.error_exit = on_error;
    session.errors.emit_message = on_message;
    session.progress.progress_monitor = on_progress;
    read_guarded(&session);
    jpeg_destroy_decompress(&session.jpeg);
    return session.status;
}

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    return read_jpeg(bytes, size, info, NULL, err);
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    (void)info;
    return read_jpeg(bytes, size, NULL, sink, err);
}

const struct ica_codec ica_jpeg_codec = {
    .name = "jpeg", .sniff = sniff, .read_header = read_header, .decode = decode};
