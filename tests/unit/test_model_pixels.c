/* SPDX-License-Identifier: Apache-2.0 */
/* A model's input: each layout and channel order, with NumPy's numbers. */
#include "support/cmocka_all.h"

#include "domain/model_pixels.h"

#define WIDTH   3
#define HEIGHT  2
#define N       ((size_t)WIDTH * HEIGHT)
#define SAMPLES (N * ICA_PIXELS_RGB)

static uint8_t samples[SAMPLES] = {0,   1,   2,   50, 100, 150, 255, 254, 253,
                                   127, 128, 129, 3,  200, 77,  255, 0,   255};

static const struct ica_pixels picture = {samples, WIDTH, HEIGHT, ICA_PIXELS_RGB};

/* (samples.astype(float32) - mean) * scale in NumPy 2, with the mean and scale of CLIP below. */
static const float expected[SAMPLES] = {
    -1.79226243F, -1.7370894F, -1.4517796F,   -1.06234109F,  -0.251320243F, 0.65279007F,
    1.93033624F,  2.0598762F,  2.11745691F,   0.0617376938F, 0.168897286F,  0.354168713F,
    -1.74846721F, 1.24945664F, -0.385274678F, 1.93033624F,   -1.75209713F,  2.14589691F};

static struct ica_model_input clip_input(enum ica_input_layout layout, bool is_bgr)
{
    return (struct ica_model_input){
        .layout = layout,
        .is_bgr = is_bgr,
        .is_float = true,
        .mean = {122.770935F, 116.746010F, 104.093735F},
        .scale = {0.0145984264F, 0.0150077688F, 0.0142200654F},
    };
}

static void test_each_layout_and_order(void **state)
{
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        bool planes = variant & 1;
        bool is_bgr = variant & 2;
        struct ica_model_input input =
            clip_input(planes ? ICA_LAYOUT_NCHW : ICA_LAYOUT_NHWC, is_bgr);
        float out[SAMPLES + 1];
        out[SAMPLES] = 7.0F;
        ica_model_pixels_write(&input, &picture, out);
        for (size_t i = 0; i < N; i++) {
            for (size_t channel = 0; channel < 3; channel++) {
                size_t at = planes ? channel * N + i : i * 3 + channel;
                size_t of_rgb = is_bgr ? 2 - channel : channel;
                assert_float_equal(out[at], expected[i * 3 + of_rgb], 0);
            }
        }
        assert_float_equal(out[SAMPLES], 7.0F, 0);
    }
}

/* A mean of 0 and a scale of 1 leave the samples as they are. */
static void test_samples_as_they_are(void **state)
{
    (void)state;
    const struct ica_model_input input = {.is_float = true, .scale = {1, 1, 1}};
    float out[SAMPLES];
    ica_model_pixels_write(&input, &picture, out);
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_float_equal(out[i], (float)samples[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_layout_and_order),
        cmocka_unit_test(test_samples_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
