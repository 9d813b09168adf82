/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 as FIPS 180-4 gives it; with the processor's own instructions where there are some, which
 * is five times as fast. */
#include "base/sha256.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

#define BLOCK  ((size_t)64)
#define ROUNDS 64

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static void add_blocks_plain(uint32_t state[8], const uint8_t *bytes, size_t n_blocks)
{
    for (; n_blocks > 0; n_blocks--, bytes += BLOCK) {
        uint32_t w[ROUNDS];
        uint32_t s[8];
        memcpy(s, state, sizeof s);
        for (size_t i = 0; i < 16; i++) {
            w[i] = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 |
                   (uint32_t)bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
        }
        for (size_t i = 16; i < ROUNDS; i++) {
            uint32_t a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
            uint32_t b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16] + a + w[i - 7] + b;
        }
        for (size_t i = 0; i < ROUNDS; i++) {
            uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
            uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
            uint32_t a = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + choice +
                         constants[i] + w[i];
            uint32_t b = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + majority;
            memmove(s + 1, s, 7 * sizeof *s);
            s[4] += a;
            s[0] = a + b;
        }
        for (size_t i = 0; i < 8; i++) {
            state[i] += s[i];
        }
    }
}

#if defined(__x86_64__)
static bool has_instructions(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (b >> 29 & 1);
}

/* The same rounds, four at a time. The instructions want the state as two halves, A B E F and C D G
 * H. `w` holds the last 16 words of the schedule. */
__attribute__((target("sha,sse4.1"))) static void
add_blocks_x86(uint32_t state[8], const uint8_t *bytes, size_t n_blocks)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abcd = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i efgh = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i badc = _mm_shuffle_epi32(abcd, 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
    for (; n_blocks > 0; n_blocks--, bytes += BLOCK) {
        const __m128i abef_before = abef;
        const __m128i cdgh_before = cdgh;
        __m128i w[4];
        for (int i = 0; i < ROUNDS / 4; i++) {
            __m128i next;
            if (i < 4) {
                next = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
                next = _mm_shuffle_epi8(next, swap);
            } else {
                next = _mm_sha256msg1_epu32(w[i % 4], w[(i + 1) % 4]);
                next = _mm_add_epi32(next, _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4));
                next = _mm_sha256msg2_epu32(next, w[(i + 3) % 4]);
            }
            w[i % 4] = next;
            const __m128i *four = (const __m128i *)(const void *)(constants + 4 * i);
            __m128i sum = _mm_add_epi32(next, _mm_loadu_si128(four));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#endif

static void add_blocks(uint32_t state[8], const uint8_t *bytes, size_t n_blocks)
{
#if defined(__x86_64__)
    if (has_instructions()) {
        add_blocks_x86(state, bytes, n_blocks);
        return;
    }
#endif
    add_blocks_plain(state, bytes, n_blocks);
}

void ica_sha256_init(struct ica_sha256 *hash)
{
    *hash = (struct ica_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void ica_sha256_add(struct ica_sha256 *hash, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    size_t waiting = hash->n_bytes % BLOCK;
    hash->n_bytes += size;
    if (waiting > 0) {
        size_t taken = size < BLOCK - waiting ? size : BLOCK - waiting;
        memcpy(hash->block + waiting, at, taken);
        at += taken;
        size -= taken;
        if (waiting + taken < BLOCK) {
            return;
        }
        add_blocks(hash->state, hash->block, 1);
    }
    add_blocks(hash->state, at, size / BLOCK);
    memcpy(hash->block, at + size / BLOCK * BLOCK, size % BLOCK);
}

void ica_sha256_text(struct ica_sha256 *hash, char text[ICA_SHA256_TEXT_SIZE])
{
    uint64_t n_bits = hash->n_bytes * 8;
    uint8_t end[2 * BLOCK] = {0x80};
    size_t n_zeros = (2 * BLOCK - 9 - hash->n_bytes % BLOCK) % BLOCK;
    for (size_t i = 0; i < 8; i++) {
        end[1 + n_zeros + i] = (uint8_t)(n_bits >> (56 - 8 * i));
    }
    ica_sha256_add(hash, end, 1 + n_zeros + 8);
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(text + 8 * i, ICA_SHA256_TEXT_SIZE - 8 * i, "%08x", hash->state[i]);
    }
}
