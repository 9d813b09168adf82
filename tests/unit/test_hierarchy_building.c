/* SPDX-License-Identifier: Apache-2.0 */
/* The trees that hierarchies are made of: Ward's where all pairs are compared, blocks where there
 * are too many, the strategy's own where it fits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "domain/clustering/hierarchy/hierarchy_building.h"
#include "domain/clustering/hierarchy/ward_tree.h"
#include "domain/stages.h"
#include "support/cmocka_all.h"
#include "support/test_hierarchy.h"
#include "support/test_monitor.h"
#include "support/test_threads.h"

/* A partition of rows as they are, in one cluster (of label 0) or all alone. */
struct plain {
    struct test_rows rows;
    struct ica_cosine_distance distance;
    struct ica_partition partition;
    size_t *order;
};

static void plain_init(struct plain *plain, struct test_rows rows, int32_t label)
{
    *plain = (struct plain){.rows = rows, .order = calloc(rows.n, sizeof(size_t))};
    assert_non_null(plain->order);
    assert_int_equal(ica_partition_init(&plain->partition, rows.n, NULL), ICA_OK);
    assert_int_equal(ica_partition_resize(&plain->partition, label == 0, NULL), ICA_OK);
    assert_int_equal(
        ica_cosine_distance_init(&plain->distance, rows.values, rows.n, TEST_ROWS_DIM, NULL, NULL),
        ICA_OK);
    for (size_t i = 0; i < rows.n; i++) {
        plain->partition.labels[i] = label;
        plain->order[i] = i;
    }
}

static void plain_clear(struct plain *plain)
{
    ica_cosine_distance_clear(&plain->distance);
    ica_partition_clear(&plain->partition);
    free(plain->order);
    free(plain->rows.values);
}

static struct ica_hierarchy build(const struct plain *plain, struct ica_parallel *parallel)
{
    struct ica_hierarchy h = {0};
    struct ica_error error = {0};
    assert_int_equal(ica_hierarchy_build(&h, &plain->partition, &plain->distance, plain->order,
                                         parallel, NULL, &error),
                     ICA_OK);
    return h;
}

/* Sum of the squared distances of the unit vectors of group `a`, and of group `b`, to the mean. */
static double naive_spread(const struct plain *plain, const size_t *groups, size_t a, size_t b)
{
    double sum[TEST_ROWS_DIM] = {0};
    double n = 0;
    double squares = 0;
    for (size_t i = 0; i < plain->rows.n; i++) {
        if (groups[i] == a || groups[i] == b) {
            for (size_t k = 0; k < TEST_ROWS_DIM; k++) {
                sum[k] += (double)plain->rows.values[i * TEST_ROWS_DIM + k] /
                          sqrt(plain->distance.squared_norms[i]);
            }
            n++;
        }
    }
    for (size_t k = 0; k < TEST_ROWS_DIM; k++) {
        squares += sum[k] * sum[k];
    }
    return n - squares / n;
}

static double naive_cost(const struct plain *plain, const size_t *groups, size_t a, size_t b)
{
    return naive_spread(plain, groups, a, b) - naive_spread(plain, groups, a, a) -
           naive_spread(plain, groups, b, b);
}

/* Of one small cluster: each merge is the cheapest of all, and heights are shares of the spread. */
static void test_small_tree_is_wards(void **state)
{
    (void)state;
    struct test_random random = {5};
    for (size_t round = 0; round < 4; round++) {
        struct plain plain;
        size_t n = 8 + 6 * round;
        plain_init(&plain, test_rows_random(n, 3, 0.6, &random), round % 2 ? 0 : ICA_NOISE);
        struct ica_hierarchy h = build(&plain, NULL);
        double all = 0;
        assert_int_equal(h.n_chosen, round % 2 ? n - 1 : 0);
        for (size_t i = 0; i + 1 < n; i++) {
            size_t *groups = test_hierarchy_cut(&h, i);
            double least = HUGE_VAL;
            for (size_t a = 0; a < n; a++) {
                for (size_t b = 0; b < a; b++) {
                    if (groups[a] != groups[b]) {
                        least = fmin(least, naive_cost(&plain, groups, groups[a], groups[b]));
                    }
                }
            }
            double cost = naive_cost(&plain, groups, h.merges[i].left, h.merges[i].right);
            assert_true(fabs(cost - least) < 1e-6); /* means of groups are kept as floats */
            all += cost;
            free(groups);
        }
        double within = 0;
        for (size_t i = 0; i + 1 < n; i++) {
            size_t *groups = test_hierarchy_cut(&h, i);
            within += naive_cost(&plain, groups, h.merges[i].left, h.merges[i].right);
            assert_true(fabs(h.merges[i].height - within / all) < 1e-9);
            free(groups);
        }
        ica_hierarchy_clear(&h);
        plain_clear(&plain);
    }
}

/* A strategy's own tree is taken where the clusters are a cut of it, else another is made. */
static void test_own_tree(void **state)
{
    (void)state;
    enum { N = 30 };
    struct test_random random = {6};
    struct plain plain;
    plain_init(&plain, test_rows_random(N, 3, 0.6, &random), 0);
    plain.partition.edges = calloc(N, sizeof *plain.partition.edges);
    assert_non_null(plain.partition.edges);
    for (size_t i = 0; i + 1 < N; i++) {
        plain.partition.edges[i] = (struct ica_edge){.a = 0, .b = N - 1 - i, .weight = -(double)i};
    }
    struct ica_hierarchy h = build(&plain, NULL);
    test_hierarchy_check_merges(&h);
    for (size_t i = 0; i + 1 < N; i++) {
        assert_int_equal(h.merges[i].right, N - 1 - i);
    }
    ica_hierarchy_clear(&h);
    plain.partition.labels[N - 1] = ICA_NOISE;
    h = build(&plain, NULL);
    test_hierarchy_check_merges(&h);
    test_hierarchy_check_levels(&h);
    size_t *groups = test_hierarchy_cut(&h, h.n_chosen);
    assert_int_equal(h.n_chosen, N - 2);
    for (size_t i = 1; i + 1 < N; i++) {
        assert_int_equal(groups[i], groups[0]);
    }
    free(groups);
    ica_hierarchy_clear(&h);
    plain_clear(&plain);
}

/* More rows than are compared pair by pair, in one cluster or all alone. */
static void test_more_than_a_block(void **state)
{
    (void)state;
    struct test_random random = {7};
    const size_t n = 2 * ICA_WARD_BLOCK + 5;
    for (size_t round = 0; round < 2; round++) {
        struct ica_parallel threads = test_threads(2 + round);
        struct plain plain;
        plain_init(&plain, test_rows_random(n, 4, 0.15, &random), round ? 0 : ICA_NOISE);
        struct ica_hierarchy h = build(&plain, &threads);
        test_hierarchy_check_merges(&h);
        assert_int_equal(h.n_chosen, round ? n - 1 : 0);
        assert_int_equal(h.levels[0], 1);
        size_t *groups = test_hierarchy_cut(&h, n - 4);
        for (size_t i = 4; i < n; i++) {
            assert_int_equal(groups[i], groups[i % 4]); /* the four that there are */
        }
        free(groups);
        struct ica_hierarchy again = build(&plain, NULL);
        test_hierarchy_check_same(&again, plain.order, &h);
        ica_hierarchy_clear(&again);
        ica_hierarchy_clear(&h);
        plain_clear(&plain);
    }
}

/* A few far rows must not make the division peel one after the other; equal ones must not stop it.
 */
static void test_blocks_of_equal_rows(void **state)
{
    (void)state;
    struct test_random random = {11};
    const size_t n = ICA_WARD_BLOCK + 5;
    for (size_t n_kinds = 1; n_kinds < 80; n_kinds *= 4) {
        struct plain plain;
        struct test_rows rows = test_rows_random(n, 8, 1, &random);
        for (size_t i = 0; i < n; i++) { /* most are of the last kind */
            size_t kind = i < n_kinds ? i : n_kinds - 1;
            memmove(rows.values + i * TEST_ROWS_DIM, rows.values + kind * TEST_ROWS_DIM,
                    TEST_ROWS_DIM * sizeof(float));
        }
        plain_init(&plain, rows, ICA_NOISE);
        struct ica_hierarchy h = build(&plain, NULL);
        test_hierarchy_check_merges(&h);
        size_t *groups = test_hierarchy_cut(&h, n - n_kinds);
        for (size_t i = n_kinds; n_kinds < 5 && i < n; i++) {
            assert_int_equal(groups[i], groups[n_kinds - 1]);
        }
        free(groups);
        ica_hierarchy_clear(&h);
        plain_clear(&plain);
    }
}

/* In a block, in the division, and between. */
static void test_cancellation(void **state)
{
    (void)state;
    struct test_random random = {10};
    struct plain plain;
    plain_init(&plain, test_rows_random(ICA_WARD_BLOCK + 1, 4, 0.3, &random), 0);
    enum ica_status status = ICA_ECANCELLED;
    for (size_t steps = 0; status; steps++) {
        struct test_countdown countdown = {ICA_STAGE_CLUSTERING, steps};
        struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        struct ica_hierarchy h = {0};
        status = ica_hierarchy_build(&h, &plain.partition, &plain.distance, plain.order, NULL,
                                     &monitor, NULL);
        assert_true(status == ICA_OK || status == ICA_ECANCELLED);
        assert_true(!status == (h.n > 0));
        ica_hierarchy_clear(&h);
    }
    plain_clear(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_tree_is_wards), cmocka_unit_test(test_own_tree),
        cmocka_unit_test(test_more_than_a_block),   cmocka_unit_test(test_blocks_of_equal_rows),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
