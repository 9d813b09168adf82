/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the colour port: what is changed, what is left alone, also from several threads. */
#include "support/cmocka_all.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "support/test_picture.h"

#define N_THREADS  4
#define N_ROUNDS   50
#define N_PROFILES 12 /* more than are kept */

static int set_up(void **state)
{
    return ica_lcms_colour_open((struct ica_colour **)state, NULL) == ICA_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    ica_colour_destroy(*state);
    return 0;
}

static struct ica_pixels one_pixel(enum ica_pixel_layout layout, const uint8_t *samples)
{
    struct ica_pixels pixels = {0};
    assert_int_equal(ica_pixels_init(&pixels, 1, 1, layout, NULL), ICA_OK);
    memcpy(pixels.samples, samples, (size_t)layout);
    return pixels;
}

/* The profile of profile.jpg, which exchanges red and green; owned by the caller. */
static struct test_file exchanging_profile(void)
{
    struct test_file file = test_file_read("profile.jpg");
    struct ica_raster_sink sink;
    ica_raster_sink_init(&sink, TEST_PICTURE_HEIGHT);
    assert_int_equal(ica_jpeg_codec.decode(file.bytes, file.size, NULL, &sink, NULL), ICA_OK);
    struct test_file profile = {.bytes = sink.icc, .size = sink.icc_bytes};
    assert_non_null(profile.bytes);
    sink.icc = NULL;
    ica_raster_sink_clear(&sink);
    free(file.bytes);
    return profile;
}

static void test_srgb_is_left_alone(void **state)
{
    static const uint8_t colour[] = {12, 200, 77};
    struct ica_pixels pixels = one_pixel(ICA_PIXELS_RGB, colour);
    assert_int_equal(ica_colour_to_srgb(*state, &pixels, NULL, 0, NULL), ICA_OK);
    assert_memory_equal(pixels.samples, colour, sizeof colour);
    ica_pixels_clear(&pixels);
}

static void test_useless_profiles_are_ignored(void **state)
{
    static const uint8_t colour[] = {12, 200, 77};
    struct test_file profile = exchanging_profile();
    struct ica_pixels pixels = one_pixel(ICA_PIXELS_RGB, colour);
    for (size_t size = 1; size < profile.size / 2; size += 13) {
        assert_int_equal(ica_colour_to_srgb(*state, &pixels, profile.bytes, size, NULL), ICA_OK);
        assert_memory_equal(pixels.samples, colour, sizeof colour);
    }
    ica_pixels_clear(&pixels);

    /* A profile for RGB says nothing of inks: they are read as without one. */
    static const uint8_t no_ink[] = {0, 0, 0, 0};
    static const uint8_t white[] = {255, 255, 255};
    pixels = one_pixel(ICA_PIXELS_CMYK, no_ink);
    assert_int_equal(ica_colour_to_srgb(*state, &pixels, profile.bytes, profile.size, NULL),
                     ICA_OK);
    assert_int_equal(pixels.layout, ICA_PIXELS_RGB);
    assert_memory_equal(pixels.samples, white, sizeof white);
    ica_pixels_clear(&pixels);
    free(profile.bytes);
}

static void test_inks_without_profile(void **state)
{
    static const struct {
        uint8_t ink[ICA_PIXELS_CMYK];
        uint8_t rgb[ICA_PIXELS_RGB];
    } cases[] = {
        {{0, 0, 0, 0}, {255, 255, 255}},   {{255, 0, 0, 0}, {0, 158, 227}},
        {{0, 255, 255, 0}, {227, 6, 19}},  {{0, 0, 0, 255}, {29, 29, 27}},
        {{0, 0, 0, 128}, {142, 142, 141}}, {{255, 255, 255, 255}, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_pixels pixels = one_pixel(ICA_PIXELS_CMYK, cases[i].ink);
        assert_int_equal(ica_colour_to_srgb(*state, &pixels, NULL, 0, NULL), ICA_OK);
        assert_int_equal(pixels.layout, ICA_PIXELS_RGB);
        for (size_t s = 0; s < ICA_PIXELS_RGB; s++) {
            assert_in_range(pixels.samples[s] + 1, cases[i].rgb[s], cases[i].rgb[s] + 2);
        }
        ica_pixels_clear(&pixels);
    }
}

struct caller {
    struct ica_colour *colour;
    const struct test_file *profile;
    bool good;
};

/* Convert with ever new profiles, so that transforms are built, shared and dropped meanwhile: they
 * differ in bytes of the header that change nothing (the date). */
static void *convert_often(void *argument)
{
    struct caller *caller = argument;
    uint8_t *icc = malloc(caller->profile->size);
    caller->good = icc != NULL;
    for (int round = 0; round < N_ROUNDS && caller->good; round++) {
        struct ica_pixels pixels = {0};
        memcpy(icc, caller->profile->bytes, caller->profile->size);
        icc[35] = (uint8_t)(round % N_PROFILES);
        caller->good = ica_pixels_init(&pixels, 1, 1, ICA_PIXELS_RGB, NULL) == ICA_OK;
        if (caller->good) {
            memcpy(pixels.samples, (const uint8_t[]){200, 100, 50}, ICA_PIXELS_RGB);
            caller->good = ica_colour_to_srgb(caller->colour, &pixels, icc, caller->profile->size,
                                              NULL) == ICA_OK &&
                           pixels.samples[0] < pixels.samples[1];
        }
        ica_pixels_clear(&pixels);
    }
    free(icc);
    return NULL;
}

static void test_threads_share_profiles(void **state)
{
    struct test_file profile = exchanging_profile();
    struct caller callers[N_THREADS];
    pthread_t threads[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++) {
        callers[i] = (struct caller){.colour = *state, .profile = &profile};
        assert_int_equal(pthread_create(&threads[i], NULL, convert_often, &callers[i]), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(callers[i].good);
    }
    free(profile.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_srgb_is_left_alone),
        cmocka_unit_test(test_useless_profiles_are_ignored),
        cmocka_unit_test(test_inks_without_profile),
        cmocka_unit_test(test_threads_share_profiles),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
