/* SPDX-License-Identifier: Apache-2.0 */
/* One axis of a scaled picture: which inputs make each output, and with what weights. */
#ifndef ICA_DOMAIN_IMAGE_RESAMPLE_AXIS_H
#define ICA_DOMAIN_IMAGE_RESAMPLE_AXIS_H

#include <stddef.h>
#include <stdint.h>

#include "domain/image/resize.h"

/* The part [begin, begin + outputs) of `source` inputs that are scaled to `scaled`; none is 0. */
struct ica_axis_part {
    uint32_t source;
    uint32_t scaled;
    uint32_t begin;
    uint32_t outputs;
};

/* Each output is the weighted sum of the `taps` inputs from its first. */
struct ica_axis {
    uint32_t *first;  /* per output: its first input, counted from `origin` */
    int16_t *weights; /* per output: `taps` and, if that is odd, a 0; their sum is 1 << sum_bits */
    uint32_t outputs;
    uint32_t taps;
    uint32_t origin; /* the inputs that are used: [origin, origin + inputs) */
    uint32_t inputs;
    unsigned sum_bits;
};

/* Fill `*axis`, to be cleared. ICA_ENOMEM, and then it is empty. */
enum ica_status ica_axis_init(struct ica_axis *axis, struct ica_axis_part part,
                              enum ica_resize_filter filter, struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_axis_clear(struct ica_axis *axis);

/* The weights of one output. */
static inline int16_t *ica_axis_weights(const struct ica_axis *axis, uint32_t output)
{
    return axis->weights + (size_t)output * (axis->taps + axis->taps % 2);
}

#endif
