/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers that are the same in every run. */
#ifndef ICA_TESTS_SUPPORT_TEST_RANDOM_H
#define ICA_TESTS_SUPPORT_TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct test_random {
    uint64_t state; /* any seed but 0 */
};

/* Marsaglia's xorshift64*. */
static inline uint64_t test_random_next(struct test_random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * UINT64_C(2685821657736338717);
}

/* At least 0, less than 1. */
static inline double test_random_double(struct test_random *random)
{
    return (double)(test_random_next(random) >> 11) * 0x1p-53;
}

static inline size_t test_random_below(struct test_random *random, size_t bound)
{
    return (size_t)(test_random_double(random) * (double)bound);
}

/* The numbers below `n`, in any order. */
static inline void test_random_shuffle(size_t *order, size_t n, struct test_random *random)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = test_random_below(random, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

/* Mean 0, variance about 1: the sum of twelve uniform numbers. */
static inline double test_random_normal(struct test_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += test_random_double(random);
    }
    return sum;
}

#endif
