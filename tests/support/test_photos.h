/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled photos as clustering sees them, from the reference data. */
#ifndef ICA_TESTS_SUPPORT_TEST_PHOTOS_H
#define ICA_TESTS_SUPPORT_TEST_PHOTOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/features.h"

#define TEST_SKIPPED 77 /* exit status of a test that could not run */

struct test_photos {
    struct ica_features features;
    float *embeddings;    /* owned */
    float *probabilities; /* owned */
    int32_t *kinds;       /* owned: the photo's folder, as a number from 0 */
    size_t n_kinds;
};

/* Read a set ("clothing", "objects") under the folder that ICA_TEST_SHARED names. False, with a
 * message that says SKIPPED, if it is not there; a file that is there but damaged fails the test.
 */
bool test_photos_read(struct test_photos *photos, const char *set);

/* The given rows of `from`, in that order. */
void test_photos_pick(struct test_photos *photos, const struct test_photos *from,
                      const size_t *rows, size_t n);

void test_photos_clear(struct test_photos *photos);

/* Adjusted Rand index (Hubert and Arabie 1985) of two partitions of `n` things. Negative numbers
 * stand for something on its own. */
double test_adjusted_rand_index(const int64_t *a, const int64_t *b, size_t n);

#endif
