/* SPDX-License-Identifier: Apache-2.0 */
/* TIFF through libtiff, one band (a strip or a row of tiles) at a time. The library's RGBA reader
 * understands all photometrics, depths and alphas. Only 8-bit CMYK strips are read as ink, so that
 * their profile can be applied later. */
#include "adapters/tiff/tiff_codec.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/image/exif.h"

#define MAX_MESSAGE  1024 /* what the library's interface prescribes */
#define RGBA_BYTES   4
#define STATE_BYTES  (1u << 20)
#define CMYK_SAMPLES 4
#define NAME_IN_LOG  "tiff"

_Static_assert(
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "The library's pixels are words with red in the lowest byte; we read them as bytes.");

struct source {
    const uint8_t *bytes;
    size_t size;
    size_t position;
};

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t size)
{
    struct source *source = handle;
    size_t left = source->size - source->position;
    size_t count = size < 0 ? 0 : (size_t)size < left ? (size_t)size : left;
    memcpy(to, source->bytes + source->position, count);
    source->position += count;
    return (tmsize_t)count;
}

static tmsize_t write_nothing(thandle_t handle, void *from, tmsize_t size)
{
    (void)handle, (void)from, (void)size;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    struct source *source = handle;
    toff_t base = whence == SEEK_CUR ? source->position : whence == SEEK_END ? source->size : 0;
    toff_t target = base + offset;
    source->position = target > source->size ? source->size : (size_t)target;
    return source->position;
}

static int close_nothing(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t get_size(thandle_t handle)
{
    const struct source *source = handle;
    return source->size;
}

/* The library only reads what it maps here, for the file is opened with "r". */
static int map(thandle_t handle, void **base, toff_t *size)
{
    const struct source *source = handle;
    *base = (void *)(uintptr_t)source->bytes;
    *size = source->size;
    return 1;
}

static void unmap(thandle_t handle, void *base, toff_t size)
{
    (void)handle, (void)base, (void)size;
}

__attribute__((format(printf, 2, 0))) static void log_event(const char *module, const char *format,
                                                            va_list args)
{
    char text[MAX_MESSAGE];
    (void)vsnprintf(text, sizeof text, format, args);
    ica_log(ICA_LOG_DEBUG, NAME_IN_LOG, "%s: %s", module ? module : "", text);
}

/* The library's handlers belong to the whole process. */
static void set_handlers(void)
{
    (void)TIFFSetErrorHandler(log_event);
    (void)TIFFSetWarningHandler(log_event);
}

static TIFF *open_file(struct source *source, struct ica_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, set_handlers);
    TIFF *tiff = TIFFClientOpen("image", "r", source, read_bytes, write_nothing, seek,
                                close_nothing, get_size, map, unmap);
    if (!tiff) {
        (void)ica_error_set(err, ICA_ECORRUPT, "The TIFF data is damaged or ends early.");
    }
    return tiff;
}

/* Rows that the file keeps together. */
static uint32_t band_rows(TIFF *tiff, uint32_t height)
{
    uint32_t rows = 0;
    (void)TIFFGetFieldDefaulted(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP,
                                &rows);
    return rows == 0 || rows > height ? height : rows;
}

/* Whether the strips hold plain 8-bit inks: cyan, magenta, yellow, black. */
static bool is_ink(TIFF *tiff)
{
    uint16_t photometric = 0;
    uint16_t bits = 0;
    uint16_t samples = 0;
    uint16_t planes = 0;
    uint16_t ink_set = 0;
    (void)TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
    (void)TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &ink_set);
    return photometric == PHOTOMETRIC_SEPARATED && bits == 8 && samples == CMYK_SAMPLES &&
           planes == PLANARCONFIG_CONTIG && ink_set == INKSET_CMYK && !TIFFIsTiled(tiff);
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    struct source source = {.bytes = bytes, .size = size};
    char message[MAX_MESSAGE] = "";
    uint16_t orientation = 0;
    uint32_t width = 0;
    uint32_t height = 0;
    enum ica_status status = ICA_OK;
    TIFF *tiff = open_file(&source, err);
    if (!tiff) {
        return ICA_ECORRUPT;
    }
    (void)TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    (void)TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    if (width == 0 || height == 0) {
        status = ica_error_set(err, ICA_ECORRUPT, "The TIFF tells no size.");
        goto out;
    }
    if (!TIFFRGBAImageOK(tiff, message)) {
        ica_log(ICA_LOG_DEBUG, NAME_IN_LOG, "%s", message);
        status = ica_error_set(err, ICA_EUNAVAILABLE, "This kind of TIFF cannot be read here.");
        goto out;
    }
    uint64_t band = TIFFIsTiled(tiff) ? TIFFTileSize64(tiff) : TIFFStripSize64(tiff);
    ica_exif_read(bytes, size, info);
    info->format = ica_tiff_codec.name;
    info->foreign = true;
    info->width = width;
    info->height = height;
    info->decode_bytes =
        STATE_BYTES + 2 * band + (uint64_t)width * band_rows(tiff, height) * RGBA_BYTES;
    if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &orientation) && orientation >= 1 &&
        orientation <= 8) {
        info->orientation = orientation;
    }
out:
    TIFFClose(tiff);
    return status;
}

static enum ica_status fail_pixels(struct ica_error *err)
{
    return ica_error_set(err, ICA_ECORRUPT, "The TIFF's pixels are damaged or end early.");
}

static enum ica_status decode_ink(TIFF *tiff, const struct ica_image_info *info,
                                  struct ica_raster_sink *sink, struct ica_error *err)
{
    enum ica_status status =
        ica_raster_sink_begin(sink, info->width, info->height, ICA_PIXELS_CMYK, err);
    if (status) {
        return status;
    }
    if (TIFFScanlineSize64(tiff) != (uint64_t)info->width * CMYK_SAMPLES) {
        return fail_pixels(err);
    }
    for (uint32_t y = 0; y < info->height; y++) {
        uint8_t *row = ica_raster_sink_next(sink);
        if (TIFFReadScanline(tiff, row, y, 0) != 1) {
            return fail_pixels(err);
        }
        ica_raster_sink_row(sink, row);
    }
    return ica_raster_sink_end(sink, err);
}

/* Bands in turn, from the top and as stored: no flipping by the library. */
static enum ica_status read_bands(TIFFRGBAImage *image, uint32_t rows, uint32_t *band,
                                  struct ica_raster_sink *sink, struct ica_error *err)
{
    image->req_orientation = image->orientation;
    for (uint32_t top = 0; top < image->height; top += rows) {
        uint32_t count = image->height - top < rows ? image->height - top : rows;
        image->row_offset = (int)top;
        if (!TIFFRGBAImageGet(image, band, image->width, count)) {
            return fail_pixels(err);
        }
        for (uint32_t y = 0; y < count; y++) {
            const uint32_t *row = band + (size_t)y * image->width;
            ica_raster_sink_rgba_row(sink, (const uint8_t *)row, true);
        }
    }
    return ica_raster_sink_end(sink, err);
}

static enum ica_status decode_rgba(TIFF *tiff, const struct ica_image_info *info,
                                   struct ica_raster_sink *sink, struct ica_error *err)
{
    TIFFRGBAImage image;
    char message[MAX_MESSAGE] = "";
    const int stop_on_error = 1;
    if (!TIFFRGBAImageBegin(&image, tiff, stop_on_error, message)) {
        ica_log(ICA_LOG_DEBUG, NAME_IN_LOG, "%s", message);
        return fail_pixels(err);
    }
    enum ica_status status;
    uint32_t rows = band_rows(tiff, info->height);
    uint32_t *band = ica_array_new(rows, (size_t)info->width * sizeof *band);
    if (!band) {
        status = ica_error_nomem(err, "a TIFF");
        goto out;
    }
    status = ica_raster_sink_begin(sink, info->width, info->height, ICA_PIXELS_RGB, err);
    if (!status) {
        status = read_bands(&image, rows, band, sink, err);
    }
out:
    free(band);
    TIFFRGBAImageEnd(&image);
    return status;
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    struct source source = {.bytes = bytes, .size = size};
    uint32_t icc_bytes = 0;
    void *icc = NULL;
    uint16_t photometric = 0;
    TIFF *tiff = open_file(&source, err);
    if (!tiff) {
        return ICA_ECORRUPT;
    }
    bool ink = is_ink(tiff);
    (void)TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    bool converted = photometric == PHOTOMETRIC_SEPARATED && !ink; /* the profile fits no more */
    if (!converted && TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &icc_bytes, &icc)) {
        ica_raster_sink_profile(sink, icc, icc_bytes);
    }
    enum ica_status status =
        ink ? decode_ink(tiff, info, sink, err) : decode_rgba(tiff, info, sink, err);
    TIFFClose(tiff);
    return status;
}

static bool sniff(const uint8_t *bytes, size_t size)
{
    return size >= 4 && (memcmp(bytes, "II*\0", 4) == 0 || memcmp(bytes, "MM\0*", 4) == 0 ||
                         memcmp(bytes, "II+\0", 4) == 0 || memcmp(bytes, "MM\0+", 4) == 0);
}

const struct ica_codec ica_tiff_codec = {
    .name = "tiff", .sniff = sniff, .read_header = read_header, .decode = decode};
