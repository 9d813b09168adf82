/* SPDX-License-Identifier: Apache-2.0 */
/* The raster sink: true averages of whole cells, and refusals. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "domain/image/raster_sink.h"

static uint8_t sample(uint32_t x, uint32_t y, size_t s)
{
    return (uint8_t)(x * 37 + y * 101 + s * 59 + x * y);
}

/* Feed a width x height picture of `sample`s, each row built where the sink says or elsewhere. */
static void feed(struct ica_raster_sink *sink, uint32_t width, uint32_t height, size_t layout,
                 bool in_place)
{
    uint8_t *own = malloc(width * layout);
    assert_non_null(own);
    for (uint32_t y = 0; y < height; y++) {
        uint8_t *row = in_place ? ica_raster_sink_next(sink) : own;
        for (uint32_t x = 0; x < width; x++) {
            for (size_t s = 0; s < layout; s++) {
                row[x * layout + s] = sample(x, y, s);
            }
        }
        ica_raster_sink_row(sink, row);
    }
    free(own);
}

/* The rounded mean of the cell at (x, y) of the result. */
static unsigned mean(uint32_t width, uint32_t height, uint32_t factor, uint32_t x, uint32_t y,
                     size_t s)
{
    unsigned sum = 0;
    unsigned n = 0;
    for (uint32_t from_y = y * factor; from_y < (y + 1) * factor && from_y < height; from_y++) {
        for (uint32_t from_x = x * factor; from_x < (x + 1) * factor && from_x < width; from_x++) {
            sum += sample(from_x, from_y, s);
            n++;
        }
    }
    return (sum + n / 2) / n;
}

static void test_averages_cells(void **state)
{
    (void)state;
    static const struct {
        uint32_t width;
        uint32_t height;
        uint32_t wanted;
        enum ica_pixel_layout layout;
        uint32_t factor;
    } cases[] = {
        {20, 10, 10, ICA_PIXELS_RGB, 1}, {20, 10, 6, ICA_PIXELS_RGB, 1},
        {20, 10, 5, ICA_PIXELS_RGB, 2},  {23, 11, 5, ICA_PIXELS_CMYK, 2},
        {1, 50, 5, ICA_PIXELS_RGB, 1},   {300, 301, 1, ICA_PIXELS_RGB, 256},
        {70, 31, 4, ICA_PIXELS_RGB, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_raster_sink sink;
        ica_raster_sink_init(&sink, cases[i].wanted);
        assert_int_equal(
            ica_raster_sink_begin(&sink, cases[i].width, cases[i].height, cases[i].layout, NULL),
            ICA_OK);
        feed(&sink, cases[i].width, cases[i].height, cases[i].layout, i % 2);
        assert_int_equal(ica_raster_sink_end(&sink, NULL), ICA_OK);
        uint32_t factor = cases[i].factor;
        assert_int_equal(sink.raster.width, (cases[i].width + factor - 1) / factor);
        assert_int_equal(sink.raster.height, (cases[i].height + factor - 1) / factor);
        const uint8_t *seen = sink.raster.samples;
        for (uint32_t y = 0; y < sink.raster.height; y++) {
            for (uint32_t x = 0; x < sink.raster.width; x++) {
                for (size_t s = 0; s < (size_t)cases[i].layout; s++) {
                    assert_int_equal(*seen++,
                                     mean(cases[i].width, cases[i].height, factor, x, y, s));
                }
            }
        }
        ica_raster_sink_clear(&sink);
    }
}

static void test_white_stays_white_at_the_largest_factor(void **state)
{
    (void)state;
    enum { SIDE = ICA_MAX_SHRINK_FACTOR };
    struct ica_raster_sink sink;
    uint8_t row[SIDE * ICA_PIXELS_RGB];
    memset(row, 255, sizeof row);
    ica_raster_sink_init(&sink, 1);
    assert_int_equal(ica_raster_sink_begin(&sink, SIDE, SIDE, ICA_PIXELS_RGB, NULL), ICA_OK);
    for (int y = 0; y < SIDE; y++) {
        ica_raster_sink_row(&sink, row);
    }
    assert_int_equal(sink.raster.width, 1);
    assert_int_equal(sink.raster.samples[0], 255);
    ica_raster_sink_clear(&sink);
}

static void test_lays_alpha_over_white(void **state)
{
    (void)state;
    static const uint8_t rgba[] = {10, 20, 30, 255, 10, 20, 30, 0, 200, 100, 0, 128};
    static const uint8_t straight[] = {10, 20, 30, 255, 255, 255, 227, 177, 127};
    static const uint8_t premultiplied[] = {10, 20, 30, 255, 255, 255, 255, 227, 127};
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, 1000);
    assert_int_equal(ica_raster_sink_begin(&sink, 3, 2, ICA_PIXELS_RGB, NULL), ICA_OK);
    ica_raster_sink_rgba_row(&sink, rgba, false);
    ica_raster_sink_rgba_row(&sink, rgba, true);
    assert_int_equal(ica_raster_sink_end(&sink, NULL), ICA_OK);
    assert_memory_equal(sink.raster.samples, straight, sizeof straight);
    assert_memory_equal(sink.raster.samples + sizeof straight, premultiplied, sizeof premultiplied);
    ica_raster_sink_clear(&sink);
}

static void test_too_few_and_too_many_rows(void **state)
{
    (void)state;
    struct ica_raster_sink sink;
    struct ica_error err = {0};
    ica_raster_sink_init(&sink, 2);
    assert_int_equal(ica_raster_sink_begin(&sink, 5, 4, ICA_PIXELS_RGB, &err), ICA_OK);
    feed(&sink, 5, 3, 3, true);
    assert_int_equal(ica_raster_sink_end(&sink, &err), ICA_ECORRUPT);
    assert_non_null(strstr(err.text, "3 of its 4 rows"));
    feed(&sink, 5, 3, 3, true);
    assert_int_equal(ica_raster_sink_end(&sink, &err), ICA_OK);
    ica_raster_sink_clear(&sink);
}

static void test_refuses_wrong_begins(void **state)
{
    (void)state;
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, 8);
    assert_int_equal(ica_raster_sink_begin(&sink, 0, 4, ICA_PIXELS_RGB, NULL), ICA_EINVALID);
    assert_int_equal(ica_raster_sink_begin(&sink, 4, 0, ICA_PIXELS_RGB, NULL), ICA_EINVALID);
    assert_int_equal(ica_raster_sink_begin(&sink, 4, 4, ICA_PIXELS_RGB, NULL), ICA_OK);
    assert_int_equal(ica_raster_sink_begin(&sink, 4, 4, ICA_PIXELS_RGB, NULL), ICA_EINVALID);
    ica_raster_sink_clear(&sink);
    assert_null(sink.raster.samples);
}

static void test_keeps_one_bounded_profile(void **state)
{
    (void)state;
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, 8);
    ica_raster_sink_profile(&sink, NULL, 5);
    ica_raster_sink_profile(&sink, (const uint8_t *)"abc", 0);
    ica_raster_sink_profile(&sink, (const uint8_t *)"abc", (size_t)ICA_MAX_ICC_BYTES + 1);
    assert_null(sink.icc);
    ica_raster_sink_profile(&sink, (const uint8_t *)"abc", 3);
    ica_raster_sink_profile(&sink, (const uint8_t *)"xyz1", 4);
    assert_int_equal(sink.icc_bytes, 3);
    assert_memory_equal(sink.icc, "abc", 3);
    ica_raster_sink_clear(&sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_averages_cells),
        cmocka_unit_test(test_white_stays_white_at_the_largest_factor),
        cmocka_unit_test(test_lays_alpha_over_white),
        cmocka_unit_test(test_too_few_and_too_many_rows),
        cmocka_unit_test(test_refuses_wrong_begins),
        cmocka_unit_test(test_keeps_one_bounded_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
