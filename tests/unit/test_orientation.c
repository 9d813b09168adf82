/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF orientation: where each corner goes, for all eight. */
#include "support/cmocka_all.h"

#include <string.h>

#include "domain/image/orientation.h"

/* Two rows of three pixels: a b c / d e f. */
static struct ica_pixels letters(void)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, 3, 2, ICA_PIXELS_RGB, NULL), ICA_OK);
    for (size_t i = 0; i < 6; i++) {
        memset(pixels.samples + i * ICA_PIXELS_RGB, (int)('a' + i), ICA_PIXELS_RGB);
    }
    return pixels;
}

static void test_all_orientations(void **state)
{
    (void)state;
    static const struct {
        unsigned orientation;
        uint32_t width;
        const char *upright; /* row by row */
    } cases[] = {
        {0, 3, "abcdef"}, {1, 3, "abcdef"}, {2, 3, "cbafed"},   {3, 3, "fedcba"},
        {4, 3, "defabc"}, {5, 2, "adbecf"}, {6, 2, "daebfc"},   {7, 2, "fcebda"},
        {8, 2, "cfbead"}, {9, 3, "abcdef"}, {~0u, 3, "abcdef"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_pixels pixels = letters();
        assert_int_equal(ica_orientation_apply(&pixels, cases[i].orientation, NULL), ICA_OK);
        assert_int_equal(pixels.width, cases[i].width);
        assert_int_equal(pixels.height, 6 / cases[i].width);
        for (size_t pixel = 0; pixel < 6; pixel++) {
            for (size_t s = 0; s < ICA_PIXELS_RGB; s++) {
                assert_int_equal(pixels.samples[pixel * ICA_PIXELS_RGB + s],
                                 cases[i].upright[pixel]);
            }
        }
        ica_pixels_clear(&pixels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_orientations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
