/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing: close to a reference implementation, exact on plain areas, safe on odd sizes. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/image/orientation.h"
#include "domain/image/resize.h"

#define REFERENCE_CROP 16
#define REFERENCE_SIDE 20

/* The pattern of tools/make_test_images.py: detail in all directions, no value near 0 or 255. */
static struct ica_pixels pattern(uint32_t width, uint32_t height)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, width, height, ICA_PIXELS_RGB, NULL), ICA_OK);
    uint8_t *to = pixels.samples;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++, to += ICA_PIXELS_RGB) {
            to[0] = (uint8_t)(50 + 150 * x / width);
            to[1] = (uint8_t)(50 + 150 * y / height);
            to[2] = (uint8_t)(60 + 5 * (x * x + 3 * y * y) % 131);
        }
    }
    return pixels;
}

static struct ica_pixels plain(uint32_t width, uint32_t height, enum ica_pixel_layout layout,
                               int value)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, width, height, layout, NULL), ICA_OK);
    memset(pixels.samples, value, (size_t)height * ica_pixels_row_bytes(&pixels));
    return pixels;
}

static void check_plain(const struct ica_pixels *pixels, int value)
{
    for (size_t i = 0; i < pixels->height * ica_pixels_row_bytes(pixels); i++) {
        assert_int_equal(pixels->samples[i], value);
    }
}

/* At most one level from the reference in tests/data/resize/`name`. */
static void check_reference(const struct ica_pixels *pixels, const char *name)
{
    char path[1024];
    uint8_t expected[REFERENCE_CROP * REFERENCE_CROP * ICA_PIXELS_RGB];
    size_t size = (size_t)pixels->height * ica_pixels_row_bytes(pixels);
    (void)snprintf(path, sizeof path, "%s/resize/%s", ICA_TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(size <= sizeof expected);
    assert_int_equal(fread(expected, 1, sizeof expected, file), size);
    (void)fclose(file);
    for (size_t i = 0; i < size; i++) {
        if (abs(pixels->samples[i] - expected[i]) > 1) {
            fail_msg("%s: sample %zu is %d instead of %d", name, i, pixels->samples[i],
                     expected[i]);
        }
    }
}

static void test_crop_is_close_to_reference(void **state)
{
    (void)state;
    static const struct {
        uint32_t width;
        uint32_t height;
        const char *file;
    } cases[] = {{61, 47, "crop-61x47.rgb"},
                 {13, 9, "crop-13x9.rgb"},
                 {24, 20, "crop-24x20.rgb"},
                 {26, 16, "crop-26x16.rgb"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_pixels from = pattern(cases[i].width, cases[i].height);
        struct ica_pixels to = {0};
        const struct ica_crop crop = {.short_side = REFERENCE_SIDE, .size = REFERENCE_CROP};
        assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
        check_reference(&to, cases[i].file);
        ica_pixels_clear(&to);
        ica_pixels_clear(&from);
    }
}

static void test_fit_is_close_to_reference(void **state)
{
    (void)state;
    struct ica_pixels from = pattern(61, 47);
    struct ica_pixels to = {0};
    assert_int_equal(ica_resize_fit(&from, REFERENCE_CROP, &to, NULL), ICA_OK);
    assert_int_equal(to.width, 16);
    assert_int_equal(to.height, 12);
    check_reference(&to, "fit-61x47.rgb");
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

/* Whatever the scale, the weights add up to one: also at the borders and where values saturate. */
static void test_plain_stays_plain(void **state)
{
    (void)state;
    static const uint32_t sides[] = {1, 2, 3, 7, 31, 64, 100, 1001};
    static const int values[] = {0, 1, 127, 254, 255};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            struct ica_pixels from = plain(sides[i], 1002 - sides[i], ICA_PIXELS_RGB, values[j]);
            struct ica_pixels to = {0};
            const struct ica_crop crop = {.short_side = 37,
                                          .size = 29,
                                          .filter =
                                              j % 2 ? ICA_FILTER_BILINEAR : ICA_FILTER_BICUBIC};
            assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
            assert_int_equal(to.width, 29);
            assert_int_equal(to.height, 29);
            check_plain(&to, values[j]);
            ica_pixels_clear(&to);
            assert_int_equal(ica_resize_fit(&from, 40, &to, NULL), ICA_OK);
            check_plain(&to, values[j]);
            ica_pixels_clear(&to);
            ica_pixels_clear(&from);
        }
    }
}

static void test_same_size_is_a_copy(void **state)
{
    (void)state;
    struct ica_pixels from = pattern(33, 20);
    struct ica_pixels to = {0};
    assert_int_equal(ica_resize_fit(&from, 33, &to, NULL), ICA_OK);
    assert_int_equal(to.width, from.width);
    assert_memory_equal(to.samples, from.samples, from.height * ica_pixels_row_bytes(&from));
    ica_pixels_clear(&to);
    assert_int_equal(ica_resize_fit(&from, 500, &to, NULL), ICA_OK);
    assert_int_equal(to.width, from.width);
    assert_int_equal(to.height, from.height);
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

static void test_crop_takes_the_middle(void **state)
{
    (void)state;
    struct ica_pixels from = plain(90, 30, ICA_PIXELS_CMYK, 0);
    struct ica_pixels to = {0};
    for (uint32_t y = 0; y < from.height; y++) {
        memset(ica_pixels_row(&from, y) + 30 * ICA_PIXELS_CMYK, 200, 30 * ICA_PIXELS_CMYK);
    }
    const struct ica_crop crop = {.short_side = 30, .size = 30};
    assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
    assert_int_equal(to.layout, ICA_PIXELS_CMYK);
    check_plain(&to, 200);
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

/* Both sides are scaled, each by its own factor, and nothing is cut. */
static void test_stretch_keeps_all(void **state)
{
    (void)state;
    static const uint32_t sides[][2] = {{90, 30}, {30, 90}, {7, 301}, {1, 1}, {16, 16}};
    const struct ica_crop crop = {.short_side = 16, .size = 16, .rule = ICA_RESIZE_STRETCH};
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        struct ica_pixels from = plain(sides[i][0], sides[i][1], ICA_PIXELS_RGB, 77);
        struct ica_pixels to = {0};
        assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
        assert_int_equal(to.width, 16);
        assert_int_equal(to.height, 16);
        check_plain(&to, 77);
        ica_pixels_clear(&to);
        ica_pixels_clear(&from);
    }
    struct ica_pixels from = plain(96, 32, ICA_PIXELS_RGB, 0); /* the left third is bright */
    struct ica_pixels to = {0};
    for (uint32_t y = 0; y < from.height; y++) {
        memset(ica_pixels_row(&from, y), 200, (size_t)32 * ICA_PIXELS_RGB);
    }
    const struct ica_crop thirds = {.short_side = 12, .size = 12, .rule = ICA_RESIZE_STRETCH};
    assert_int_equal(ica_resize_crop(&from, 1, thirds, &to, NULL), ICA_OK);
    assert_int_equal(ica_pixels_row(&to, 6)[1 * ICA_PIXELS_RGB], 200);
    assert_int_equal(ica_pixels_row(&to, 6)[10 * ICA_PIXELS_RGB], 0);
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

/* As Pillow resizes to the two sides. */
static void test_stretch_is_close_to_reference(void **state)
{
    (void)state;
    struct ica_pixels from = pattern(61, 47);
    struct ica_pixels to = {0};
    const struct ica_crop crop = {
        .short_side = REFERENCE_CROP, .size = REFERENCE_CROP, .rule = ICA_RESIZE_STRETCH};
    assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
    check_reference(&to, "stretch-61x47.rgb");
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

#define SQUARE .short_side = REFERENCE_CROP, .size = REFERENCE_CROP
#define MIDDLE .short_side = REFERENCE_SIDE, .size = REFERENCE_CROP

static const struct ica_crop down = {MIDDLE, .rounding = ICA_ROUND_DOWN};
static const struct ica_crop all_down = {MIDDLE, .rounding = ICA_ROUND_ALL_DOWN};
static const struct ica_crop bilinear = {MIDDLE, .filter = ICA_FILTER_BILINEAR,
                                         .rounding = ICA_ROUND_DOWN};
static const struct ica_crop stretch = {SQUARE, .rule = ICA_RESIZE_STRETCH,
                                        .filter = ICA_FILTER_BILINEAR};
static const struct ica_crop pad = {SQUARE, .rule = ICA_RESIZE_PAD, .padding = {124, 116, 104}};
static const struct ica_crop pad_down = {SQUARE, .rule = ICA_RESIZE_PAD, .rounding = ICA_ROUND_DOWN,
                                         .padding = {124, 116, 104}};

/* As torchvision's transforms do it, or where it is said those of transformers. */
static void test_rules_are_close_to_reference(void **state)
{
    (void)state;
    static const struct {
        const struct ica_crop *crop;
        uint32_t width;
        uint32_t height;
        const char *file;
    } cases[] = {
        {&down, 61, 47, "down-61x47.rgb"},
        {&down, 47, 61, "down-47x61.rgb"},
        {&down, 58, 50, "down-58x50.rgb"},
        {&all_down, 58, 50, "all-down-58x50.rgb"},
        {&bilinear, 61, 47, "bilinear-61x47.rgb"},
        {&bilinear, 13, 9, "bilinear-13x9.rgb"},
        {&stretch, 61, 47, "bilinear-stretch-61x47.rgb"},
        {&stretch, 13, 9, "bilinear-stretch-13x9.rgb"},
        {&pad, 61, 50, "pad-61x50.rgb"},
        {&pad, 50, 61, "pad-50x61.rgb"},
        {&pad_down, 61, 48, "pad-down-61x48.rgb"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_pixels from = pattern(cases[i].width, cases[i].height);
        struct ica_pixels to = {0};
        assert_int_equal(ica_resize_crop(&from, 1, *cases[i].crop, &to, NULL), ICA_OK);
        if (cases[i].crop->rule == ICA_RESIZE_PAD) {
            assert_int_equal(ica_resize_pad(&to, *cases[i].crop, NULL), ICA_OK);
        }
        assert_int_equal(to.width, REFERENCE_CROP);
        assert_int_equal(to.height, REFERENCE_CROP);
        check_reference(&to, cases[i].file);
        ica_pixels_clear(&to);
        ica_pixels_clear(&from);
    }
}

/* What is cut does not depend on how the picture is stored. */
static void test_crop_is_that_of_the_upright_picture(void **state)
{
    (void)state;
    static const enum ica_side_rounding roundings[] = {ICA_ROUND_NEAREST, ICA_ROUND_DOWN,
                                                       ICA_ROUND_ALL_DOWN};
    for (size_t i = 0; i < sizeof roundings / sizeof *roundings; i++) {
        const struct ica_crop crop = {
            .short_side = 23, .size = REFERENCE_CROP, .rounding = roundings[i]};
        for (unsigned orientation = 1; orientation <= 8; orientation++) {
            struct ica_pixels stored = pattern(58, 50);
            struct ica_pixels late = {0};
            struct ica_pixels early = {0};
            assert_int_equal(ica_resize_crop(&stored, orientation, crop, &late, NULL), ICA_OK);
            assert_int_equal(ica_orientation_apply(&late, orientation, NULL), ICA_OK);
            assert_int_equal(ica_orientation_apply(&stored, orientation, NULL), ICA_OK);
            assert_int_equal(ica_resize_crop(&stored, 1, crop, &early, NULL), ICA_OK);
            for (size_t s = 0; s < late.height * ica_pixels_row_bytes(&late); s++) {
                assert_in_range(late.samples[s] + 1 - early.samples[s], 0, 2);
            }
            ica_pixels_clear(&early);
            ica_pixels_clear(&late);
            ica_pixels_clear(&stored);
        }
    }
}

static void test_pad_fills_both_sides(void **state)
{
    (void)state;
    const struct ica_crop crop = {
        .short_side = 20, .size = 20, .rule = ICA_RESIZE_PAD, .padding = {1, 2, 3}};
    struct ica_pixels from = plain(300, 45, ICA_PIXELS_RGB, 77);
    struct ica_pixels to = {0};
    assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
    assert_int_equal(to.width, 20);
    assert_int_equal(to.height, 3);
    assert_int_equal(ica_resize_pad(&to, crop, NULL), ICA_OK);
    for (uint32_t y = 0; y < 20; y++) {
        const uint8_t *last = ica_pixels_row(&to, y) + 19 * ICA_PIXELS_RGB;
        bool filled = y < 8 || y >= 11;
        assert_int_equal(last[0], filled ? 1 : 77);
        assert_int_equal(last[2], filled ? 3 : 77);
    }
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
    from = plain(1, 20000, ICA_PIXELS_RGB, 77);
    assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
    assert_int_equal(ica_resize_pad(&to, crop, NULL), ICA_OK);
    assert_int_equal(ica_pixels_row(&to, 19)[9 * ICA_PIXELS_RGB], 77);
    assert_int_equal(ica_pixels_row(&to, 19)[10 * ICA_PIXELS_RGB], 1);
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

/* Inks have to become colours before, and nothing is cut. */
static void test_pad_refuses(void **state)
{
    (void)state;
    const struct ica_crop crop = {.short_side = 20, .size = 20, .rule = ICA_RESIZE_PAD};
    struct ica_pixels inks = plain(20, 10, ICA_PIXELS_CMYK, 0);
    struct ica_pixels wide = plain(21, 10, ICA_PIXELS_RGB, 0);
    assert_int_equal(ica_resize_pad(&inks, crop, NULL), ICA_EINVALID);
    assert_int_equal(ica_resize_pad(&wide, crop, NULL), ICA_EINVALID);
    assert_int_equal(wide.width, 21);
    ica_pixels_clear(&wide);
    ica_pixels_clear(&inks);
}

static void test_extreme_shapes(void **state)
{
    (void)state;
    struct ica_pixels from = plain(1, 20000, ICA_PIXELS_RGB, 9);
    struct ica_pixels to = {0};
    const struct ica_crop crop = {.short_side = 297, .size = 260};
    assert_int_equal(ica_resize_crop(&from, 1, crop, &to, NULL), ICA_OK);
    check_plain(&to, 9);
    ica_pixels_clear(&to);
    assert_int_equal(ica_resize_fit(&from, 320, &to, NULL), ICA_OK);
    assert_int_equal(to.width, 1);
    assert_int_equal(to.height, 320);
    check_plain(&to, 9);
    ica_pixels_clear(&to);
    ica_pixels_clear(&from);
}

/* Rows of one value each: SIMD code computes most columns, plain code the rest; all must agree. */
static void test_all_columns_agree(void **state)
{
    (void)state;
    struct ica_pixels from = plain(53, 211, ICA_PIXELS_RGB, 0);
    struct ica_pixels to = {0};
    uint32_t noise = 1;
    for (uint32_t y = 0; y < from.height; y++) {
        noise = noise * 1664525 + 1013904223;
        memset(ica_pixels_row(&from, y), (int)(noise >> 24), ica_pixels_row_bytes(&from));
    }
    for (uint32_t side = 50; side < 211; side += 7) {
        assert_int_equal(ica_resize_fit(&from, side, &to, NULL), ICA_OK);
        for (uint32_t y = 0; y < to.height; y++) {
            const uint8_t *row = ica_pixels_row(&to, y);
            for (size_t i = 1; i < ica_pixels_row_bytes(&to); i++) {
                assert_int_equal(row[i], row[0]);
            }
        }
        ica_pixels_clear(&to);
    }
    ica_pixels_clear(&from);
}

static void test_refuses_impossible_crops(void **state)
{
    (void)state;
    struct ica_pixels from = plain(4, 4, ICA_PIXELS_RGB, 9);
    struct ica_pixels empty = {0};
    struct ica_pixels to = {0};
    static const struct ica_crop wrong[] = {
        {.short_side = 0, .size = 0},
        {.short_side = 10, .size = 0},
        {.short_side = 10, .size = 11},
        {.short_side = ICA_MAX_CROP_SIDE + 1, .size = 10},
        {.size = 10, .rule = ICA_RESIZE_STRETCH},
        {.short_side = 10, .size = 9, .rule = ICA_RESIZE_STRETCH},
        {.short_side = 10, .rule = ICA_RESIZE_STRETCH},
        {.short_side = 10, .size = 9, .rule = ICA_RESIZE_PAD},
        {.short_side = ICA_MAX_CROP_SIDE + 1,
         .size = ICA_MAX_CROP_SIDE + 1,
         .rule = ICA_RESIZE_STRETCH},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(ica_resize_crop(&from, 1, wrong[i], &to, NULL), ICA_EINVALID);
        assert_null(to.samples);
    }
    const struct ica_crop right = {.short_side = 4, .size = 4};
    assert_int_equal(ica_resize_crop(&empty, 1, right, &to, NULL), ICA_EINVALID);
    assert_int_equal(ica_resize_fit(&empty, 4, &to, NULL), ICA_EINVALID);
    assert_int_equal(ica_resize_fit(&from, 0, &to, NULL), ICA_EINVALID);
    ica_pixels_clear(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crop_is_close_to_reference),
        cmocka_unit_test(test_fit_is_close_to_reference),
        cmocka_unit_test(test_plain_stays_plain),
        cmocka_unit_test(test_same_size_is_a_copy),
        cmocka_unit_test(test_crop_takes_the_middle),
        cmocka_unit_test(test_stretch_keeps_all),
        cmocka_unit_test(test_stretch_is_close_to_reference),
        cmocka_unit_test(test_rules_are_close_to_reference),
        cmocka_unit_test(test_crop_is_that_of_the_upright_picture),
        cmocka_unit_test(test_pad_fills_both_sides),
        cmocka_unit_test(test_pad_refuses),
        cmocka_unit_test(test_extreme_shapes),
        cmocka_unit_test(test_all_columns_agree),
        cmocka_unit_test(test_refuses_impossible_crops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
