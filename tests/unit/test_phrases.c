/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of phrases. */
#include "support/cmocka_all.h"

#include <string.h>

#include "domain/description/words/phrases.h"

static enum ica_status parse(struct ica_phrases *phrases, const char *text, struct ica_error *err)
{
    return ica_phrases_parse(phrases, text, strlen(text), err);
}

static void test_lines_become_phrases(void **state)
{
    (void)state;
    struct ica_phrases phrases = {0};
    assert_int_equal(parse(&phrases, "# my words\n  red shoes \r\n\n\tcafé\nend", NULL), ICA_OK);
    assert_int_equal(phrases.n, 3);
    assert_string_equal(phrases.texts[0], "red shoes");
    assert_string_equal(phrases.texts[1], "café");
    assert_string_equal(phrases.texts[2], "end");
    ica_phrases_clear(&phrases);
    assert_int_equal(phrases.n, 0);
}

static void test_bad_lines_are_named(void **state)
{
    (void)state;
    char longest[ICA_MAX_PHRASE_BYTES + 2];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    const char *const bad[] = {"ok\nnot \xff text", longest, "", "# nothing\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ica_phrases phrases = {0};
        struct ica_error err = {0};
        assert_int_equal(parse(&phrases, bad[i], &err), ICA_EINVALID);
        assert_int_equal(strncmp(err.text, "Line ", 5) == 0, i < 2);
        ica_phrases_clear(&phrases);
    }
}

static void test_there_is_a_most(void **state)
{
    (void)state;
    struct ica_phrases phrases = {0};
    for (size_t i = 0; i < ICA_MAX_PHRASES; i++) {
        assert_int_equal(ica_phrases_add(&phrases, "a", 1, NULL), ICA_OK);
    }
    assert_int_equal(ica_phrases_add(&phrases, "a", 1, NULL), ICA_ETOOLARGE);
    ica_phrases_clear(&phrases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_become_phrases),
        cmocka_unit_test(test_bad_lines_are_named),
        cmocka_unit_test(test_there_is_a_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
