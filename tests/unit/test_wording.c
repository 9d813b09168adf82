/* SPDX-License-Identifier: Apache-2.0 */
/* How the words of a language agree. */
#include "domain/description/words/wording.h"

#include "support/cmocka_all.h"

static const struct ica_noun shirt = {"camisa", "camisas", "", ICA_GENDER_FEMININE};
static const struct ica_noun bird = {"ave", "aves", "un", ICA_GENDER_FEMININE};
static const struct ica_noun food = {"comida", "comida", "", ICA_GENDER_FEMININE};
static const struct ica_noun umbrella = {"paraguas", "paraguas", "", ICA_GENDER_MASCULINE};
static const struct ica_forms red = {"rojo", "roja", "rojos", "rojas"};
static const struct ica_wording spanish = {
    .and_ = "y", .and_before_i = "e", .article = {"un", "una", "un", "una"}};

static void test_adjectives_agree(void **state)
{
    (void)state;
    assert_string_equal(ica_forms_text(&red, &shirt, true), "roja");
    assert_string_equal(ica_forms_text(&red, &shirt, false), "rojas");
    assert_string_equal(ica_forms_text(&red, &food, false), "roja");
    assert_string_equal(ica_forms_text(&red, &umbrella, false), "rojos");
    assert_string_equal(ica_noun_text(&shirt, false), "camisas");
}

static void test_articles(void **state)
{
    (void)state;
    assert_string_equal(ica_noun_article(&spanish, &shirt), "una");
    assert_string_equal(ica_noun_article(&spanish, &bird), "un");
    assert_string_equal(ica_noun_article(&spanish, &food), "");
    const struct ica_wording english = {.article = {"a", "a", "a", "a"},
                                        .article_before_vowel = "an"};
    const struct ica_noun ant = {"ant", "ants", "", ICA_GENDER_NONE};
    const struct ica_noun bee = {"bee", "bees", "", ICA_GENDER_NONE};
    assert_string_equal(ica_noun_article(&english, &ant), "an");
    assert_string_equal(ica_noun_article(&english, &bee), "a");
}

static void test_and_before_the_sound_of_i(void **state)
{
    (void)state;
    assert_string_equal(ica_wording_and(&spanish, "gatos"), "y");
    assert_string_equal(ica_wording_and(&spanish, "iguanas"), "e");
    assert_string_equal(ica_wording_and(&spanish, "higos"), "e");
    assert_string_equal(ica_wording_and(&spanish, "hienas"), "y");
    assert_string_equal(ica_wording_and(&spanish, ""), "y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adjectives_agree),
        cmocka_unit_test(test_articles),
        cmocka_unit_test(test_and_before_the_sound_of_i),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
