/* SPDX-License-Identifier: Apache-2.0 */
/* Concepts from a small tree: two kinds of dogs, a cat, a T-shirt, a coat. */
#include "domain/description/concepts/taxonomy.h"

#include <string.h>

#include "support/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct ica_wordnet_row tree[] = {
    {"n1", "", ICA_NO_CLASS}, {"n2", "n1", ICA_NO_CLASS}, {"n3", "n2", ICA_NO_CLASS},
    {"n-pug", "n3", 0},       {"n-corgi", "n3", 1},       {"n-tabby", "n2", 2},
    {"n-shirt", "n1", 3},     {"n-coat", "n1", 4},        {"n9", "n1|n2", ICA_NO_CLASS},
};

static const struct ica_name_row names[] = {
    {"n2", "animal", "animals", "", ICA_CONCEPT_VAGUE, false, NULL},
    {"n3", "dog", "dogs", "", ICA_CONCEPT_BASIC, false, NULL},
    {"n-pug", "pug", "pugs", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-corgi", "corgi", "corgis", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-tabby", "tabby cat", "tabby cats", "", ICA_CONCEPT_FINE, false, NULL},
    {"+", "cat", "cats", "tabby cat", ICA_CONCEPT_BASIC, false, NULL},
    {"n-shirt", "T-shirt", "T-shirts", "", ICA_CONCEPT_BASIC, false, NULL},
    {"n-coat", "coat", "coats", "", ICA_CONCEPT_HIDDEN, false, NULL},
    {"+", "item of clothing", "clothes", "T-shirt, coat", ICA_CONCEPT_BROAD, true, NULL},
};

static const struct ica_concept *find(const struct ica_taxonomy *taxonomy, const char *singular)
{
    for (size_t i = 0; i < taxonomy->n_concepts; i++) {
        if (strcmp(taxonomy->concepts[i].name.singular, singular) == 0) {
            return &taxonomy->concepts[i];
        }
    }
    return NULL;
}

static void test_classes_are_carried_up(void **state)
{
    (void)state;
    struct ica_taxonomy taxonomy = {0};
    assert_int_equal(ica_taxonomy_init(&taxonomy, tree, COUNT(tree), names, COUNT(names), NULL),
                     ICA_OK);
    assert_int_equal(taxonomy.n_classes, 5);
    const struct ica_concept *animal = find(&taxonomy, "animal");
    const struct ica_concept *dog = find(&taxonomy, "dog");
    const struct ica_concept *pug = find(&taxonomy, "pug");
    const struct ica_concept *clothes = find(&taxonomy, "item of clothing");
    assert_int_equal(animal->n_classes, 3);
    assert_int_equal(dog->n_classes, 2);
    assert_int_equal(dog->classes[0], 0);
    assert_int_equal(dog->classes[1], 1);
    assert_string_equal(clothes->name.plural, "clothes");
    assert_int_equal(clothes->n_classes, 2);
    assert_true(ica_concept_covers(animal, pug));
    assert_false(ica_concept_covers(pug, animal));
    assert_true(ica_concept_overlaps(dog, animal));
    assert_false(ica_concept_overlaps(dog, clothes));
    ica_taxonomy_clear(&taxonomy);
    assert_null(taxonomy.concepts);
}

static void test_what_cannot_be_told_apart_is_said_once(void **state)
{
    (void)state;
    struct ica_taxonomy taxonomy = {0};
    assert_int_equal(ica_taxonomy_init(&taxonomy, tree, COUNT(tree), names, COUNT(names), NULL),
                     ICA_OK);
    assert_non_null(find(&taxonomy, "cat"));
    assert_null(find(&taxonomy, "tabby cat")); /* the only class of "cat" */
    assert_null(find(&taxonomy, "coat"));      /* hidden, but a member of clothes */
    ica_taxonomy_clear(&taxonomy);
}

static void test_colour_is_inherited(void **state)
{
    (void)state;
    struct ica_taxonomy taxonomy = {0};
    assert_int_equal(ica_taxonomy_init(&taxonomy, tree, COUNT(tree), names, COUNT(names), NULL),
                     ICA_OK);
    assert_true(find(&taxonomy, "T-shirt")->colour);
    assert_false(find(&taxonomy, "dog")->colour);
    ica_taxonomy_clear(&taxonomy);
}

static void expect_refusal(const struct ica_wordnet_row *rows, size_t n_rows,
                           const struct ica_name_row *name_rows, size_t n_names, const char *text)
{
    struct ica_taxonomy taxonomy = {0};
    struct ica_error err = {0};
    assert_int_equal(ica_taxonomy_init(&taxonomy, rows, n_rows, name_rows, n_names, &err),
                     ICA_EMODEL);
    if (!strstr(err.text, text)) {
        fail_msg("\"%s\" lacks \"%s\"", err.text, text);
    }
    assert_null(taxonomy.concepts);
}

static void test_wrong_tables_are_refused(void **state)
{
    (void)state;
    const struct ica_name_row unknown_member[] = {
        {"+", "thing", "things", "nothing", ICA_CONCEPT_BASIC, false, NULL}};
    const struct ica_name_row unknown_id[] = {
        {"n7", "thing", "things", "", ICA_CONCEPT_BASIC, false, NULL}};
    const struct ica_name_row twice[] = {
        {"n2", "animal", "animals", "", ICA_CONCEPT_BASIC, false, NULL},
        {"n3", "animal", "dogs", "", ICA_CONCEPT_BASIC, false, NULL}};
    const struct ica_name_row endless[] = {{"n2",
                                            "a name that is longer than anybody would ever say",
                                            "x", "", ICA_CONCEPT_BASIC, false, NULL}};
    const struct ica_wordnet_row gap[] = {{"a", "", 0}, {"b", "", 2}};
    const struct ica_wordnet_row same[] = {{"a", "", 0}, {"b", "", 0}};
    const struct ica_wordnet_row orphan[] = {{"a", "x", 0}};
    expect_refusal(tree, COUNT(tree), unknown_member, 1, "nothing");
    expect_refusal(tree, COUNT(tree), unknown_id, 1, "n7");
    expect_refusal(tree, COUNT(tree), twice, 2, "twice");
    expect_refusal(tree, COUNT(tree), endless, 1, "too long");
    expect_refusal(gap, 2, NULL, 0, "class index 2");
    expect_refusal(same, 2, NULL, 0, "class index 0");
    expect_refusal(orphan, 1, NULL, 0, "lacks \"x\"");
    expect_refusal(NULL, 0, NULL, 0, "0 classes");
}

static void test_a_cycle_does_no_harm(void **state)
{
    (void)state;
    const struct ica_wordnet_row rows[] = {
        {"a", "b", 0}, {"b", "c", ICA_NO_CLASS}, {"c", "b", ICA_NO_CLASS}};
    const struct ica_name_row name[] = {{"c", "ring", "rings", "", ICA_CONCEPT_BASIC, false, NULL}};
    struct ica_taxonomy taxonomy = {0};
    assert_int_equal(ica_taxonomy_init(&taxonomy, rows, COUNT(rows), name, 1, NULL), ICA_OK);
    assert_int_equal(taxonomy.concepts[0].n_classes, 1);
    ica_taxonomy_clear(&taxonomy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_are_carried_up),
        cmocka_unit_test(test_what_cannot_be_told_apart_is_said_once),
        cmocka_unit_test(test_colour_is_inherited),
        cmocka_unit_test(test_wrong_tables_are_refused),
        cmocka_unit_test(test_a_cycle_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
