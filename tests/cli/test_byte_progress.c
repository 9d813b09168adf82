/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and their progress, as people read them. */
#include "support/cmocka_all.h"

#include <string.h>

#include "cli/models/byte_progress.h"

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1000, "1.0 kB"},
        {999949, "999.9 kB"},
        {999950, "1.0 MB"},
        {86400000, "86.4 MB"},
        {4294967296, "4.3 GB"},
        {UINT64_MAX, "18446744.1 TB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24];
        ica_bytes_format(text, sizeof text, cases[i].bytes);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_progress(void **state)
{
    (void)state;
    char line[128];
    char little[8];
    ica_byte_progress_format(line, sizeof line, 0, 0, 0, 0);
    assert_string_equal(line, "0 B");
    ica_byte_progress_format(line, sizeof line, 0, 50000000, 100000000, 10);
    assert_string_equal(line, "50.0 MB of 100.0 MB (50 %), 5.0 MB/s, 0:10 left");
    /* What was there before does not count for the speed. */
    ica_byte_progress_format(line, sizeof line, 40000000, 50000000, 100000000, 10);
    assert_string_equal(line, "50.0 MB of 100.0 MB (50 %), 1.0 MB/s, 0:50 left");
    ica_byte_progress_format(line, sizeof line, 0, 50000000, 0, 10);
    assert_string_equal(line, "50.0 MB, 5.0 MB/s");
    ica_byte_progress_format(line, sizeof line, 0, 200, 100, 0.1);
    assert_string_equal(line, "200 B of 100 B (100 %)");
    ica_byte_progress_format(line, sizeof line, 0, 1, UINT64_MAX, 10);
    assert_non_null(strstr(line, "5940:00 left"));
    ica_byte_progress_format(little, sizeof little, 0, 50000000, 100000000, 10);
    assert_string_equal(little, "50.0 MB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
