/* SPDX-License-Identifier: Apache-2.0 */
/* Runs loops on new threads each time: simple, slow, and enough to show that results do not depend
 * on threads. */
#ifndef ICA_TESTS_SUPPORT_TEST_THREADS_H
#define ICA_TESTS_SUPPORT_TEST_THREADS_H

#include "base/parallel.h"

#define TEST_THREADS_MAX 8

/* A runner with `n_threads` of 1 to TEST_THREADS_MAX. */
struct ica_parallel test_threads(size_t n_threads);

#endif
