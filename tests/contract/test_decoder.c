/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the decoder port, with all codecs: what a user may upload, and what they may not. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/bmp/bmp_codec.h"
#include "adapters/gif/gif_codec.h"
#include "adapters/heif/heif_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/png/png_codec.h"
#include "adapters/tiff/tiff_codec.h"
#include "adapters/webp/webp_codec.h"
#include "support/test_picture.h"

#define CROP_SIDE      32
#define THUMBNAIL_SIDE 24

static const struct ica_codec *const codecs[] = {
    &ica_jpeg_codec, &ica_png_codec, &ica_webp_codec, &ica_gif_codec,
    &ica_tiff_codec, &ica_bmp_codec, &ica_heif_codec,
};

struct fixture {
    struct ica_colour *colour;
    struct ica_decoder *decoder;
};

static void open_decoder(struct fixture *fixture, struct ica_decode_limits limits)
{
    struct ica_error err = {0};
    assert_int_equal(ica_lcms_colour_open(&fixture->colour, &err), ICA_OK);
    assert_int_equal(ica_local_decoder_open(&fixture->decoder, codecs,
                                            sizeof codecs / sizeof *codecs, fixture->colour,
                                            &limits, &err),
                     ICA_OK);
}

static void close_decoder(struct fixture *fixture)
{
    ica_decoder_destroy(fixture->decoder);
    ica_colour_destroy(fixture->colour);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    const struct ica_decode_limits limits = {
        .max_pixels = ICA_DEFAULT_MAX_PIXELS,
        .max_decode_bytes = ICA_DEFAULT_MAX_DECODE_BYTES,
    };
    open_decoder(&fixture, limits);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    close_decoder(*state);
    return 0;
}

static enum ica_status decode(const struct fixture *fixture, const uint8_t *bytes, size_t size,
                              struct ica_decoded *decoded, struct ica_error *err)
{
    const struct ica_decode_request request = {
        .bytes = bytes,
        .size_bytes = size,
        .crop = {.short_side = CROP_SIDE, .size = CROP_SIDE},
        .thumbnail_side = THUMBNAIL_SIDE,
    };
    *decoded = (struct ica_decoded){0};
    return ica_decoder_decode(fixture->decoder, &request, decoded, err);
}

static enum ica_status decode_file(const struct fixture *fixture, const char *name,
                                   struct ica_decoded *decoded, struct ica_error *err)
{
    struct test_file file = test_file_read(name);
    enum ica_status status = decode(fixture, file.bytes, file.size, decoded, err);
    free(file.bytes);
    return status;
}

static void check_readable(const struct fixture *fixture, const char *name,
                           enum test_picture_look look, int tolerance)
{
    struct ica_decoded decoded;
    struct ica_error err = {0};
    enum ica_status status = decode_file(fixture, name, &decoded, &err);
    if (status == ICA_EUNAVAILABLE) {
        print_message("%s: no decoder installed\n", name);
        return;
    }
    if (status) {
        fail_msg("%s: %s", name, err.text);
    }
    assert_int_equal(decoded.model.width, CROP_SIDE);
    assert_int_equal(decoded.model.height, CROP_SIDE);
    assert_int_equal(decoded.thumbnail.width, THUMBNAIL_SIDE);
    assert_int_equal(decoded.thumbnail.height, THUMBNAIL_SIDE * 2 / 3);
    test_picture_check(&decoded.model, look, tolerance, name);
    test_picture_check(&decoded.thumbnail, look, tolerance, name);
    ica_decoded_clear(&decoded);
}

static void test_all_orientations_look_the_same(void **state)
{
    for (int orientation = 1; orientation <= 8; orientation++) {
        char name[32];
        (void)snprintf(name, sizeof name, "orientation-%d.jpg", orientation);
        check_readable(*state, name, LOOK_COLOUR, 8);
    }
    check_readable(*state, "orientation-6.png", LOOK_COLOUR, 2);
    check_readable(*state, "orientation-6.webp", LOOK_COLOUR, 8);
    check_readable(*state, "orientation-6.tiff", LOOK_COLOUR, 2);
    check_readable(*state, "orientation-6.heic", LOOK_COLOUR, 8);
}

static void test_all_variants_look_right(void **state)
{
    static const struct {
        const char *file;
        enum test_picture_look look;
        int tolerance;
    } variants[] = {
        {"colour.jpg", LOOK_COLOUR, 8},
        {"progressive.jpg", LOOK_COLOUR, 8},
        {"grey.jpg", LOOK_GREY, 8},
        {"16-bit.png", LOOK_COLOUR, 2},
        {"interlaced.png", LOOK_COLOUR, 2},
        {"palette-alpha.png", LOOK_ALPHA, 2},
        {"grey-alpha.png", LOOK_GREY_ALPHA, 2},
        {"black-white.png", LOOK_BLACK_WHITE, 2},
        {"animated.webp", LOOK_COLOUR, 8},
        {"animated.gif", LOOK_COLOUR, 2},
        {"alpha.webp", LOOK_ALPHA, 8},
        {"alpha.tiff", LOOK_ALPHA, 2},
        {"16-bit.tiff", LOOK_GREY, 2},
        {"rle4.bmp", LOOK_COLOUR, 2},
        {"colour.heic", LOOK_COLOUR, 8},
        {"alpha.avif", LOOK_ALPHA, 8},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        check_readable(*state, variants[i].file, variants[i].look, variants[i].tolerance);
    }
}

/* Real inks are far less pure than the screen's colours, blue most of all: hence the tolerance. */
static void test_inks_become_colours(void **state)
{
    check_readable(*state, "cmyk.jpg", LOOK_COLOUR, 75);
    check_readable(*state, "ycck.jpg", LOOK_COLOUR, 75);
    check_readable(*state, "cmyk.tiff", LOOK_COLOUR, 75);
}

static void test_profile_is_applied(void **state)
{
    check_readable(*state, "profile.jpg", LOOK_EXCHANGED, 10);
}

static void test_header_facts(void **state)
{
    struct ica_decoded decoded;
    assert_int_equal(decode_file(*state, "orientation-8.jpg", &decoded, NULL), ICA_OK);
    assert_string_equal(decoded.info.format, "jpeg");
    assert_int_equal(decoded.info.width, TEST_PICTURE_HEIGHT);
    assert_int_equal(decoded.info.height, TEST_PICTURE_WIDTH);
    assert_int_equal(decoded.info.orientation, 8);
    assert_string_equal(decoded.info.taken_at, "2021:03:04 05:06:07");
    ica_decoded_clear(&decoded);
}

static void test_extreme_shapes(void **state)
{
    static const char *const files[] = {"1x1.png", "1x20000.png"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct ica_decoded decoded;
        assert_int_equal(decode_file(*state, files[i], &decoded, NULL), ICA_OK);
        assert_int_equal(decoded.model.width, CROP_SIDE);
        assert_int_equal(decoded.model.samples[0], 210);
        assert_int_equal(decoded.thumbnail.width, 1);
        ica_decoded_clear(&decoded);
    }
}

static void test_no_thumbnail_unless_wanted(void **state)
{
    const struct fixture *fixture = *state;
    struct test_file file = test_file_read("colour.png");
    struct ica_decoded decoded = {0};
    struct ica_decode_request request = {
        .bytes = file.bytes, .size_bytes = file.size, .crop = {.short_side = 40, .size = 36}};
    assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL), ICA_OK);
    assert_int_equal(decoded.model.width, 36);
    assert_null(decoded.thumbnail.samples);
    ica_decoded_clear(&decoded);
    request.thumbnail_side = ICA_MAX_THUMBNAIL_SIDE + 1;
    assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL), ICA_EINVALID);
    free(file.bytes);
}

static void test_both_sides_can_be_stretched(void **state)
{
    const struct fixture *fixture = *state;
    struct test_file file = test_file_read("colour.png");
    struct ica_decoded decoded = {0};
    struct ica_decode_request request = {
        .bytes = file.bytes,
        .size_bytes = file.size,
        .crop = {.short_side = 40, .size = 40, .rule = ICA_RESIZE_STRETCH},
    };
    assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL), ICA_OK);
    assert_int_equal(decoded.model.width, 40);
    assert_int_equal(decoded.model.height, 40);
    ica_decoded_clear(&decoded);
    static const struct ica_crop wrong[] = {
        {.size = 40, .rule = ICA_RESIZE_STRETCH},
        {.short_side = 40, .rule = ICA_RESIZE_STRETCH},
        {.short_side = 0, .size = 40},
        {.short_side = 40, .size = 30, .rule = ICA_RESIZE_STRETCH},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        request.crop = wrong[i];
        assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL),
                         ICA_EINVALID);
        ica_decoded_clear(&decoded);
    }
    free(file.bytes);
}

/* 33 x 22 pixels in a square of 33. The filling is as said, whatever the colours of the file are
 * and however it is stored; its odd row is below. */
static void test_padding_is_srgb_and_upright(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const files[] = {"colour.png",        "cmyk.jpg",
                                        "profile.jpg",       "orientation-3.jpg",
                                        "orientation-6.jpg", "orientation-8.jpg"};
    static const uint8_t padding[] = {1, 120, 254};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct test_file file = test_file_read(files[i]);
        struct ica_decoded decoded = {0};
        struct ica_decode_request request = {
            .bytes = file.bytes,
            .size_bytes = file.size,
            .crop = {.short_side = 33,
                     .size = 33,
                     .rule = ICA_RESIZE_PAD,
                     .padding = {1, 120, 254}},
        };
        assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL), ICA_OK);
        assert_int_equal(decoded.model.width, 33);
        assert_int_equal(decoded.model.height, 33);
        for (uint32_t y = 0; y < 33; y++) {
            const uint8_t *row = ica_pixels_row(&decoded.model, y);
            bool filled = y < 5 || y >= 5 + 22;
            assert_int_equal(memcmp(row, padding, sizeof padding) == 0, filled);
        }
        ica_decoded_clear(&decoded);
        free(file.bytes);
    }
}

/* All of a file's pixels, as its codec gives them. */
static struct ica_pixels whole_picture(const struct ica_codec *codec, const struct test_file *file)
{
    struct ica_image_info info = {0};
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, UINT32_MAX);
    assert_int_equal(codec->read_header(file->bytes, file->size, &info, NULL), ICA_OK);
    assert_int_equal(codec->decode(file->bytes, file->size, &info, &sink, NULL), ICA_OK);
    struct ica_pixels pixels = sink.raster;
    sink.raster = (struct ica_pixels){0};
    ica_raster_sink_clear(&sink);
    return pixels;
}

/* Resized once, from all pixels; a codec's own scaling and the sink's would show. */
static void test_exact_pixels_are_resized_once(void **state)
{
    const struct fixture *fixture = *state;
    static const struct {
        const char *file;
        const struct ica_codec *codec;
    } cases[] = {{"colour.jpg", &ica_jpeg_codec},
                 {"interlaced.png", &ica_png_codec},
                 {"colour.webp", &ica_webp_codec}};
    const struct ica_crop crop = {.short_side = 5, .size = 5};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_file file = test_file_read(cases[i].file);
        struct ica_pixels whole = whole_picture(cases[i].codec, &file);
        struct ica_pixels expected = {0};
        assert_int_equal(whole.width, TEST_PICTURE_WIDTH);
        assert_int_equal(ica_resize_crop(&whole, 1, crop, &expected, NULL), ICA_OK);
        for (int exact = 0; exact <= 1; exact++) {
            const struct ica_decode_request request = {
                .bytes = file.bytes, .size_bytes = file.size, .crop = crop, .exact = exact};
            struct ica_decoded decoded = {0};
            assert_int_equal(ica_decoder_decode(fixture->decoder, &request, &decoded, NULL),
                             ICA_OK);
            assert_int_equal(memcmp(decoded.model.samples, expected.samples,
                                    crop.size * ica_pixels_row_bytes(&expected)) == 0,
                             exact);
            ica_decoded_clear(&decoded);
        }
        ica_pixels_clear(&expected);
        ica_pixels_clear(&whole);
        free(file.bytes);
    }
}

/* Each refusal says why, and the next picture is decoded as if nothing had been. */
static void check_refused(const struct fixture *fixture, const uint8_t *bytes, size_t size,
                          enum ica_status expected, const char *word)
{
    struct ica_decoded decoded;
    struct ica_error err = {0};
    assert_int_equal(decode(fixture, bytes, size, &decoded, &err), expected);
    if (!strstr(err.text, word)) {
        fail_msg("\"%s\" does not say \"%s\"", err.text, word);
    }
    assert_null(decoded.model.samples);
    ica_decoded_clear(&decoded);
    check_readable(fixture, "colour.jpg", LOOK_COLOUR, 8);
}

static void check_file_refused(const struct fixture *fixture, const char *name, size_t cut,
                               enum ica_status expected, const char *word)
{
    struct test_file file = test_file_read(name);
    check_refused(fixture, file.bytes, file.size - cut, expected, word);
    free(file.bytes);
}

static void test_refuses_what_is_no_image(void **state)
{
    static const char text[] = "Dear Sir or Madam, please find attached the photo you asked for.";
    check_refused(*state, (const uint8_t *)"", 0, ICA_EFORMAT, "empty");
    check_refused(*state, (const uint8_t *)text, sizeof text - 1, ICA_EFORMAT, "not an image");
    check_refused(*state, (const uint8_t *)"\xff\xd8\xff", 3, ICA_ECORRUPT, "ends early");
}

static void test_refuses_truncated_files(void **state)
{
    check_file_refused(*state, "colour.jpg", 60, ICA_ECORRUPT, "JPEG data ends early");
    check_file_refused(*state, "progressive.jpg", 60, ICA_ECORRUPT, "JPEG data ends early");
    check_file_refused(*state, "colour.png", 60, ICA_ECORRUPT, "PNG data ends early");
    check_file_refused(*state, "lossless.webp", 30, ICA_ECORRUPT, "WebP data ends early");
    check_file_refused(*state, "colour.gif", 60, ICA_ECORRUPT, "GIF data ends early");
    check_file_refused(*state, "top-down.bmp", 60, ICA_ECORRUPT, "BMP data ends early");
    check_file_refused(*state, "colour.tiff", 1000, ICA_ECORRUPT, "TIFF");
    check_file_refused(*state, "colour.avif", 60, ICA_ECORRUPT, "AVIF");
}

static void test_refuses_bombs_by_their_header(void **state)
{
    check_file_refused(*state, "60000x60000.png", 0, ICA_ETOOLARGE,
                       "60000 x 60000 pixels; the limit is 256000000 pixels");
    check_file_refused(*state, "60000x60000.jpg", 0, ICA_ETOOLARGE, "60000 x 60000");
}

static void test_limits_are_settings(void **state)
{
    (void)state;
    struct fixture small = {0};
    struct ica_decoded decoded;
    struct ica_error err = {0};
    open_decoder(&small, (struct ica_decode_limits){.max_pixels = 48 * 32 - 1,
                                                    .max_decode_bytes = 1u << 20});
    assert_int_equal(decode_file(&small, "colour.png", &decoded, &err), ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "limit is 1535 pixels"));
    close_decoder(&small);
    open_decoder(&small,
                 (struct ica_decode_limits){.max_pixels = 48 * 32, .max_decode_bytes = 1000});
    assert_int_equal(decode_file(&small, "interlaced.png", &decoded, &err), ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "bytes of memory; the limit is 1000"));
    close_decoder(&small);
}

/* All pixels need more memory than a shrunk picture does; the message says what would help. */
static void test_exact_pixels_obey_the_limit(void **state)
{
    (void)state;
    struct test_file file = test_file_read("top-down.bmp");
    struct ica_image_info info = {0};
    assert_int_equal(ica_bmp_codec.read_header(file.bytes, file.size, &info, NULL), ICA_OK);
    struct fixture small = {0};
    open_decoder(&small, (struct ica_decode_limits){.max_pixels = 48 * 32,
                                                    .max_decode_bytes = info.decode_bytes + 1000});
    struct ica_decode_request request = {
        .bytes = file.bytes, .size_bytes = file.size, .crop = {.short_side = 4, .size = 4}};
    struct ica_decoded decoded = {0};
    struct ica_error err = {0};
    assert_int_equal(ica_decoder_decode(small.decoder, &request, &decoded, &err), ICA_OK);
    ica_decoded_clear(&decoded);
    request.exact = true;
    assert_int_equal(ica_decoder_decode(small.decoder, &request, &decoded, &err), ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "bytes of memory; the limit is 1000. With fast"));
    ica_decoded_clear(&decoded);
    close_decoder(&small);
    free(file.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_orientations_look_the_same),
        cmocka_unit_test(test_all_variants_look_right),
        cmocka_unit_test(test_inks_become_colours),
        cmocka_unit_test(test_profile_is_applied),
        cmocka_unit_test(test_header_facts),
        cmocka_unit_test(test_extreme_shapes),
        cmocka_unit_test(test_no_thumbnail_unless_wanted),
        cmocka_unit_test(test_both_sides_can_be_stretched),
        cmocka_unit_test(test_padding_is_srgb_and_upright),
        cmocka_unit_test(test_exact_pixels_are_resized_once),
        cmocka_unit_test(test_refuses_what_is_no_image),
        cmocka_unit_test(test_refuses_truncated_files),
        cmocka_unit_test(test_refuses_bombs_by_their_header),
        cmocka_unit_test(test_limits_are_settings),
        cmocka_unit_test(test_exact_pixels_obey_the_limit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
