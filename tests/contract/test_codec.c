/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the codec port, for every codec and every kind of file it reads. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/bmp/bmp_codec.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/png/png_codec.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"
#include "support/test_picture.h"

#define WANTED_SHORT_SIDE TEST_PICTURE_HEIGHT
#define GARBAGE_BYTES     200

static const struct ica_codec *const codecs[] = {
    &ica_jpeg_codec, &ica_png_codec, &ica_webp_codec, &ica_gif_codec,
    &ica_tiff_codec, &ica_bmp_codec, &ica_heif_codec,
};
#define N_CODECS (sizeof codecs / sizeof *codecs)

enum { EXACT = 0, LOSSY = 6, COARSE = 14 };

static const struct sample {
    const char *file;
    const struct ica_codec *codec;
    const char *format;
    enum test_picture_look look;
    int tolerance;
} samples[] = {
    {"colour.jpg", &ica_jpeg_codec, "jpeg", LOOK_COLOUR, LOSSY},
    {"progressive.jpg", &ica_jpeg_codec, "jpeg", LOOK_COLOUR, LOSSY},
    {"grey.jpg", &ica_jpeg_codec, "jpeg", LOOK_GREY, LOSSY},
    {"cmyk.jpg", &ica_jpeg_codec, "jpeg", LOOK_COLOUR, COARSE},
    {"ycck.jpg", &ica_jpeg_codec, "jpeg", LOOK_COLOUR, COARSE},
    {"colour.png", &ica_png_codec, "png", LOOK_COLOUR, EXACT},
    {"16-bit.png", &ica_png_codec, "png", LOOK_COLOUR, EXACT},
    {"interlaced.png", &ica_png_codec, "png", LOOK_COLOUR, EXACT},
    {"palette.png", &ica_png_codec, "png", LOOK_COLOUR, EXACT},
    {"palette-alpha.png", &ica_png_codec, "png", LOOK_ALPHA, 1},
    {"alpha.png", &ica_png_codec, "png", LOOK_ALPHA, 1},
    {"grey.png", &ica_png_codec, "png", LOOK_GREY, EXACT},
    {"grey-alpha.png", &ica_png_codec, "png", LOOK_GREY_ALPHA, 1},
    {"black-white.png", &ica_png_codec, "png", LOOK_BLACK_WHITE, EXACT},
    {"colour.webp", &ica_webp_codec, "webp", LOOK_COLOUR, LOSSY},
    {"lossless.webp", &ica_webp_codec, "webp", LOOK_COLOUR, EXACT},
    {"alpha.webp", &ica_webp_codec, "webp", LOOK_ALPHA, LOSSY},
    {"animated.webp", &ica_webp_codec, "webp", LOOK_COLOUR, LOSSY},
    {"colour.gif", &ica_gif_codec, "gif", LOOK_COLOUR, EXACT},
    {"interlaced.gif", &ica_gif_codec, "gif", LOOK_COLOUR, EXACT},
    {"alpha.gif", &ica_gif_codec, "gif", LOOK_CUT_OUT, EXACT},
    {"animated.gif", &ica_gif_codec, "gif", LOOK_COLOUR, EXACT},
    {"colour.tiff", &ica_tiff_codec, "tiff", LOOK_COLOUR, EXACT},
    {"lzw.tiff", &ica_tiff_codec, "tiff", LOOK_COLOUR, EXACT},
    {"alpha.tiff", &ica_tiff_codec, "tiff", LOOK_ALPHA, 1},
    {"grey.tiff", &ica_tiff_codec, "tiff", LOOK_GREY, EXACT},
    {"16-bit.tiff", &ica_tiff_codec, "tiff", LOOK_GREY, EXACT},
    {"palette.tiff", &ica_tiff_codec, "tiff", LOOK_COLOUR, EXACT},
    {"cmyk.tiff", &ica_tiff_codec, "tiff", LOOK_COLOUR, EXACT},
    {"palette.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, EXACT},
    {"black-white.bmp", &ica_bmp_codec, "bmp", LOOK_BLACK_WHITE, EXACT},
    {"4-bit.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, EXACT},
    {"565.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, 8},
    {"top-down.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, EXACT},
    {"rle8.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, EXACT},
    {"rle4.bmp", &ica_bmp_codec, "bmp", LOOK_COLOUR, EXACT},
    {"colour.heic", &ica_heif_codec, "heic", LOOK_COLOUR, LOSSY},
    {"colour.avif", &ica_heif_codec, "avif", LOOK_COLOUR, LOSSY},
    {"alpha.avif", &ica_heif_codec, "avif", LOOK_ALPHA, LOSSY},
};
#define N_SAMPLES (sizeof samples / sizeof *samples)

/* Header, then pixels, as the decoder does it. */
static enum ica_status decode(const struct ica_codec *codec, const uint8_t *bytes, size_t size,
                              struct ica_image_info *info, struct ica_raster_sink *sink,
                              struct ica_error *err)
{
    enum ica_status status = codec->read_header(bytes, size, info, err);
    /* Damage may have changed the size: what the limits would stop is not decoded here either. */
    if (!status && (info->width > 1000 || info->height > 1000)) {
        status = ICA_ETOOLARGE;
    }
    return status ? status : codec->decode(bytes, size, info, sink, err);
}

/* The simplest reading of inks, for comparison; colour conversion is another port's task. */
static void inks_to_rgb(struct ica_pixels *pixels)
{
    size_t n = (size_t)pixels->width * pixels->height;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *ink = pixels->samples + i * ICA_PIXELS_CMYK;
        const int light[] = {255 - ink[0], 255 - ink[1], 255 - ink[2]};
        for (size_t s = 0; s < ICA_PIXELS_RGB; s++) {
            pixels->samples[i * ICA_PIXELS_RGB + s] = (uint8_t)(light[s] * (255 - ink[3]) / 255);
        }
    }
    pixels->layout = ICA_PIXELS_RGB;
}

/* Whether this build of the library can decode the sample; a test of it is left out otherwise. */
static bool is_available(const struct sample *sample, enum ica_status status)
{
    if (status == ICA_EUNAVAILABLE && sample->codec == &ica_heif_codec) {
        print_message("%s: no decoder installed\n", sample->file);
        return false;
    }
    return true;
}

static void test_reads_header_and_pixels(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        const struct sample *sample = &samples[i];
        struct test_file file = test_file_read(sample->file);
        struct ica_image_info info = {0};
        struct ica_raster_sink sink;
        struct ica_error err = {0};
        ica_raster_sink_init(&sink, WANTED_SHORT_SIDE);
        enum ica_status status = decode(sample->codec, file.bytes, file.size, &info, &sink, &err);
        if (is_available(sample, status)) {
            if (status) {
                fail_msg("%s: %s", sample->file, err.text);
            }
            assert_string_equal(info.format, sample->format);
            assert_int_equal(info.width, TEST_PICTURE_WIDTH);
            assert_int_equal(info.height, TEST_PICTURE_HEIGHT);
            assert_int_equal(info.orientation, ICA_ORIENTATION_UPRIGHT);
            assert_int_equal(sink.raster.width, TEST_PICTURE_WIDTH);
            assert_int_equal(sink.raster.height, TEST_PICTURE_HEIGHT);
            if (sink.raster.layout == ICA_PIXELS_CMYK) {
                inks_to_rgb(&sink.raster);
            }
            test_picture_check(&sink.raster, sample->look, sample->tolerance, sample->file);
        }
        ica_raster_sink_clear(&sink);
        free(file.bytes);
    }
}

static void test_shrinks_while_reading(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        const struct sample *sample = &samples[i];
        struct test_file file = test_file_read(sample->file);
        struct ica_image_info info = {0};
        struct ica_raster_sink sink;
        ica_raster_sink_init(&sink, TEST_PICTURE_HEIGHT / 4);
        enum ica_status status = decode(sample->codec, file.bytes, file.size, &info, &sink, NULL);
        if (is_available(sample, status)) {
            assert_int_equal(status, ICA_OK);
            assert_int_equal(sink.raster.width, TEST_PICTURE_WIDTH / 4);
            assert_int_equal(sink.raster.height, TEST_PICTURE_HEIGHT / 4);
            if (sink.raster.layout == ICA_PIXELS_CMYK) {
                inks_to_rgb(&sink.raster);
            }
            test_picture_check(&sink.raster, sample->look, sample->tolerance + 2, sample->file);
        }
        ica_raster_sink_clear(&sink);
        free(file.bytes);
    }
}

static void test_each_file_has_one_codec(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct test_file file = test_file_read(samples[i].file);
        size_t sniffed =
            file.size < ICA_CODEC_SNIFF_BYTES ? file.size : (size_t)ICA_CODEC_SNIFF_BYTES;
        for (size_t j = 0; j < N_CODECS; j++) {
            bool mine = codecs[j] == samples[i].codec;
            assert_int_equal(codecs[j]->sniff(file.bytes, sniffed), mine);
        }
        free(file.bytes);
    }
    for (size_t j = 0; j < N_CODECS; j++) {
        assert_false(codecs[j]->sniff((const uint8_t *)"", 0));
        assert_false(codecs[j]->sniff((const uint8_t *)"just a text, with no image in it", 32));
    }
}

/* A prefix of the file in memory of exactly its size. */
static enum ica_status decode_prefix(const struct sample *sample, const struct test_file *file,
                                     size_t size, struct ica_error *err)
{
    struct ica_image_info info = {0};
    struct ica_raster_sink sink;
    uint8_t *bytes = malloc(size ? size : 1);
    assert_non_null(bytes);
    memcpy(bytes, file->bytes, size);
    ica_raster_sink_init(&sink, WANTED_SHORT_SIDE);
    enum ica_status status = decode(sample->codec, bytes, size, &info, &sink, err);
    ica_raster_sink_clear(&sink);
    free(bytes);
    return status;
}

/* Every cut before the last eighth of a file is noticed; none is more than an error. What may be
 * missing at the end are checksums, end marks and, with some libraries, the last rows; of an
 * animation, the later frames; of a TIFF, the palette, without which the picture is grey. */
static bool may_be_cut(const struct sample *sample, size_t cut, size_t size)
{
    return cut >= size - size / 8 - 16 || strstr(sample->file, "animated") ||
           strcmp(sample->file, "palette.tiff") == 0;
}

static void test_notices_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct test_file file = test_file_read(samples[i].file);
        for (size_t size = 0; size < file.size; size++) {
            struct ica_error err = {0};
            enum ica_status status = decode_prefix(&samples[i], &file, size, &err);
            if (!status && !may_be_cut(&samples[i], size, file.size)) {
                fail_msg("%s: cut to %zu of %zu bytes and read", samples[i].file, size, file.size);
            }
            assert_true(!status || err.text[0]);
        }
        free(file.bytes);
    }
}

static void test_survives_damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct test_file file = test_file_read(samples[i].file);
        uint32_t noise = 12345;
        for (int round = 0; round < 300; round++) {
            struct test_file damaged = {.bytes = malloc(file.size), .size = file.size};
            assert_non_null(damaged.bytes);
            memcpy(damaged.bytes, file.bytes, file.size);
            for (int change = 0; change <= round % 4; change++) {
                noise = noise * 1664525 + 1013904223;
                damaged.bytes[(noise >> 8) % file.size] = (uint8_t)(noise >> 24);
            }
            (void)decode_prefix(&samples[i], &damaged, damaged.size, NULL);
            free(damaged.bytes);
        }
        free(file.bytes);
    }
}

static void test_refuses_garbage_after_the_first_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct test_file file = test_file_read(samples[i].file);
        struct ica_error err = {0};
        for (size_t at = ICA_CODEC_SNIFF_BYTES; at < file.size; at++) {
            file.bytes[at] = (uint8_t)(at * 151 + 17);
        }
        enum ica_status status = decode_prefix(&samples[i], &file, file.size, &err);
        /* Plain pixels cannot be told from garbage. */
        if (!status && samples[i].codec != &ica_bmp_codec) {
            fail_msg("%s: garbage was read", samples[i].file);
        }
        free(file.bytes);
    }
}

static void test_ignores_bytes_after_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct test_file file = test_file_read(samples[i].file);
        struct ica_error err = {0};
        uint8_t *longer = realloc(file.bytes, file.size + GARBAGE_BYTES);
        assert_non_null(longer);
        memset(longer + file.size, 0xa5, GARBAGE_BYTES);
        file.bytes = longer;
        file.size += GARBAGE_BYTES;
        enum ica_status status = decode_prefix(&samples[i], &file, file.size, &err);
        if (is_available(&samples[i], status) && status) {
            fail_msg("%s: %s", samples[i].file, err.text);
        }
        free(file.bytes);
    }
}

static void test_header_tells_orientation_and_date(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const struct ica_codec *codec;
        bool upright; /* the library turns by itself */
        bool dated;
    } turned[] = {
        {"orientation-6.jpg", &ica_jpeg_codec, false, true},
        {"orientation-6.png", &ica_png_codec, false, true},
        {"orientation-6.webp", &ica_webp_codec, false, true},
        {"orientation-6.tiff", &ica_tiff_codec, false, false},
        {"orientation-6.heic", &ica_heif_codec, true, true},
    };
    for (size_t i = 0; i < sizeof turned / sizeof *turned; i++) {
        struct test_file file = test_file_read(turned[i].file);
        struct ica_image_info info = {0};
        assert_int_equal(turned[i].codec->read_header(file.bytes, file.size, &info, NULL), ICA_OK);
        assert_int_equal(info.orientation, turned[i].upright ? 1 : 6);
        assert_int_equal(info.width, turned[i].upright ? 48 : 32);
        assert_string_equal(info.taken_at, turned[i].dated ? "2021:03:04 05:06:07" : "");
        free(file.bytes);
    }
}

static void test_names_what_it_cannot_read(void **state)
{
    (void)state;
    struct test_file file = test_file_read("float.tiff");
    struct ica_image_info info;
    struct ica_error err = {0};
    assert_int_equal(ica_tiff_codec.read_header(file.bytes, file.size, &info, &err),
                     ICA_EUNAVAILABLE);
    assert_non_null(strstr(err.text, "TIFF"));
    free(file.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_header_and_pixels),
        cmocka_unit_test(test_shrinks_while_reading),
        cmocka_unit_test(test_each_file_has_one_codec),
        cmocka_unit_test(test_notices_truncation),
        cmocka_unit_test(test_survives_damage),
        cmocka_unit_test(test_refuses_garbage_after_the_first_bytes),
        cmocka_unit_test(test_ignores_bytes_after_the_end),
        cmocka_unit_test(test_header_tells_orientation_and_date),
        cmocka_unit_test(test_names_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
