/* SPDX-License-Identifier: Apache-2.0 */
/* From the pixels of a model's picture to the numbers of its graph's input. */
#include "domain/model_pixels.h"

/* One channel: every third of 3 * `n` samples, to numbers that lie `step` apart. */
static inline void write_channel(const uint8_t *samples, size_t n, float mean, float scale,
                                 float *out, size_t step)
{
    for (size_t i = 0; i < n; i++) {
        out[i * step] = ((float)samples[i * ICA_PIXELS_RGB] - mean) * scale;
    }
}

void ica_model_pixels_write(const struct ica_model_input *input, const struct ica_pixels *picture,
                            float *out)
{
    size_t n = (size_t)picture->width * picture->height;
    for (size_t channel = 0; channel < ICA_PIXELS_RGB; channel++) {
        size_t of_rgb = input->is_bgr ? ICA_PIXELS_RGB - 1 - channel : channel;
        const uint8_t *samples = picture->samples + of_rgb;
        float mean = input->mean[of_rgb];
        float scale = input->scale[of_rgb];
        /* The steps are constants of the two loops, so that each is compiled for its own. */
        if (input->layout == ICA_LAYOUT_NCHW) {
            write_channel(samples, n, mean, scale, out + channel * n, 1);
        } else {
            write_channel(samples, n, mean, scale, out + channel, ICA_PIXELS_RGB);
        }
    }
}
