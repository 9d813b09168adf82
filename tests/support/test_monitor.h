/* SPDX-License-Identifier: Apache-2.0 */
/* A monitor that cancels. */
#ifndef ICA_TESTS_SUPPORT_TEST_MONITOR_H
#define ICA_TESTS_SUPPORT_TEST_MONITOR_H

#include "base/parallel.h"
#include "support/cmocka_all.h"

/* A monitor's context: it cancels when `left` steps were let pass. */
struct test_countdown {
    const char *stage; /* that it expects to hear of */
    size_t left;
};

static inline bool test_count_down(void *context, const char *stage, size_t done, size_t total)
{
    struct test_countdown *countdown = context;
    assert_string_equal(stage, countdown->stage);
    assert_true(done <= total);
    return countdown->left-- > 0;
}

#endif
