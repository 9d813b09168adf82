/* SPDX-License-Identifier: Apache-2.0 */
/* HEIC and AVIF through libheif. The file's own rotations, mirrors and crops are applied by the
 * library, so that the picture is upright and its size the displayed one. Which compressions can be
 * decoded depends on how the library was built. */
#include "adapters/heif/heif_codec.h"

#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

#include "base/log.h"
#include "domain/image/exif.h"

/* The decoder's planes (up to 2 bytes a sample), a rotated copy and the interleaved result. */
#define DECODE_BYTES_PER_PIXEL 16u

#define MAX_EXIF_BYTES       (1u << 20)
#define EXIF_OFFSET_BYTES    4 /* precede the EXIF block: where in it the TIFF structure begins */
#define BRAND_BYTES          4
#define MAJOR_BRAND_OFFSET   8
#define FIRST_BRAND_OFFSET   16 /* of the compatible ones */
#define MAX_DECODING_THREADS 0  /* decode on the calling thread: callers bring the parallelism */

static const char *const heic_brands[] = {"heic", "heix", "heim", "heis",
                                          "hevc", "hevx", "mif1", "msf1"};
static const char *const avif_brands[] = {"avif", "avis"};

struct file {
    struct heif_context *context;
    struct heif_image_handle *image;
};

static bool is_brand(const uint8_t *brand, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(brand, known[i], BRAND_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_brand(const uint8_t *bytes, size_t size, const char *const *known, size_t n)
{
    size_t end = size < ICA_CODEC_SNIFF_BYTES ? size : ICA_CODEC_SNIFF_BYTES;
    if (size < FIRST_BRAND_OFFSET || memcmp(bytes + 4, "ftyp", 4) != 0) {
        return false;
    }
    if (is_brand(bytes + MAJOR_BRAND_OFFSET, known, n)) {
        return true;
    }
    for (size_t at = FIRST_BRAND_OFFSET; at + BRAND_BYTES <= end; at += BRAND_BYTES) {
        if (is_brand(bytes + at, known, n)) {
            return true;
        }
    }
    return false;
}

static bool is_avif(const uint8_t *bytes, size_t size)
{
    return has_brand(bytes, size, avif_brands, sizeof avif_brands / sizeof *avif_brands);
}

static bool sniff(const uint8_t *bytes, size_t size)
{
    return is_avif(bytes, size) ||
           has_brand(bytes, size, heic_brands, sizeof heic_brands / sizeof *heic_brands);
}

static enum ica_status fail(struct heif_error error, struct ica_error *err)
{
    ica_log(ICA_LOG_DEBUG, "heif", "%s", error.message ? error.message : "unknown error");
    switch (error.code) {
    case heif_error_Memory_allocation_error:
        return error.subcode == heif_suberror_Security_limit_exceeded
                   ? ica_error_set(err, ICA_ETOOLARGE,
                                   "The picture exceeds the HEIF library's "
                                   "own limits.")
                   : ica_error_nomem(err, "a HEIC or AVIF picture");
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
        return ica_error_set(err, ICA_EUNAVAILABLE,
                             "The installed HEIF library cannot decode this picture; its decoder "
                             "for HEVC (libde265) or AV1 (dav1d, libaom) may be missing.");
    default:
        return ica_error_set(err, ICA_ECORRUPT, "The HEIC or AVIF data is damaged or ends early.");
    }
}

static void close_file(struct file *file)
{
    heif_image_handle_release(file->image);
    heif_context_free(file->context);
}

/* Read the boxes and find the primary picture. */
static enum ica_status open_file(const uint8_t *bytes, size_t size, struct file *file,
                                 struct ica_error *err)
{
    *file = (struct file){.context = heif_context_alloc()};
    if (!file->context) {
        return ica_error_nomem(err, "a HEIC or AVIF picture");
    }
    heif_context_set_maximum_image_size_limit(file->context, ICA_MAX_SIDE);
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
    heif_context_set_max_decoding_threads(file->context, MAX_DECODING_THREADS);
#endif
    struct heif_error error =
        heif_context_read_from_memory_without_copy(file->context, bytes, size, NULL);
    if (error.code == heif_error_Ok) {
        error = heif_context_get_primary_image_handle(file->context, &file->image);
    }
    return error.code == heif_error_Ok ? ICA_OK : fail(error, err);
}

/* The date of the EXIF block; its orientation has been applied already. */
static void read_exif(const struct heif_image_handle *image, struct ica_image_info *info)
{
    heif_item_id id;
    if (heif_image_handle_get_list_of_metadata_block_IDs(image, "Exif", &id, 1) != 1) {
        return;
    }
    size_t size = heif_image_handle_get_metadata_size(image, id);
    if (size <= EXIF_OFFSET_BYTES || size > MAX_EXIF_BYTES) {
        return;
    }
    uint8_t *block = malloc(size);
    if (block && heif_image_handle_get_metadata(image, id, block).code == heif_error_Ok) {
        size_t offset = (size_t)block[0] << 24 | (size_t)block[1] << 16 | (size_t)block[2] << 8 |
                        (size_t)block[3];
        if (offset < size - EXIF_OFFSET_BYTES) {
            ica_exif_read(block + EXIF_OFFSET_BYTES + offset, size - EXIF_OFFSET_BYTES - offset,
                          info);
        }
    }
    free(block);
    info->orientation = ICA_ORIENTATION_UPRIGHT;
}

static enum ica_status read_header(const uint8_t *bytes, size_t size, struct ica_image_info *info,
                                   struct ica_error *err)
{
    struct file file;
    enum ica_status status = open_file(bytes, size, &file, err);
    if (status) {
        goto out;
    }
    int width = heif_image_handle_get_width(file.image);
    int height = heif_image_handle_get_height(file.image);
    if (width <= 0 || height <= 0) {
        status = ica_error_set(err, ICA_ECORRUPT, "The HEIC or AVIF picture tells no size.");
        goto out;
    }
    bool avif = is_avif(bytes, size);
    *info = (struct ica_image_info){.format = avif ? "avif" : "heic",
                                    .foreign = !avif,
                                    .width = (uint32_t)width,
                                    .height = (uint32_t)height,
                                    .orientation = ICA_ORIENTATION_UPRIGHT,
                                    .decode_bytes = (uint64_t)width * (uint64_t)height *
                                                    DECODE_BYTES_PER_PIXEL};
    read_exif(file.image, info);
out:
    close_file(&file);
    return status;
}

static void read_profile(const struct heif_image_handle *image, struct ica_raster_sink *sink)
{
    size_t size = heif_image_handle_get_raw_color_profile_size(image);
    if (size == 0 || size > ICA_MAX_ICC_BYTES) {
        return;
    }
    uint8_t *icc = malloc(size);
    if (icc && heif_image_handle_get_raw_color_profile(image, icc).code == heif_error_Ok) {
        ica_raster_sink_profile(sink, icc, size);
    }
    free(icc);
}

static enum ica_status put_rows(const struct heif_image *image, bool transparent,
                                bool premultiplied, struct ica_raster_sink *sink,
                                struct ica_error *err)
{
    int stride = 0;
    int width = heif_image_get_width(image, heif_channel_interleaved);
    int height = heif_image_get_height(image, heif_channel_interleaved);
    const uint8_t *rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    if (!rows || width <= 0 || height <= 0) {
        return ica_error_set(err, ICA_ECORRUPT, "The HEIC or AVIF picture has no pixels.");
    }
    enum ica_status status =
        ica_raster_sink_begin(sink, (uint32_t)width, (uint32_t)height, ICA_PIXELS_RGB, err);
    if (status) {
        return status;
    }
    for (int y = 0; y < height; y++, rows += stride) {
        if (transparent) {
            ica_raster_sink_rgba_row(sink, rows, premultiplied);
        } else {
            ica_raster_sink_row(sink, rows);
        }
    }
    return ica_raster_sink_end(sink, err);
}

static enum ica_status decode(const uint8_t *bytes, size_t size, const struct ica_image_info *info,
                              struct ica_raster_sink *sink, struct ica_error *err)
{
    struct file file;
    struct heif_image *image = NULL;
    struct heif_decoding_options *options = NULL;
    (void)info;
    enum ica_status status = open_file(bytes, size, &file, err);
    if (status) {
        goto out;
    }
    options = heif_decoding_options_alloc();
    if (!options) {
        status = ica_error_nomem(err, "a HEIC or AVIF picture");
        goto out;
    }
    options->convert_hdr_to_8bit = 1;
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
    options->strict_decoding = 1;
#endif
    bool transparent = heif_image_handle_has_alpha_channel(file.image);
    struct heif_error error = heif_decode_image(
        file.image, &image, heif_colorspace_RGB,
        transparent ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options);
    if (error.code != heif_error_Ok) {
        status = fail(error, err);
        goto out;
    }
    read_profile(file.image, sink);
    status = put_rows(image, transparent, heif_image_handle_is_premultiplied_alpha(file.image),
                      sink, err);
out:
    heif_image_release(image);
    heif_decoding_options_free(options);
    close_file(&file);
    return status;
}

const struct ica_codec ica_heif_codec = {
    .name = "heif", .sniff = sniff, .read_header = read_header, .decode = decode};
