/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the encoder port, for JPEG. */
#include "support/cmocka_all.h"

#include <string.h>

#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/jpeg/jpeg_encoder.h"
#include "support/test_picture.h"

#define MAX_BYTES ((size_t)1 << 20)
#define TOLERANCE 6 /* levels that the loss may cost */

static const struct ica_encoder *const encoder = &ica_jpeg_encoder;

/* An uncompressible picture, so that the file has many times the size of an internal buffer. */
static struct ica_pixels noise(uint32_t width, uint32_t height)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, width, height, ICA_PIXELS_RGB, NULL), ICA_OK);
    uint32_t seed = 1;
    for (size_t i = 0; i < ica_pixels_row_bytes(&pixels) * height; i++) {
        seed = seed * 1664525u + 1013904223u;
        pixels.samples[i] = (uint8_t)(seed >> 24);
    }
    return pixels;
}

/* LOOK_COLOUR of support/test_picture.h */
static struct ica_pixels test_picture(void)
{
    static const uint8_t quarters[2][2][3] = {{{210, 40, 40}, {40, 170, 60}},
                                              {{40, 60, 200}, {230, 210, 60}}};
    struct ica_pixels pixels = {0};
    assert_int_equal(
        ica_pixels_init(&pixels, TEST_PICTURE_WIDTH, TEST_PICTURE_HEIGHT, ICA_PIXELS_RGB, NULL),
        ICA_OK);
    for (uint32_t y = 0; y < pixels.height; y++) {
        for (uint32_t x = 0; x < pixels.width; x++) {
            memcpy(ica_pixels_row(&pixels, y) + 3 * (size_t)x,
                   quarters[2 * y / pixels.height][2 * x / pixels.width], 3);
        }
    }
    return pixels;
}

/* Encode, and decode again what came out. */
static struct ica_pixels round_trip(const struct ica_pixels *pixels)
{
    struct ica_buffer file;
    struct ica_image_info info = {0};
    struct ica_raster_sink sink;
    ica_buffer_init(&file, MAX_BYTES);
    assert_int_equal(encoder->encode(pixels, &file, NULL), ICA_OK);
    assert_true(ica_jpeg_codec.sniff(file.data, file.size));
    assert_int_equal(ica_jpeg_codec.read_header(file.data, file.size, &info, NULL), ICA_OK);
    assert_int_equal(info.width, pixels->width);
    assert_int_equal(info.height, pixels->height);
    ica_raster_sink_init(&sink, pixels->width + pixels->height);
    assert_int_equal(ica_jpeg_codec.decode(file.data, file.size, &info, &sink, NULL), ICA_OK);
    struct ica_pixels decoded = sink.raster;
    sink.raster = (struct ica_pixels){0};
    ica_raster_sink_clear(&sink);
    ica_buffer_clear(&file);
    return decoded;
}

static void test_what_goes_in_comes_out(void **state)
{
    (void)state;
    struct ica_pixels pixels = test_picture();
    struct ica_pixels decoded = round_trip(&pixels);
    test_picture_check(&decoded, LOOK_COLOUR, TOLERANCE, "round trip");
    ica_pixels_clear(&decoded);
    ica_pixels_clear(&pixels);
}

static void test_all_sizes(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {17, 9}, {333, 250}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ica_pixels pixels = noise(sizes[i][0], sizes[i][1]);
        struct ica_pixels decoded = round_trip(&pixels);
        assert_int_equal(decoded.width, pixels.width);
        assert_int_equal(decoded.height, pixels.height);
        ica_pixels_clear(&decoded);
        ica_pixels_clear(&pixels);
    }
}

static void test_appends(void **state)
{
    (void)state;
    struct ica_pixels pixels = noise(40, 30);
    struct ica_buffer alone;
    struct ica_buffer after;
    ica_buffer_init(&alone, MAX_BYTES);
    ica_buffer_init(&after, MAX_BYTES);
    assert_int_equal(ica_buffer_append_text(&after, "x", NULL), ICA_OK);
    assert_int_equal(encoder->encode(&pixels, &alone, NULL), ICA_OK);
    assert_int_equal(encoder->encode(&pixels, &after, NULL), ICA_OK);
    assert_int_equal(after.size, alone.size + 1);
    assert_memory_equal(after.data + 1, alone.data, alone.size);
    ica_buffer_clear(&alone);
    ica_buffer_clear(&after);
    ica_pixels_clear(&pixels);
}

static void test_other_layouts_are_refused(void **state)
{
    (void)state;
    struct ica_error err = {0};
    struct ica_buffer file;
    struct ica_pixels pixels = {0};
    ica_buffer_init(&file, MAX_BYTES);
    assert_int_equal(ica_pixels_init(&pixels, 8, 8, ICA_PIXELS_CMYK, NULL), ICA_OK);
    assert_int_equal(encoder->encode(&pixels, &file, &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "RGB"));
    assert_int_equal(file.size, 0);
    ica_pixels_clear(&pixels);
}

/* Wherever the room ends, the buffer stays as it was. */
static void test_too_little_room(void **state)
{
    (void)state;
    struct ica_pixels pixels = noise(150, 100);
    struct ica_buffer file;
    ica_buffer_init(&file, MAX_BYTES);
    assert_int_equal(encoder->encode(&pixels, &file, NULL), ICA_OK);
    size_t size = file.size;
    ica_buffer_clear(&file);
    const size_t rooms[] = {1, 100, 4096, 5000, size / 2, size - 1, size};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct ica_error err = {0};
        bool fits = rooms[i] >= size;
        ica_buffer_init(&file, rooms[i] + 1);
        assert_int_equal(ica_buffer_append_text(&file, "x", NULL), ICA_OK);
        assert_int_equal(encoder->encode(&pixels, &file, &err), fits ? ICA_OK : ICA_ETOOLARGE);
        assert_int_equal(err.status, fits ? ICA_OK : ICA_ETOOLARGE);
        assert_int_equal(file.size, fits ? size + 1 : 1);
        ica_buffer_clear(&file);
    }
    ica_pixels_clear(&pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_goes_in_comes_out),
        cmocka_unit_test(test_all_sizes),
        cmocka_unit_test(test_appends),
        cmocka_unit_test(test_too_little_room),
        cmocka_unit_test(test_other_layouts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
