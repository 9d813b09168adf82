/* SPDX-License-Identifier: Apache-2.0 */
/* The encoder port for JPEG, on libjpeg-turbo: small thumbnails, without metadata. */
#include "adapters/jpeg/jpeg_encoder.h"

/* jpeglib.h needs stdio.h before it. */
#include <stdio.h>

#include <jpeglib.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/log.h"

#define QUALITY 82

/* libjpeg reports a failure by calling error_exit, which must not return. */
struct failure {
    struct jpeg_error_mgr base;
    jmp_buf jump;
};

static void leave(j_common_ptr common)
{
    struct failure *failure = (struct failure *)common->err;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    ica_log(ICA_LOG_WARNING, "jpeg", "%s", text);
    longjmp(failure->jump, 1);
}

/* Encode into memory of libjpeg's, which the caller frees; false on failure. */
static bool compress(const struct ica_pixels *pixels, unsigned char **bytes, unsigned long *size)
{
    struct jpeg_compress_struct jpeg;
    struct failure failure;
    jpeg.err = jpeg_std_error(&failure.base);
    failure.base.error_exit = leave;
    if (setjmp(failure.jump)) {
        jpeg_destroy_compress(&jpeg);
        return false;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, bytes, size);
    jpeg.image_width = pixels->width;
    jpeg.image_height = pixels->height;
    jpeg.input_components = ICA_PIXELS_RGB;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, QUALITY, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = ica_pixels_row(pixels, jpeg.next_scanline);
        (void)jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return true;
}

static enum ica_status encode(const struct ica_pixels *pixels, struct ica_buffer *out,
                              struct ica_error *err)
{
    if (pixels->layout != ICA_PIXELS_RGB) {
        return ica_error_set(err, ICA_EINVALID, "Only RGB pixels can be encoded.");
    }
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    enum ica_status status = compress(pixels, &bytes, &size)
                                 ? ica_buffer_append(out, bytes, size, err)
                                 : ica_error_nomem(err, "a thumbnail");
    free(bytes);
    return status;
}

const struct ica_encoder ica_jpeg_encoder = {
    .media_type = "image/jpeg",
    .encode = encode,
};
