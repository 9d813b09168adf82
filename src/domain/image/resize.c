/* SPDX-License-Identifier: Apache-2.0 */
/* Separable antialiased bicubic resizing in fixed point.
 *
 * Each axis is a list of weighted sums: output i is made of the `taps` inputs from `first[i]`. The
 * weights are the cubic of Keys (1981, "Cubic convolution interpolation for digital image
 * processing") with a = -0.5, stretched by the scale when shrinking so that every input counts.
 * Distances are ratios of whole numbers, hence the weights are computed in integers: all
 * processors give the same pixels.
 *
 * Only one direction has a kernel: the sum of whole rows, which is straight SIMD code. The other
 * direction is the same kernel between two transpositions, done in bands of rows that stay in the
 * processor's cache. The horizontal direction comes first and the result of each is rounded and
 * kept in 0 to 255, as Pillow does it: where a sharp edge overshoots, the order shows. Time is
 * O(pixels * taps), memory one picture as high as the source and as wide as the result. */
#include "domain/image/resize.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/memory.h"

#define BLOCK      64 /* sums that stay in the first cache */
#define AVX2_BLOCK 32
#define BAND_ROWS  32 /* of RGB: whole AVX2 blocks */

#define DISTANCE_BITS 18 /* x < 2 in 18 bits: five times its cube stays below 2^63 */
#define CUBIC_BITS    30
#define MIN_SUM_BITS  14 /* a weight is at most 1.2, thus fits in 16 bits */
#define MAX_SUM_BITS  22 /* 255 * 1.5 << 22 fits in 31 bits */

/* A part of one axis of the scaled picture. */
struct axis {
    uint32_t *first;  /* per output: its first input, counted from `origin` */
    int16_t *weights; /* per output: `taps` and, if that is odd, a 0; their sum is 1 << sum_bits */
    uint32_t outputs;
    uint32_t taps;
    uint32_t origin; /* the inputs that are used: [origin, origin + inputs) */
    uint32_t inputs;
    unsigned sum_bits;
};

static void axis_clear(struct axis *axis)
{
    free(axis->first);
    free(axis->weights);
    *axis = (struct axis){0};
}

static int16_t *weights_of(const struct axis *axis, uint32_t output)
{
    return axis->weights + (size_t)output * (axis->taps + axis->taps % 2);
}

/* The cubic at numerator / denominator, in CUBIC_BITS. */
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
    return twice / (INT64_C(1) << (3 * DISTANCE_BITS + 1 - CUBIC_BITS));
}

/* Round n / d, d > 0, half away from zero. */
static int64_t divide_rounded(int64_t n, int64_t d)
{
    return (n < 0 ? n - d / 2 : n + d / 2) / d;
}

/* Weights of output `index` of the scaled axis; returns the first input. With doubled coordinates
 * all centres are whole: input j stands at (2j + 1) * scaled, the output at (2i + 1) * source. */
static uint32_t fill_weights(uint32_t source, uint32_t scaled, uint32_t index,
                             const struct axis *axis, int16_t *weights, int64_t *cubics)
{
    int64_t unit = 2 * (int64_t)(source > scaled ? source : scaled);
    int64_t centre = (2 * (int64_t)index + 1) * source;
    int64_t before = centre - 2 * unit - scaled;
    int64_t first = before < 0 ? 0 : before / (2 * (int64_t)scaled) + 1;
    if (first > (int64_t)source - axis->taps) {
        first = (int64_t)source - axis->taps;
    }
    int64_t sum = 0;
    uint32_t largest = 0;
    for (uint32_t tap = 0; tap < axis->taps; tap++) {
        cubics[tap] = cubic((2 * (first + tap) + 1) * scaled - centre, unit);
        sum += cubics[tap];
        largest = cubics[tap] > cubics[largest] ? tap : largest;
    }
    /* What rounding leaves over goes to the largest weight: plain areas stay as they are. */
    int64_t left = INT64_C(1) << axis->sum_bits;
    for (uint32_t tap = 0; tap < axis->taps; tap++) {
        weights[tap] = (int16_t)divide_rounded(cubics[tap] * (INT64_C(1) << axis->sum_bits), sum);
        left -= weights[tap];
    }
    weights[largest] = (int16_t)(weights[largest] + left);
    return (uint32_t)first;
}

/* The outputs [begin, begin + outputs) of `source` inputs that are scaled to `scaled`. */
static enum ica_status axis_init(struct axis *axis, uint32_t source, uint32_t scaled,
                                 uint32_t begin, uint32_t outputs, struct ica_error *err)
{
    uint64_t support = 4 * (uint64_t)(source > scaled ? source : scaled);
    uint64_t taps = (support + scaled - 1) / scaled;
    *axis = (struct axis){.outputs = outputs, .sum_bits = MIN_SUM_BITS};
    axis->taps = taps < source ? (uint32_t)taps : source;
    while (axis->sum_bits < MAX_SUM_BITS &&
           source / scaled >> (axis->sum_bits + 1 - MIN_SUM_BITS)) {
        axis->sum_bits++;
    }
    enum ica_status status = ICA_OK;
    size_t weights;
    int64_t *cubics = ica_array_new(axis->taps, sizeof *cubics);
    axis->first = ica_array_new(outputs, sizeof *axis->first);
    if (ica_size_multiply(outputs, (size_t)axis->taps + axis->taps % 2, &weights)) {
        axis->weights = ica_array_new(weights, sizeof *axis->weights);
    }
    if (!cubics || !axis->first || !axis->weights) {
        status = ica_error_nomem(err, "the weights of a resize");
        axis_clear(axis);
        goto out;
    }
    for (uint32_t i = 0; i < outputs; i++) {
        axis->first[i] = fill_weights(source, scaled, begin + i, axis, weights_of(axis, i), cubics);
    }
    axis->origin = axis->first[0];
    for (uint32_t i = 0; i < outputs; i++) {
        axis->first[i] -= axis->origin;
    }
    axis->inputs = axis->first[outputs - 1] + axis->taps;
out:
    free(cubics);
    return status;
}

/* out[i] = the weighted sum of `taps` rows at i, rounded and kept in 0 to 255, for i < n. */
static void sum_rows_plain(const uint8_t *rows, size_t stride, size_t n, const int16_t *weights,
                           uint32_t taps, unsigned sum_bits, uint8_t *out)
{
    int32_t sums[BLOCK];
    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = n - begin < BLOCK ? n - begin : BLOCK;
        for (size_t i = 0; i < count; i++) {
            sums[i] = INT32_C(1) << (sum_bits - 1);
        }
        for (uint32_t tap = 0; tap < taps; tap++) {
            const uint8_t *row = rows + tap * stride + begin;
            int16_t weight = weights[tap];
            for (size_t i = 0; i < count; i++) {
                sums[i] += weight * row[i];
            }
        }
        for (size_t i = 0; i < count; i++) {
            int32_t value = sums[i] >> sum_bits;
            out[begin + i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

#if defined(__x86_64__)
/* The same sums, 32 samples at a time: the samples of two rows are interleaved, so that one
 * multiply-add gives eight sums of two products. Packing undoes the order that unpacking made. */
__attribute__((target("avx2"))) static void sum_block_avx2(const uint8_t *rows, size_t stride,
                                                           const int16_t *weights, uint32_t taps,
                                                           unsigned sum_bits, uint8_t *out)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i half = _mm256_set1_epi32(INT32_C(1) << (sum_bits - 1));
    __m256i sums[4] = {half, half, half, half};
    for (uint32_t tap = 0; tap < taps; tap += 2, rows += 2 * stride) {
        int32_t both; /* the weight of row a in the lower half, of row b in the upper */
        memcpy(&both, weights + tap, sizeof both);
        __m256i weight = _mm256_set1_epi32(both);
        const uint8_t *row_b = tap + 1 < taps ? rows + stride : rows;
        __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)rows);
        __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)row_b);
        __m256i ab0 = _mm256_unpacklo_epi8(a, b);
        __m256i ab1 = _mm256_unpackhi_epi8(a, b);
        __m256i pairs[4] = {_mm256_unpacklo_epi8(ab0, zero), _mm256_unpackhi_epi8(ab0, zero),
                            _mm256_unpacklo_epi8(ab1, zero), _mm256_unpackhi_epi8(ab1, zero)};
        for (int i = 0; i < 4; i++) {
            sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs[i], weight));
        }
    }
    for (int i = 0; i < 4; i++) {
        sums[i] = _mm256_sra_epi32(sums[i], _mm_cvtsi32_si128((int)sum_bits));
    }
    __m256i result = _mm256_packus_epi16(_mm256_packs_epi32(sums[0], sums[1]),
                                         _mm256_packs_epi32(sums[2], sums[3]));
    _mm256_storeu_si256((__m256i *)(void *)out, result);
}
#endif

static void sum_rows(const uint8_t *rows, size_t stride, size_t n, const int16_t *weights,
                     uint32_t taps, unsigned sum_bits, uint8_t *out)
{
    size_t done = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        for (; done + AVX2_BLOCK <= n; done += AVX2_BLOCK) {
            sum_block_avx2(rows + done, stride, weights, taps, sum_bits, out + done);
        }
    }
#endif
    sum_rows_plain(rows + done, stride, n - done, weights, taps, sum_bits, out + done);
}

/* Resample along the columns of `from`: every output is a sum of whole rows. */
static void resample(const struct ica_pixels *from, const struct axis *axis, struct ica_pixels *to)
{
    size_t row_bytes = ica_pixels_row_bytes(from);
    for (uint32_t i = 0; i < axis->outputs; i++) {
        sum_rows(ica_pixels_row(from, axis->first[i]), row_bytes, row_bytes, weights_of(axis, i),
                 axis->taps, axis->sum_bits, ica_pixels_row(to, i));
    }
}

/* Columns become rows: of the width x height pixels at `from`, rows `stride` samples apart. The
 * inner loop goes down a column, so that writes are in order and every pixel can be copied as four
 * bytes: what is too much is overwritten by the next one. */
static void transpose(const uint8_t *from, size_t stride, uint32_t width, uint32_t height,
                      size_t pixel_bytes, uint8_t *to)
{
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *in = from + x * pixel_bytes;
        uint32_t rows = height - (x + 1 == width);
        for (uint32_t y = 0; y < rows; y++, in += stride, to += pixel_bytes) {
            memcpy(to, in, sizeof(uint32_t));
        }
    }
    memcpy(to, from + (height - 1) * stride + (width - 1) * pixel_bytes, pixel_bytes);
}

/* side * target / reference, at least 1. Halves go to the even number, as the models' reference
 * pixels were made: one pixel more or less moves the crop. */
static uint32_t scale_side(uint32_t side, uint32_t target, uint32_t reference)
{
    uint64_t product = (uint64_t)side * target;
    uint64_t scaled = product / reference;
    uint64_t twice_rest = 2 * (product % reference);
    if (twice_rest > reference || (twice_rest == reference && scaled % 2)) {
        scaled++;
    }
    return scaled ? (uint32_t)scaled : 1;
}

/* Scale the used part of `from` horizontally, band by band, into the rows of `narrowed`. */
static enum ica_status narrow(const struct ica_pixels *from, const struct axis *horizontal,
                              uint32_t first_row, struct ica_pixels *narrowed,
                              struct ica_error *err)
{
    size_t stride = ica_pixels_row_bytes(from);
    size_t pixel_bytes = (size_t)from->layout;
    struct ica_pixels turned = {0}; /* a band, columns as rows */
    struct ica_pixels scaled = {0}; /* the same, scaled */
    enum ica_status status;
    if ((status = ica_pixels_init(&turned, BAND_ROWS, horizontal->inputs, from->layout, err)) ||
        (status = ica_pixels_init(&scaled, BAND_ROWS, horizontal->outputs, from->layout, err))) {
        goto out;
    }
    for (uint32_t top = 0; top < narrowed->height; top += BAND_ROWS) {
        uint32_t left = narrowed->height - top;
        uint32_t rows = left < BAND_ROWS ? left : BAND_ROWS;
        turned.width = rows;
        scaled.width = rows;
        transpose(ica_pixels_row(from, first_row + top) + horizontal->origin * pixel_bytes, stride,
                  horizontal->inputs, rows, pixel_bytes, turned.samples);
        resample(&turned, horizontal, &scaled);
        transpose(scaled.samples, ica_pixels_row_bytes(&scaled), rows, horizontal->outputs,
                  pixel_bytes, ica_pixels_row(narrowed, top));
    }
out:
    ica_pixels_clear(&scaled);
    ica_pixels_clear(&turned);
    return status;
}

/* The part of the scaled picture that the two axes describe, into the empty `to`. */
static enum ica_status resize(const struct ica_pixels *from, const struct axis *horizontal,
                              const struct axis *vertical, struct ica_pixels *to,
                              struct ica_error *err)
{
    struct ica_pixels narrowed = {0};
    enum ica_status status =
        ica_pixels_init(&narrowed, horizontal->outputs, vertical->inputs, from->layout, err);
    if (!status) {
        status = narrow(from, horizontal, vertical->origin, &narrowed, err);
    }
    if (!status) {
        status = ica_pixels_init(to, horizontal->outputs, vertical->outputs, from->layout, err);
    }
    if (!status) {
        resample(&narrowed, vertical, to);
    }
    ica_pixels_clear(&narrowed);
    return status;
}

/* The middle width x height of `from` scaled to scaled_width x scaled_height. */
static enum ica_status resize_middle(const struct ica_pixels *from, uint32_t scaled_width,
                                     uint32_t scaled_height, uint32_t width, uint32_t height,
                                     struct ica_pixels *to, struct ica_error *err)
{
    struct axis horizontal = {0};
    struct axis vertical = {0};
    enum ica_status status;
    if ((status = axis_init(&horizontal, from->width, scaled_width, (scaled_width - width) / 2,
                            width, err)) ||
        (status = axis_init(&vertical, from->height, scaled_height, (scaled_height - height) / 2,
                            height, err))) {
        goto out;
    }
    status = resize(from, &horizontal, &vertical, to, err);
out:
    axis_clear(&vertical);
    axis_clear(&horizontal);
    return status;
}

enum ica_status ica_crop_check(struct ica_crop crop, struct ica_error *err)
{
    if (crop.size == 0 || crop.size > crop.short_side || crop.short_side > ICA_MAX_CROP_SIDE ||
        (crop.rule != ICA_RESIZE_CROP && crop.size != crop.short_side)) {
        return ica_error_set(err, ICA_EINVALID, "A crop of %u of %u pixels is not possible.",
                             crop.size, crop.short_side);
    }
    return ICA_OK;
}

enum ica_status ica_resize_crop(const struct ica_pixels *from, struct ica_crop crop,
                                struct ica_pixels *to, struct ica_error *err)
{
    enum ica_status status = ica_crop_check(crop, err);
    if (status) {
        return status;
    }
    if (!from->samples) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    if (crop.rule == ICA_RESIZE_STRETCH) {
        return resize_middle(from, crop.size, crop.size, crop.size, crop.size, to, err);
    }
    uint32_t shorter = from->width < from->height ? from->width : from->height;
    uint32_t width = scale_side(from->width, crop.short_side, shorter);
    uint32_t height = scale_side(from->height, crop.short_side, shorter);
    return resize_middle(from, width, height, crop.size, crop.size, to, err);
}

enum ica_status ica_resize_fit(const struct ica_pixels *from, uint32_t max_side,
                               struct ica_pixels *to, struct ica_error *err)
{
    if (!from->samples || max_side == 0) {
        return ica_error_set(err, ICA_EINVALID, "An image needs at least one pixel.");
    }
    uint32_t longer = from->width > from->height ? from->width : from->height;
    uint32_t target = longer < max_side ? longer : max_side;
    uint32_t width = scale_side(from->width, target, longer);
    uint32_t height = scale_side(from->height, target, longer);
    return resize_middle(from, width, height, width, height, to, err);
}
