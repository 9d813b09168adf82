/* SPDX-License-Identifier: Apache-2.0 */
/* Sanitizers look at each access to memory and make arithmetic up to fifty times as slow. What they
 * can find, a quarter of the rounds of a test shows. */
#ifndef ICA_TESTS_SUPPORT_TEST_ROUNDS_H
#define ICA_TESTS_SUPPORT_TEST_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef ICA_TEST_SANITIZED
static const bool test_sanitized = true;
#else
static const bool test_sanitized = false;
#endif

/* How many of `n` rounds to do. */
static inline size_t test_rounds(size_t n)
{
    return test_sanitized ? (n + 3) / 4 : n;
}

#endif
