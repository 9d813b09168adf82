/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions about pairs: what follows from them, and which ones cannot all hold. */
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/growth/constraints.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"

#define NONE ICA_NO_CLUSTER
#define MUST(x, y)                                                                                 \
    {                                                                                              \
        ICA_MUST_LINK, x, y                                                                        \
    }
#define APART(x, y)                                                                                \
    {                                                                                              \
        ICA_CANNOT_LINK, x, y                                                                      \
    }

static void test_units(void **state)
{
    static const int64_t clusters[] = {5, NONE, 5, NONE, NONE, 9, NONE};
    static const struct ica_link links[] = {MUST(3, 1),  MUST(4, 4),  MUST(6, 5), APART(4, 3),
                                            APART(0, 5), APART(1, 2), APART(3, 4)};
    static const size_t units[] = {0, 1, 0, 1, 2, 3, 3};
    static const int64_t ids[] = {5, NONE, NONE, 9};
    static const size_t begins[] = {0, 2, 5, 7, 8};
    static const size_t apart[] = {1, 3, 0, 2, 2, 1, 1, 0};
    struct ica_constraints c;
    (void)state;
    assert_int_equal(ica_constraints_init(&c, links, 7, clusters, 7, NULL, NULL), ICA_OK);
    assert_int_equal(c.n, 7);
    assert_int_equal(c.n_units, 4);
    assert_memory_equal(c.units, units, sizeof units);
    assert_memory_equal(c.clusters, ids, sizeof ids);
    assert_memory_equal(c.apart_begins, begins, sizeof begins);
    assert_memory_equal(c.apart, apart, sizeof apart);
    ica_constraints_clear(&c);
}

static void refuse(const struct ica_link *links, size_t n_links, size_t guilty, const char *words)
{
    static const int64_t clusters[] = {5, 5, NONE, 9, NONE};
    struct ica_constraints c;
    struct ica_error error = {0};
    struct ica_link culprit = {0};
    assert_int_equal(ica_constraints_init(&c, links, n_links, clusters, 5, &culprit, &error),
                     ICA_EINVALID);
    assert_null(c.units);
    if (!strstr(error.text, words)) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(culprit.kind, links[guilty].kind);
    assert_int_equal(culprit.a, links[guilty].a);
    assert_int_equal(culprit.b, links[guilty].b);
}

static void test_contradictions(void **state)
{
    (void)state;
    refuse((struct ica_link[]){MUST(0, 3)}, 1, 0,
           "Images 0 and 3 must be in one cluster, but belong to clusters 5 and 9.");
    refuse((struct ica_link[]){MUST(0, 2), MUST(4, 3), MUST(2, 4)}, 3, 2,
           "Images 2 and 4 must be in one cluster, but belong to clusters 5 and 9.");
    refuse((struct ica_link[]){APART(2, 3), APART(0, 1)}, 2, 1,
           "Images 0 and 1 must not be in one cluster, but both belong to cluster 5.");
    refuse((struct ica_link[]){APART(2, 4), MUST(2, 4)}, 2, 0,
           "Images 2 and 4 must not be in one cluster, but by other decisions they must.");
    refuse((struct ica_link[]){APART(4, 4)}, 1, 0, "Image 4 cannot be kept apart from itself.");
    refuse((struct ica_link[]){MUST(1, 5)}, 1, 0, "images 1 and 5, but there are only 5 images");
    refuse((struct ica_link[]){MUST(SIZE_MAX, 1)}, 1, 0, "there are only 5 images");
    refuse((struct ica_link[]){{ICA_LINK_UNSET, 1, 2}}, 1, 0, "is not known");
}

static void test_no_rows(void **state)
{
    struct ica_constraints c;
    (void)state;
    assert_int_equal(ica_constraints_init(&c, NULL, 0, NULL, 0, NULL, NULL), ICA_OK);
    assert_int_equal(c.n_units, 0);
    ica_constraints_clear(&c);
    assert_int_equal(
        ica_constraints_init(&c, (struct ica_link[]){MUST(0, 0)}, 1, NULL, 0, NULL, NULL),
        ICA_EINVALID);
}

/* Random decisions: accepted if and only if a simple closure finds no contradiction. */
static void test_closure(void **state)
{
    enum { N = 12, MAX_LINKS = 10 };
    struct test_random random = {31};
    size_t n_accepted = 0;
    (void)state;
    for (size_t round = 0; round < 5000; round++) {
        int64_t clusters[N];
        struct ica_link links[MAX_LINKS];
        bool together[N][N];
        bool possible = true;
        size_t n_links = test_random_below(&random, MAX_LINKS + 1);
        for (size_t i = 0; i < N; i++) {
            clusters[i] = (int64_t)test_random_below(&random, 5) - 1;
        }
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < N; j++) {
                together[i][j] = i == j || (clusters[i] >= 0 && clusters[i] == clusters[j]);
            }
        }
        for (size_t l = 0; l < n_links; l++) {
            links[l] = (struct ica_link){
                .kind = test_random_below(&random, 2) ? ICA_MUST_LINK : ICA_CANNOT_LINK,
                .a = test_random_below(&random, N),
                .b = test_random_below(&random, N),
            };
            if (links[l].kind == ICA_MUST_LINK) {
                together[links[l].a][links[l].b] = together[links[l].b][links[l].a] = true;
            }
        }
        for (size_t k = 0; k < N; k++) {
            for (size_t i = 0; i < N; i++) {
                for (size_t j = 0; j < N; j++) {
                    together[i][j] |= together[i][k] && together[k][j];
                }
            }
        }
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < N; j++) {
                possible &= !together[i][j] || clusters[i] < 0 || clusters[j] < 0 ||
                            clusters[i] == clusters[j];
            }
        }
        for (size_t l = 0; l < n_links; l++) {
            possible &= links[l].kind == ICA_MUST_LINK || !together[links[l].a][links[l].b];
        }
        struct ica_constraints c;
        enum ica_status status = ica_constraints_init(&c, links, n_links, clusters, N, NULL, NULL);
        assert_int_equal(status, possible ? ICA_OK : ICA_EINVALID);
        for (size_t i = 0; i < N && !status; i++) {
            for (size_t j = 0; j < N; j++) {
                assert_int_equal(c.units[i] == c.units[j], together[i][j]);
            }
        }
        n_accepted += !status;
        ica_constraints_clear(&c);
    }
    assert_in_range(n_accepted, 500, 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_closure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
