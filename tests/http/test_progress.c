/* SPDX-License-Identifier: Apache-2.0 */
/* Progress events: how many, when, and what they say. */
#include "support/cmocka_all.h"

#include <string.h>

#include "http/progress.h"

#define BEGAN_S 100.0

static const struct ica_run_counts counts = {.received = 9, .decoded = 8, .embedded = 7};

struct fixture {
    struct ica_http_progress progress;
    struct ica_buffer out;
};

static void begin(struct fixture *f)
{
    ica_http_progress_init(&f->progress, BEGAN_S);
    ica_buffer_init(&f->out, ICA_MAX_HTTP_PROGRESS_BYTES);
}

/* A step at `at_s` seconds after the request came. */
static void step(struct fixture *f, double at_s, const char *stage, size_t done, size_t total)
{
    assert_int_equal(
        ica_http_progress_step(&f->progress, BEGAN_S + at_s, stage, done, total, counts, &f->out),
        ICA_OK);
}

/* What was written since the last time is `expected`, one data line per event. */
static void assert_written(struct fixture *f, const char *expected)
{
    assert_string_equal(ica_buffer_text(&f->out), expected);
    ica_buffer_clear(&f->out);
}

#define EVENT(stage, done, total, elapsed, left)                                                   \
    "event: progress\ndata: {\"stage\":\"" stage "\",\"done\":" done ",\"total\":" total           \
    ",\"elapsed_s\":" elapsed ",\"seconds_left\":" left                                            \
    ",\"received\":9,\"decoded\":8,\"embedded\":7}\n\n"

static void test_steps_become_few_events(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    step(&f, 1.0, "embedding", 2, 10);
    assert_written(&f, EVENT("embedding", "2", "10", "1.000", "null"));
    step(&f, 1.05, "embedding", 3, 10);
    assert_written(&f, "");
    step(&f, 1.25, "embedding", 4, 10);
    assert_written(&f, EVENT("embedding", "4", "10", "1.250", "null"));
    step(&f, 2.0, "embedding", 6, 10); /* four in a second */
    assert_written(&f, EVENT("embedding", "6", "10", "2.000", "1.0"));
    step(&f, 3.0, "embedding", 10, 10);
    assert_written(&f, ""); /* the stage may not be over */
    step(&f, 3.5, "clustering", 0, 4);
    assert_written(&f, EVENT("embedding", "10", "10", "3.500", "0.0")
                           EVENT("clustering", "0", "4", "3.500", "null"));
    assert_int_equal(ica_http_progress_end(&f.progress, BEGAN_S + 4, counts, &f.out), ICA_OK);
    assert_written(&f, EVENT("clustering", "4", "4", "4.000", "0.0"));
}

/* While nothing is read, only the last step of each stage is kept, and there is room for them. */
static void test_unread_events_hold_back_others(void **state)
{
    (void)state;
    struct fixture f;
    static const char *const stages[] = {"embedding", "clustering", "describing"};
    begin(&f);
    for (size_t i = 0; i < 300; i++) {
        step(&f, (double)i, stages[i / 100], 0, (size_t)-1);
    }
    assert_int_equal(ica_http_progress_end(&f.progress, BEGAN_S + 1e6, counts, &f.out), ICA_OK);
    size_t n = 0;
    for (const char *at = ica_buffer_text(&f.out); (at = strstr(at, "event: ")); at++) {
        n++;
    }
    assert_int_equal(n, 4);
    ica_buffer_clear(&f.out);
}

static void test_nothing_happened(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    assert_int_equal(ica_http_progress_end(&f.progress, BEGAN_S, counts, &f.out), ICA_OK);
    assert_written(&f, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_become_few_events),
        cmocka_unit_test(test_unread_events_hold_back_others),
        cmocka_unit_test(test_nothing_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
