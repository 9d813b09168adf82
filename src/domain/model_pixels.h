/* SPDX-License-Identifier: Apache-2.0 */
/* From the pixels of a model's picture to the numbers of its graph's input. */
#ifndef ICA_DOMAIN_MODEL_PIXELS_H
#define ICA_DOMAIN_MODEL_PIXELS_H

#include "domain/image/pixels.h"
#include "domain/model.h"

/* Write (sample - mean) * scale of every sample of `picture`, which is RGB, to `out`: height *
 * width * 3 numbers in the layout and channel order of `input`. For inputs with `is_float`; each
 * number is computed in float, as PyTorch and NumPy do. Thread-safe. */
void ica_model_pixels_write(const struct ica_model_input *input, const struct ica_pixels *picture,
                            float *out);

#endif
