/* SPDX-License-Identifier: Apache-2.0 */
/* Concepts that are taught by examples, among made-up embeddings. */
#include "domain/description/concepts/own_concepts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/test_random.h"

#define DIM    16
#define N_EACH 12
#define KINDS  3
#define N      (KINDS * N_EACH)

struct photos {
    float embeddings[N * DIM]; /* N_EACH of each kind, one kind after another */
    struct ica_features view;
};

static const struct ica_model model = {.name = "eye", .weights_sha256 = "abc", .dim = DIM};

/* Kind k shows in element k; noise in all. */
static void fill(struct photos *photos)
{
    struct test_random random = {.state = 11};
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < DIM; k++) {
            photos->embeddings[i * DIM + k] =
                (k == i / N_EACH ? 3.0F : 0.0F) + (float)test_random_double(&random);
        }
    }
    photos->view = (struct ica_features){.n = N, .dim = DIM, .embeddings = photos->embeddings};
}

static struct ica_features kind_of(const struct photos *photos, size_t kind, size_t n)
{
    return (struct ica_features){
        .n = n, .dim = DIM, .embeddings = photos->embeddings + kind * N_EACH * DIM};
}

static void teach(struct ica_own_concepts *list, const struct photos *photos, size_t kind,
                  const char *name)
{
    struct ica_own_concept concept = {0};
    const struct ica_features examples = kind_of(photos, kind, N_EACH / 2);
    assert_int_equal(ica_own_concept_learn(&concept, name, &examples, &model, NULL), ICA_OK);
    assert_true(ica_own_concept_fits(&concept, &model));
    assert_int_equal(ica_own_concepts_put(list, &concept, NULL), ICA_OK);
    assert_null(concept.prototype);
}

static void test_groups_are_recognised(void **state)
{
    (void)state;
    struct photos photos;
    struct ica_own_concepts list = {0};
    size_t rows[N];
    double share = -1;
    fill(&photos);
    teach(&list, &photos, 1, "beta");
    teach(&list, &photos, 0, "alpha");
    assert_string_equal(list.items[0].name, "alpha");
    for (size_t i = 0; i < N; i++) {
        rows[i] = i;
    }
    for (size_t kind = 0; kind < KINDS; kind++) { /* the examples are not among the members */
        const struct ica_cluster cluster = {.members = rows + kind * N_EACH + N_EACH / 2,
                                            .n_members = N_EACH / 2};
        size_t match = ica_own_concepts_match(&list, &photos.view, &cluster, &share);
        assert_int_equal(match, kind < 2 ? kind : ICA_NO_OWN_CONCEPT);
        assert_true(kind < 2 ? share >= 0.5 : share == 0);
    }
    const struct ica_cluster mixed = {.members = rows, .n_members = N};
    assert_int_equal(ica_own_concepts_match(&list, &photos.view, &mixed, &share),
                     ICA_NO_OWN_CONCEPT);
    assert_int_equal(ica_own_concepts_match(NULL, &photos.view, &mixed, &share),
                     ICA_NO_OWN_CONCEPT);
    ica_own_concepts_clear(&list);
}

static void test_list_replaces_and_removes(void **state)
{
    (void)state;
    struct photos photos;
    struct ica_own_concepts list = {0};
    fill(&photos);
    teach(&list, &photos, 0, "alpha");
    teach(&list, &photos, 1, "beta");
    float before = list.items[0].prototype[0];
    teach(&list, &photos, 1, "alpha");
    assert_int_equal(list.n, 2);
    assert_true(list.items[0].prototype[0] != before);
    assert_int_equal(ica_own_concepts_remove(&list, "gamma"), 0);
    assert_int_equal(ica_own_concepts_remove(&list, "alpha"), 1);
    assert_int_equal(list.n, 1);
    assert_string_equal(list.items[0].name, "beta");
    ica_own_concepts_clear(&list);
}

static void test_other_models_do_not_fit(void **state)
{
    (void)state;
    struct photos photos;
    struct ica_own_concepts list = {0};
    struct ica_model other = model;
    fill(&photos);
    teach(&list, &photos, 0, "alpha");
    other.weights_sha256[0] = 'x';
    assert_false(ica_own_concept_fits(&list.items[0], &other));
    other = model;
    other.dim = DIM + 1;
    assert_false(ica_own_concept_fits(&list.items[0], &other));
    ica_own_concepts_clear(&list);
}

static void test_bad_lessons(void **state)
{
    (void)state;
    struct photos photos;
    struct ica_own_concept concept = {0};
    struct ica_error err = {0};
    fill(&photos);
    const struct ica_features few = kind_of(&photos, 0, 2);
    assert_int_equal(ica_own_concept_learn(&concept, "few", &few, &model, &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "at least 3"));
    static const char *const names[] = {
        "",     " x",
        "x ",   "a\nb",
        "\xff", "a name that has more than sixty-three bytes, which is the most there can be"};
    const struct ica_features enough = kind_of(&photos, 0, N_EACH);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(ica_own_concept_learn(&concept, names[i], &enough, &model, &err),
                         ICA_EINVALID);
        assert_null(concept.prototype);
    }
}

/* Zero vectors and equal examples have an obvious answer. */
static void test_strange_examples(void **state)
{
    (void)state;
    struct photos photos;
    struct ica_own_concept concept = {0};
    struct ica_own_concepts list = {0};
    size_t rows[] = {0, 1, 2};
    double share;
    fill(&photos);
    memset(photos.embeddings, 0, 3 * DIM * sizeof(float));
    const struct ica_features zero = kind_of(&photos, 0, 3);
    assert_int_equal(ica_own_concept_learn(&concept, "zero", &zero, &model, NULL), ICA_OK);
    assert_true(isfinite(concept.threshold));
    assert_int_equal(ica_own_concepts_put(&list, &concept, NULL), ICA_OK);
    const struct ica_cluster cluster = {.members = rows, .n_members = 3};
    assert_int_equal(ica_own_concepts_match(&list, &photos.view, &cluster, &share),
                     ICA_NO_OWN_CONCEPT);
    for (size_t i = 0; i < 3 * DIM; i++) {
        photos.embeddings[i] = 1;
    }
    assert_int_equal(ica_own_concept_learn(&concept, "equal", &zero, &model, NULL), ICA_OK);
    assert_true(fabs(concept.threshold - 1) < 1e-9);
    ica_own_concept_clear(&concept);
    ica_own_concepts_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_are_recognised),
        cmocka_unit_test(test_list_replaces_and_removes),
        cmocka_unit_test(test_other_models_do_not_fit),
        cmocka_unit_test(test_bad_lessons),
        cmocka_unit_test(test_strange_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
