/* SPDX-License-Identifier: Apache-2.0 */
/* The picture that most files in tests/data/images show (made by tools/make_test_images.py): 48 x
 * 32 pixels, four quarters. */
#ifndef ICA_TESTS_SUPPORT_TEST_PICTURE_H
#define ICA_TESTS_SUPPORT_TEST_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "domain/image/pixels.h"

#define TEST_PICTURE_WIDTH  48
#define TEST_PICTURE_HEIGHT 32

enum test_picture_look {
    LOOK_COLOUR,      /* red, green / blue, yellow */
    LOOK_GREY,        /* the same in grey */
    LOOK_BLACK_WHITE, /* black but for the yellow quarter */
    LOOK_ALPHA,       /* green half transparent, yellow wholly, over white */
    LOOK_GREY_ALPHA,  /* the same in grey */
    LOOK_CUT_OUT,     /* yellow transparent, over white */
    LOOK_EXCHANGED,   /* red and green exchanged */
};

/* A file in memory; `bytes` belongs to the caller. */
struct test_file {
    uint8_t *bytes;
    size_t size;
};

/* Read tests/data/images/`name`; a missing file fails the test. */
struct test_file test_file_read(const char *name);

/* Fail the test unless the middle of each quarter of the RGB `pixels` is as expected, give or take
 * `tolerance` levels. `name` goes into the message. */
void test_picture_check(const struct ica_pixels *pixels, enum test_picture_look look, int tolerance,
                        const char *name);

#endif
