/* SPDX-License-Identifier: Apache-2.0 */
/* Colours by name, and the subject rather than its background. */
#include "domain/description/colours/colour_shares.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define SIDE 260

static struct ica_pixels new_pixels(uint32_t width, uint32_t height)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, width, height, ICA_PIXELS_RGB, NULL), ICA_OK);
    return pixels;
}

/* Fill [x0, x1) x [y0, y1) with 0xRRGGBB. */
static void fill(struct ica_pixels *pixels, uint32_t x0, uint32_t x1, uint32_t y0, uint32_t y1,
                 uint32_t rgb)
{
    for (uint32_t y = y0; y < y1; y++) {
        uint8_t *row = ica_pixels_row(pixels, y);
        for (uint32_t x = x0; x < x1; x++) {
            row[3 * x] = (uint8_t)(rgb >> 16);
            row[3 * x + 1] = (uint8_t)(rgb >> 8);
            row[3 * x + 2] = (uint8_t)rgb;
        }
    }
}

static struct ica_colour_shares measure_and_clear(struct ica_pixels *pixels)
{
    struct ica_colour_shares shares;
    ica_colour_shares_measure(pixels, &shares);
    ica_pixels_clear(pixels);
    return shares;
}

static void test_names_of_known_colours(void **state)
{
    (void)state;
    /* CSS colours and everyday things whose basic term is beyond doubt. */
    static const struct {
        uint32_t rgb;
        enum ica_colour_term term;
    } cases[] = {
        {0x000000, ICA_COLOUR_BLACK},  {0x202020, ICA_COLOUR_BLACK},  {0x696969, ICA_COLOUR_GREY},
        {0x808080, ICA_COLOUR_GREY},   {0xa9a9a9, ICA_COLOUR_GREY},   {0xffffff, ICA_COLOUR_WHITE},
        {0xf5f5f5, ICA_COLOUR_WHITE},  {0xfffff0, ICA_COLOUR_WHITE},  {0xfaf0e6, ICA_COLOUR_WHITE},
        {0xf0f8ff, ICA_COLOUR_WHITE},  {0xf5f5dc, ICA_COLOUR_WHITE},  {0xff0000, ICA_COLOUR_RED},
        {0x8b0000, ICA_COLOUR_RED},    {0xb22222, ICA_COLOUR_RED},    {0xdc143c, ICA_COLOUR_RED},
        {0x800000, ICA_COLOUR_RED},    {0xffa500, ICA_COLOUR_ORANGE}, {0xff8c00, ICA_COLOUR_ORANGE},
        {0xff7518, ICA_COLOUR_ORANGE}, {0xff7f50, ICA_COLOUR_ORANGE}, {0xffff00, ICA_COLOUR_YELLOW},
        {0xffd700, ICA_COLOUR_YELLOW}, {0xf0e68c, ICA_COLOUR_YELLOW}, {0xdaa520, ICA_COLOUR_YELLOW},
        {0x008000, ICA_COLOUR_GREEN},  {0x00ff00, ICA_COLOUR_GREEN},  {0x006400, ICA_COLOUR_GREEN},
        {0x2e8b57, ICA_COLOUR_GREEN},  {0x6b8e23, ICA_COLOUR_GREEN},  {0x808000, ICA_COLOUR_GREEN},
        {0x90ee90, ICA_COLOUR_GREEN},  {0x8fbc8f, ICA_COLOUR_GREEN},  {0x0000ff, ICA_COLOUR_BLUE},
        {0x000080, ICA_COLOUR_BLUE},   {0x4169e1, ICA_COLOUR_BLUE},   {0x4682b4, ICA_COLOUR_BLUE},
        {0x87ceeb, ICA_COLOUR_BLUE},   {0x191970, ICA_COLOUR_BLUE},   {0x1560bd, ICA_COLOUR_BLUE},
        {0x5a6982, ICA_COLOUR_BLUE},   {0x800080, ICA_COLOUR_PURPLE}, {0x4b0082, ICA_COLOUR_PURPLE},
        {0x9932cc, ICA_COLOUR_PURPLE}, {0x663399, ICA_COLOUR_PURPLE}, {0x9370db, ICA_COLOUR_PURPLE},
        {0xffc0cb, ICA_COLOUR_PINK},   {0xffb6c1, ICA_COLOUR_PINK},   {0xff69b4, ICA_COLOUR_PINK},
        {0xff1493, ICA_COLOUR_PINK},   {0xdb7093, ICA_COLOUR_PINK},   {0x8b4513, ICA_COLOUR_BROWN},
        {0xa0522d, ICA_COLOUR_BROWN},  {0xcd853f, ICA_COLOUR_BROWN},  {0xd2b48c, ICA_COLOUR_BROWN},
        {0x6f4e37, ICA_COLOUR_BROWN},  {0x5a3a22, ICA_COLOUR_BROWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_pixels pixels = new_pixels(64, 64);
        fill(&pixels, 0, 64, 0, 64, cases[i].rgb);
        struct ica_colour_shares shares = measure_and_clear(&pixels);
        if (shares.share[cases[i].term] < 0.99F) {
            fail_msg("#%06x is not %s", (unsigned)cases[i].rgb,
                     ica_colour_term_text(cases[i].term));
        }
    }
}

static void test_subject_wins_over_background(void **state)
{
    (void)state;
    struct ica_pixels pixels = new_pixels(SIDE, SIDE);
    fill(&pixels, 0, SIDE, 0, SIDE, 0xf8f8f8); /* a white ground */
    fill(&pixels, 60, 200, 60, 200, 0xc01818); /* a red thing on it */
    struct ica_colour_shares shares = measure_and_clear(&pixels);
    assert_true(shares.share[ICA_COLOUR_RED] > 0.85F);
}

static void test_subject_of_the_background_s_colour(void **state)
{
    (void)state;
    struct ica_pixels pixels = new_pixels(SIDE, SIDE);
    fill(&pixels, 0, SIDE, 0, SIDE, 0xf8f8f8);
    fill(&pixels, 128, 132, 128, 132, 0x000000); /* a button on a white shirt on a white bed */
    struct ica_colour_shares shares = measure_and_clear(&pixels);
    assert_true(shares.share[ICA_COLOUR_WHITE] > 0.95F);
}

static void test_two_colours_are_shared(void **state)
{
    (void)state;
    struct ica_pixels pixels = new_pixels(SIDE, SIDE);
    fill(&pixels, 0, SIDE, 0, SIDE, 0x60a060);
    fill(&pixels, 60, 130, 60, 200, 0xd02020);
    fill(&pixels, 130, 200, 60, 200, 0xffe020);
    struct ica_colour_shares shares = measure_and_clear(&pixels);
    assert_true(shares.share[ICA_COLOUR_RED] > 0.4F);
    assert_true(shares.share[ICA_COLOUR_YELLOW] > 0.4F);
    float sum = 0;
    for (size_t i = 0; i < ICA_COLOUR_COUNT; i++) {
        sum += shares.share[i];
    }
    assert_float_equal(sum, 1.0F, 1e-4F);
}

static void test_any_size(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {7, 41}, {40, 39}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ica_pixels pixels = new_pixels(sizes[i][0], sizes[i][1]);
        fill(&pixels, 0, sizes[i][0], 0, sizes[i][1], 0x0000ff);
        struct ica_colour_shares shares = measure_and_clear(&pixels);
        assert_true(shares.share[ICA_COLOUR_BLUE] > 0.99F);
    }
}

static void test_no_pixels_no_colour(void **state)
{
    (void)state;
    struct ica_pixels pixels = {0};
    struct ica_colour_shares shares = measure_and_clear(&pixels);
    for (size_t i = 0; i < ICA_COLOUR_COUNT; i++) {
        assert_true(shares.share[i] == 0.0F);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_known_colours),
        cmocka_unit_test(test_subject_wins_over_background),
        cmocka_unit_test(test_subject_of_the_background_s_colour),
        cmocka_unit_test(test_two_colours_are_shared),
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_no_pixels_no_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
