/* SPDX-License-Identifier: Apache-2.0 */
/* One text out of a few captions. */
#include "domain/caption/caption_phrase.h"

#include <string.h>

#include "support/cmocka_all.h"

static void check(const char *expected, double support, size_t n, const char *const captions[])
{
    char text[128];
    double found = ica_captions_summarise(captions, n, text, sizeof text);
    assert_string_equal(text, expected);
    assert_float_equal((float)found, (float)support, 1e-6f);
}

static void test_the_most_common_wins(void **state)
{
    (void)state;
    check("a dog", 1, 1, (const char *const[]){"a dog"});
    /* Itself, two of four words, three of four words. */
    check("a black dog on grass", (1 + 0.5 + 0.75) / 3, 3,
          (const char *const[]){"a dog with a ball on the grass", "a black dog on grass",
                                "the black dog in tall grass"});
    /* Two say the same, however they say it. */
    check("a red bus", (1 + 0 + 1) / 3.0, 3,
          (const char *const[]){"a man in a hat", "a red bus", "the red bus."});
    /* All stand alone: the first, which is of the medoid. */
    check("a cat", 1 / 3.0, 3, (const char *const[]){"a cat", "two dogs", "a red bus"});
    check("there", 1, 2, (const char *const[]){"there", "it is on the"}); /* empty words alone */
    check("", 1, 1, (const char *const[]){""});
}

static void test_empty_starts_go(void **state)
{
    (void)state;
    check("a dog in the snow", 1, 1, (const char *const[]){"there is a dog in the snow"});
    check("two cats", 1, 1, (const char *const[]){"there are two cats"});
    check("a bus", 1, 1, (const char *const[]){"this is a picture of a bus"});
    check("a picture on the wall", 1, 1, (const char *const[]){"a picture on the wall"});
    check("there is ", 1, 1, (const char *const[]){"there is "}); /* nothing would be left */
}

static void test_texts_are_cut_after_a_word(void **state)
{
    (void)state;
    const char *const captions[] = {"a black dog"};
    char text[32];
    (void)ica_captions_summarise(captions, 1, text, 12);
    assert_string_equal(text, "a black dog");
    (void)ica_captions_summarise(captions, 1, text, 11);
    assert_string_equal(text, "a black");
    (void)ica_captions_summarise(captions, 1, text, 4);
    assert_string_equal(text, "a");
    const char *const one_word[] = {"d\xC3\xA9j\xC3\xA0vu"};
    (void)ica_captions_summarise(one_word, 1, text, 3);
    assert_string_equal(text, "d");
}

static void test_captions_are_joined(void **state)
{
    (void)state;
    const char *const captions[] = {"there is a dog", "a cat", "a cat"};
    char text[64];
    ica_captions_join(captions, 3, text, sizeof text);
    assert_string_equal(text, "there is a dog / a cat / a cat");
    ica_captions_join(captions, 1, text, sizeof text);
    assert_string_equal(text, "there is a dog");
    static const struct {
        size_t size;
        const char *expected;
    } cut[] = {
        {31, "there is a dog / a cat / a cat"},
        {30, "there is a dog / a cat / a"},
        {26, "there is a dog / a cat"},
        {25, "there is a dog / a cat"},
        {23, "there is a dog / a cat"},
        {22, "there is a dog / a"},
        {18, "there is a dog"},
        {16, "there is a dog"},
        {14, "there is a"},
    };
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        ica_captions_join(captions, 3, text, cut[i].size);
        assert_string_equal(text, cut[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_most_common_wins),
        cmocka_unit_test(test_empty_starts_go),
        cmocka_unit_test(test_texts_are_cut_after_a_word),
        cmocka_unit_test(test_captions_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
