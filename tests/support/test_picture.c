/* SPDX-License-Identifier: Apache-2.0 */
/* The test picture and its files. */
#include "support/test_picture.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/cmocka_all.h"

#define MAX_FILE_BYTES 65536
#define QUARTERS       4

/* Left above, right above, left below, right below. */
static const uint8_t looks[][QUARTERS][ICA_PIXELS_RGB] = {
    [LOOK_COLOUR] = {{210, 40, 40}, {40, 170, 60}, {40, 60, 200}, {230, 210, 60}},
    [LOOK_GREY] = {{91, 91, 91}, {119, 119, 119}, {70, 70, 70}, {199, 199, 199}},
    [LOOK_BLACK_WHITE] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {255, 255, 255}},
    [LOOK_ALPHA] = {{210, 40, 40}, {147, 212, 157}, {40, 60, 200}, {255, 255, 255}},
    [LOOK_GREY_ALPHA] = {{91, 91, 91}, {187, 187, 187}, {70, 70, 70}, {255, 255, 255}},
    [LOOK_CUT_OUT] = {{210, 40, 40}, {40, 170, 60}, {40, 60, 200}, {255, 255, 255}},
    [LOOK_EXCHANGED] = {{40, 210, 40}, {170, 40, 60}, {60, 40, 200}, {210, 230, 60}},
};

struct test_file test_file_read(const char *name)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/images/%s", ICA_TEST_DATA, name);
    struct test_file file = {.bytes = malloc(MAX_FILE_BYTES)};
    FILE *stream = fopen(path, "rb");
    if (!stream || !file.bytes) {
        fail_msg("%s cannot be read", path);
    }
    file.size = fread(file.bytes, 1, MAX_FILE_BYTES, stream);
    (void)fclose(stream);
    /* Exactly the file's size, so that sanitizers see every byte read too many. */
    file.bytes = realloc(file.bytes, file.size ? file.size : 1);
    assert_non_null(file.bytes);
    return file;
}

void test_picture_check(const struct ica_pixels *pixels, enum test_picture_look look, int tolerance,
                        const char *name)
{
    assert_int_equal(pixels->layout, ICA_PIXELS_RGB);
    for (uint32_t i = 0; i < QUARTERS; i++) {
        uint32_t x = pixels->width * (i % 2 ? 3 : 1) / 4;
        uint32_t y = pixels->height * (i / 2 ? 3 : 1) / 4;
        const uint8_t *seen = ica_pixels_row(pixels, y) + (size_t)x * ICA_PIXELS_RGB;
        const uint8_t *wanted = looks[look][i];
        for (size_t s = 0; s < ICA_PIXELS_RGB; s++) {
            if (abs(seen[s] - wanted[s]) > tolerance) {
                fail_msg("%s: pixel (%u, %u) is %d %d %d instead of %d %d %d", name, x, y, seen[0],
                         seen[1], seen[2], wanted[0], wanted[1], wanted[2]);
            }
        }
    }
}
