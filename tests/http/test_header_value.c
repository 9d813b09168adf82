/* SPDX-License-Identifier: Apache-2.0 */
/* What a client accepts. */
#include "support/cmocka_all.h"

#include <string.h>

#include "http/header_value.h"

static void test_what_a_list_accepts(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool accepts;
    } cases[] = {
        {"text/event-stream", true},
        {"TEXT/Event-Stream", true},
        {"application/json, text/event-stream", true},
        {"application/json,text/event-stream;q=0.1,*/*", true},
        {" text/event-stream ; charset=utf-8 ; q=1.0 ", true},
        {"text/event-stream;q=0", false},
        {"text/event-stream;q=0.000, */*", false},
        {"text/event-stream; Q=0", false},
        {"text/event-stream;q=0.001", true},
        {"*/*", false},
        {"text/*", false},
        {"text/event-streams", false},
        {"text/event", false},
        {"", false},
        {",,;q=0,", false},
        {"a;q=0,text/event-stream", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ica_slice value = {cases[i].value, strlen(cases[i].value)};
        if (ica_header_accepts(value, "text/event-stream") != cases[i].accepts) {
            fail_msg("\"%s\"", cases[i].value);
        }
    }
    assert_false(ica_header_accepts((struct ica_slice){NULL, 0}, "gzip"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_a_list_accepts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
