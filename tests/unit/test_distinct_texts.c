/* SPDX-License-Identifier: Apache-2.0 */
/* No two texts of an answer are equal. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "domain/description/distinct_texts.h"

#define MAX_TEXTS 8

static size_t fill(struct ica_description out[MAX_TEXTS], const char *const texts[])
{
    size_t n = 0;
    memset(out, 0, MAX_TEXTS * sizeof *out);
    for (; texts[n]; n++) {
        (void)snprintf(out[n].text, sizeof out[n].text, "%s", texts[n]);
    }
    return n;
}

static void check(const struct ica_description *out, const char *const texts[])
{
    for (size_t i = 0; texts[i]; i++) {
        assert_string_equal(out[i].text, texts[i]);
    }
}

static void test_equal_texts_are_numbered(void **state)
{
    (void)state;
    static const char *const before[] = {"dogs", "cats", "dogs", "", "dogs (2)", "dogs", "", NULL};
    static const char *const after[] = {"dogs",     "cats",     "dogs (3)", "",
                                        "dogs (2)", "dogs (4)", "",         NULL};
    struct ica_description out[MAX_TEXTS];
    size_t n = fill(out, before);
    assert_int_equal(ica_texts_number(out, n, NULL), ICA_OK);
    check(out, after);
    assert_int_equal(ica_texts_number(out, 0, NULL), ICA_OK);
}

static void test_hints_are_added_where_they_differ(void **state)
{
    (void)state;
    static const char *const texts[] = {"a shoe", "a hat", "a shoe", "a cup", "a cup", NULL};
    static const char *const hints[] = {"black shoes", "hats", "boots", "cups", "cups", NULL};
    static const char *const after[] = {
        "a shoe (black shoes)", "a hat", "a shoe (boots)", "a cup", "a cup", NULL};
    struct ica_description out[MAX_TEXTS];
    struct ica_description other[MAX_TEXTS];
    size_t n = fill(out, texts);
    (void)fill(other, hints);
    assert_int_equal(ica_texts_add_hints(out, other, n, NULL), ICA_OK);
    check(out, after);
}

/* A text that fills its place is cut within a character at no time. */
static void test_long_texts_make_room(void **state)
{
    (void)state;
    struct ica_description out[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        out[i].text[0] = 'x';
        for (size_t k = 1; k + 2 < sizeof out[i].text; k += 2) {
            memcpy(out[i].text + k, "\xc3\xa9", 2); /* e with an acute accent */
        }
    }
    assert_int_equal(ica_texts_number(out, 2, NULL), ICA_OK);
    assert_string_not_equal(out[0].text, out[1].text);
    size_t size = strlen(out[1].text);
    assert_string_equal(out[1].text + size - 4, " (2)");
    assert_memory_equal(out[1].text + size - 6, "\xc3\xa9", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_texts_are_numbered),
        cmocka_unit_test(test_hints_are_added_where_they_differ),
        cmocka_unit_test(test_long_texts_make_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
