/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums of rows: AVX2 where the processor has it, plain code elsewhere and at the ends. */
#include "domain/image/row_sums.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BLOCK      64 /* sums that stay in the first cache */
#define AVX2_BLOCK 32

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

void ica_row_sums(const uint8_t *rows, size_t stride, size_t n, const int16_t *weights,
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
