/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of the antialiased kernels, in fixed point.
 *
 * The kernels are the triangle and the cubic of Keys (1981, "Cubic convolution interpolation for
 * digital image processing") with a = -0.5, stretched by the scale when shrinking so that every
 * input counts. Distances are ratios of whole numbers, hence the weights are computed in integers:
 * all processors give the same pixels. */
#include "domain/image/resample_axis.h"

#include <stdlib.h>

#include "base/memory.h"

#define DISTANCE_BITS 18 /* x < 2 in 18 bits: five times its cube stays below 2^63 */
#define VALUE_BITS    30
#define MIN_SUM_BITS  14 /* a weight is at most 1.2, thus fits in 16 bits */
#define MAX_SUM_BITS  22 /* 255 * 1.5 << 22 fits in 31 bits */

/* A kernel's value at numerator / denominator, in VALUE_BITS; 0 from `radius` on. */
struct kernel {
    int64_t (*value)(int64_t numerator, int64_t denominator);
    uint32_t radius;
};

void ica_axis_clear(struct ica_axis *axis)
{
    free(axis->first);
    free(axis->weights);
    *axis = (struct ica_axis){0};
}

static int64_t cubic(int64_t numerator, int64_t denominator)
{
    const int64_t one = INT64_C(1) << DISTANCE_BITS;
    int64_t magnitude = numerator < 0 ? -numerator : numerator;
    if (magnitude >= 2 * denominator) {
        return 0;
    }
    int64_t x = (magnitude << DISTANCE_BITS) / denominator;
    int64_t twice; /* of the cubic's value, in 3 * DISTANCE_BITS */
    if (x < one) {
        twice = 3 * x * x * x - 5 * x * x * one + 2 * one * one * one;
    } else {
        twice = -x * x * x + 5 * x * x * one - 8 * x * one * one + 4 * one * one * one;
    }
    return twice / (INT64_C(1) << (3 * DISTANCE_BITS + 1 - VALUE_BITS));
}

static int64_t triangle(int64_t numerator, int64_t denominator)
{
    int64_t magnitude = numerator < 0 ? -numerator : numerator;
    int64_t left = magnitude < denominator ? denominator - magnitude : 0;
    return (left << VALUE_BITS) / denominator;
}

static const struct kernel kernels[] = {
    [ICA_FILTER_BICUBIC] = {cubic, 2},
    [ICA_FILTER_BILINEAR] = {triangle, 1},
};

/* Round n / d, d > 0, half away from zero. */
static int64_t divide_rounded(int64_t n, int64_t d)
{
    return (n < 0 ? n - d / 2 : n + d / 2) / d;
}

/* Weights of output `index` of the scaled axis; returns the first input. With doubled coordinates
 * all centres are whole: input j stands at (2j + 1) * scaled, the output at (2i + 1) * source. */
static uint32_t fill_weights(const struct ica_axis *axis, struct ica_axis_part part,
                             const struct kernel *kernel, uint32_t index, int16_t *weights,
                             int64_t *values)
{
    int64_t unit = 2 * (int64_t)(part.source > part.scaled ? part.source : part.scaled);
    int64_t centre = (2 * (int64_t)index + 1) * part.source;
    int64_t before = centre - kernel->radius * unit - part.scaled;
    int64_t first = before < 0 ? 0 : before / (2 * (int64_t)part.scaled) + 1;
    if (first > (int64_t)part.source - axis->taps) {
        first = (int64_t)part.source - axis->taps;
    }
    int64_t sum = 0;
    uint32_t largest = 0;
    for (uint32_t tap = 0; tap < axis->taps; tap++) {
        values[tap] = kernel->value((2 * (first + tap) + 1) * part.scaled - centre, unit);
        sum += values[tap];
        largest = values[tap] > values[largest] ? tap : largest;
    }
    /* What rounding leaves over goes to the largest weight: plain areas stay as they are. */
    int64_t left = INT64_C(1) << axis->sum_bits;
    for (uint32_t tap = 0; tap < axis->taps; tap++) {
        weights[tap] = (int16_t)divide_rounded(values[tap] * (INT64_C(1) << axis->sum_bits), sum);
        left -= weights[tap];
    }
    weights[largest] = (int16_t)(weights[largest] + left);
    return (uint32_t)first;
}

static void fill(struct ica_axis *axis, struct ica_axis_part part, const struct kernel *kernel,
                 int64_t *values)
{
    for (uint32_t i = 0; i < part.outputs; i++) {
        axis->first[i] =
            fill_weights(axis, part, kernel, part.begin + i, ica_axis_weights(axis, i), values);
    }
    axis->origin = axis->first[0];
    for (uint32_t i = 0; i < part.outputs; i++) {
        axis->first[i] -= axis->origin;
    }
    axis->inputs = axis->first[part.outputs - 1] + axis->taps;
}

enum ica_status ica_axis_init(struct ica_axis *axis, struct ica_axis_part part,
                              enum ica_resize_filter filter, struct ica_error *err)
{
    const struct kernel *kernel = &kernels[filter];
    uint64_t longer = part.source > part.scaled ? part.source : part.scaled;
    uint64_t taps = (2 * kernel->radius * longer + part.scaled - 1) / part.scaled;
    *axis = (struct ica_axis){.outputs = part.outputs, .sum_bits = MIN_SUM_BITS};
    axis->taps = taps < part.source ? (uint32_t)taps : part.source;
    while (axis->sum_bits < MAX_SUM_BITS &&
           part.source / part.scaled >> (axis->sum_bits + 1 - MIN_SUM_BITS)) {
        axis->sum_bits++;
    }
    size_t weights;
    int64_t *values = ica_array_new(axis->taps, sizeof *values);
    axis->first = ica_array_new(part.outputs, sizeof *axis->first);
    if (ica_size_multiply(part.outputs, (size_t)axis->taps + axis->taps % 2, &weights)) {
        axis->weights = ica_array_new(weights, sizeof *axis->weights);
    }
    enum ica_status status = ICA_OK;
    if (values && axis->first && axis->weights) {
        fill(axis, part, kernel, values);
    } else {
        status = ica_error_nomem(err, "the weights of a resize");
        ica_axis_clear(axis);
    }
    free(values);
    return status;
}
