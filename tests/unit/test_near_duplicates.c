/* SPDX-License-Identifier: Apache-2.0 */
/* Near-duplicates: the sets of a simple search through all pairs, for any number of threads and
 * order of the rows, at sizes with and without sketches; odd input; cancellation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/disjoint_sets.h"
#include "domain/clustering/duplicates/close_pairs.h"
#include "domain/clustering/duplicates/near_duplicates.h"
#include "domain/clustering/duplicates/sketch.h"
#include "domain/clustering/index_sort.h"
#include "domain/stages.h"
#include "support/cmocka_all.h"
#include "support/test_monitor.h"
#include "support/test_random.h"
#include "support/test_threads.h"

#define DIM       37
#define THRESHOLD 0.05

/* `n` rows: each a new direction, or an earlier row, changed by something around the threshold,
 * scaled, or just repeated. Some are all zero. */
static float *random_rows(size_t n, struct test_random *random)
{
    float *rows = calloc(n * DIM, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n; i++) {
        const float *earlier = rows + test_random_below(random, i + 1) * DIM;
        double kind = test_random_double(random);
        double change = kind < 0.3 ? 0.1 + 0.2 * test_random_double(random) : 0;
        double scale = kind < 0.4 ? 0.5 + test_random_double(random) : 1;
        for (size_t k = 0; k < DIM; k++) {
            double value = kind < 0.5 ? (double)earlier[k] : test_random_normal(random) + 0.5;
            rows[i * DIM + k] = (float)(scale * (value + change * test_random_normal(random)));
        }
        if (kind > 0.99) {
            memset(rows + i * DIM, 0, DIM * sizeof *rows);
        }
    }
    return rows;
}

static struct ica_near_duplicates find(const float *matrix, size_t n, const size_t *order,
                                       double threshold, struct ica_parallel *parallel)
{
    struct ica_cosine_distance rows;
    struct ica_near_duplicates found;
    struct ica_error error = {0};
    size_t *same = NULL;
    if (!order) {
        same = calloc(n, sizeof *same);
        assert_non_null(same);
        ica_index_fill(same, n);
        order = same;
    }
    assert_int_equal(ica_cosine_distance_init(&rows, matrix, n, DIM, order, NULL), ICA_OK);
    assert_int_equal(
        ica_near_duplicates_find(&found, &rows, order, threshold, parallel, NULL, &error), ICA_OK);
    assert_string_equal(error.text, "");
    ica_cosine_distance_clear(&rows);
    free(same);
    return found;
}

/* Pairs within the threshold, one by one. */
static struct ica_disjoint_sets search_all_pairs(const float *matrix, size_t n)
{
    struct ica_cosine_distance rows;
    struct ica_disjoint_sets sets;
    assert_int_equal(ica_cosine_distance_init(&rows, matrix, n, DIM, NULL, NULL), ICA_OK);
    assert_int_equal(ica_disjoint_sets_init(&sets, n, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double distance;
            ica_distance_block(&rows.base, &i, 1, &j, 1, &distance);
            if (distance <= THRESHOLD) {
                (void)ica_disjoint_sets_join(&sets, i, j);
            }
        }
    }
    ica_cosine_distance_clear(&rows);
    return sets;
}

/* The found sets are those of `sets`, each row in one at most, larger ones first. */
static void check_sets(const struct ica_near_duplicates *found, struct ica_disjoint_sets *sets)
{
    size_t n_members = 0;
    bool *seen = calloc(sets->n, sizeof *seen);
    assert_non_null(seen);
    for (size_t s = 0; s < found->n_sets; s++) {
        const struct ica_duplicate_set *set = found->sets + s;
        size_t root = ica_disjoint_sets_root(sets, set->members[0]);
        assert_true(set->n_members > 1);
        assert_true(s == 0 || set->n_members <= set[-1].n_members);
        assert_int_equal(set->n_members, sets->sizes[root]);
        for (size_t m = 0; m < set->n_members; m++) {
            assert_int_equal(ica_disjoint_sets_root(sets, set->members[m]), root);
            assert_false(seen[set->members[m]]);
            seen[set->members[m]] = true;
        }
        n_members += set->n_members;
    }
    for (size_t i = 0; i < sets->n; i++) {
        n_members += sets->sizes[ica_disjoint_sets_root(sets, i)] == 1;
    }
    assert_int_equal(n_members, sets->n);
    free(seen);
}

static void check_same(const struct ica_near_duplicates *a, const struct ica_near_duplicates *b)
{
    assert_int_equal(a->n_sets, b->n_sets);
    for (size_t s = 0; s < a->n_sets; s++) {
        assert_int_equal(a->sets[s].n_members, b->sets[s].n_members);
        assert_memory_equal(a->sets[s].members, b->sets[s].members,
                            a->sets[s].n_members * sizeof(size_t));
    }
}

/* 700 is without sketches, 2600 with. */
static void test_sets_of_all_pairs(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 63, 64, 65, 129, 700, 2600};
    struct test_random random = {20};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct ica_parallel threads = test_threads(3);
        float *rows = random_rows(sizes[i], &random);
        struct ica_disjoint_sets sets = search_all_pairs(rows, sizes[i]);
        struct ica_near_duplicates alone = find(rows, sizes[i], NULL, THRESHOLD, NULL);
        struct ica_near_duplicates shared = find(rows, sizes[i], NULL, THRESHOLD, &threads);
        check_sets(&alone, &sets);
        check_same(&alone, &shared);
        assert_true(sizes[i] < 100 || alone.n_sets > 3);
        ica_near_duplicates_clear(&shared);
        ica_near_duplicates_clear(&alone);
        ica_disjoint_sets_clear(&sets);
        free(rows);
    }
}

/* The search for sets that are too large for all pairs misses next to nothing, not even at the
 * threshold, and makes nothing up; and it is the same search each time. */
static void test_sets_of_some_pairs(void **state)
{
    enum { N = 6000 };
    struct test_random random = {25};
    struct ica_parallel threads = test_threads(3);
    float *matrix = random_rows(N, &random);
    size_t *points = calloc(N, sizeof *points);
    size_t *numbers[3];
    size_t n_sets[3];
    struct ica_cosine_distance rows;
    size_t n_points = 0;
    (void)state;
    assert_non_null(points);
    assert_int_equal(ica_cosine_distance_init(&rows, matrix, N, DIM, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < N; i++) {
        if (rows.squared_norms[i] > 0) {
            points[n_points++] = i;
        }
    }
    for (size_t search = 0; search < 3; search++) {
        struct ica_disjoint_sets sets;
        assert_int_equal(ica_disjoint_sets_init(&sets, N, NULL), ICA_OK);
        assert_int_equal(ica_close_pairs_join(&rows, points, n_points, THRESHOLD, search == 0,
                                              search == 2 ? &threads : NULL, NULL, &sets, NULL),
                         ICA_OK);
        numbers[search] = calloc(N, sizeof *numbers[search]);
        assert_non_null(numbers[search]);
        n_sets[search] = ica_disjoint_sets_number(&sets, numbers[search]);
        ica_disjoint_sets_clear(&sets);
    }
    double recall = (double)(N - n_sets[1]) / (double)(N - n_sets[0]);
    print_message("%zu of %d rows joined, %.4f of them by trees\n", N - n_sets[0], N, recall);
    assert_true(recall > 0.99);
    assert_memory_equal(numbers[1], numbers[2], N * sizeof *numbers[1]);
    for (size_t i = 0; i < N; i++) { /* what the trees join belongs together */
        size_t first = 0;
        while (numbers[1][first] != numbers[1][i]) {
            first++;
        }
        assert_int_equal(numbers[0][first], numbers[0][i]);
    }
    for (size_t search = 0; search < 3; search++) {
        free(numbers[search]);
    }
    ica_cosine_distance_clear(&rows);
    free(points);
    free(matrix);
}

/* Other numbers for the rows give the same sets with other numbers. */
static void test_numbers_of_rows(void **state)
{
    enum { N = 300 };
    struct test_random random = {21};
    size_t order[N];
    (void)state;
    float *rows = random_rows(N, &random);
    float *moved = calloc(N * DIM, sizeof *moved);
    assert_non_null(moved);
    test_random_shuffle(order, N, &random);
    for (size_t i = 0; i < N; i++) {
        memcpy(moved + order[i] * DIM, rows + i * DIM, DIM * sizeof *rows);
    }
    struct ica_near_duplicates expected = find(rows, N, NULL, THRESHOLD, NULL);
    struct ica_near_duplicates found = find(moved, N, order, THRESHOLD, NULL);
    assert_int_equal(found.n_sets, expected.n_sets);
    for (size_t s = 0; s < found.n_sets; s++) {
        assert_int_equal(found.sets[s].n_members, expected.sets[s].n_members);
        for (size_t m = 0; m < found.sets[s].n_members; m++) {
            assert_int_equal(found.sets[s].members[m], order[expected.sets[s].members[m]]);
        }
    }
    ica_near_duplicates_clear(&found);
    ica_near_duplicates_clear(&expected);
    free(moved);
    free(rows);
}

/* Rows on an arc, each a little further than the one before: one set by way of the others, and the
 * middle is the most central. Beyond the step, none. */
static void test_chain(void **state)
{
    enum { N = 9 };
    float rows[N * DIM] = {0};
    (void)state;
    for (size_t i = 0; i < N; i++) {
        rows[i * DIM] = (float)cos(0.1 * (double)i);
        rows[i * DIM + 1] = (float)sin(0.1 * (double)i);
    }
    struct ica_near_duplicates found = find(rows, N, NULL, 1 - cos(0.11), NULL);
    assert_int_equal(found.n_sets, 1);
    assert_int_equal(found.sets[0].n_members, N);
    assert_int_equal(found.sets[0].members[0], N / 2);
    ica_near_duplicates_clear(&found);
    found = find(rows, N, NULL, 1 - cos(0.09), NULL);
    assert_int_equal(found.n_sets, 0);
    ica_near_duplicates_clear(&found);
}

/* Thousands of copies are no more work than one. */
static void test_all_the_same(void **state)
{
    enum { N = 5000 };
    struct test_random random = {22};
    float *rows = random_rows(N, &random);
    (void)state;
    for (size_t i = 1; i < N; i++) {
        for (size_t k = 0; k < DIM; k++) {
            rows[i * DIM + k] = rows[k] * (float)(1 + i % 7);
        }
    }
    struct ica_near_duplicates found = find(rows, N, NULL, 1e-9, NULL);
    assert_int_equal(found.n_sets, 1);
    assert_int_equal(found.sets[0].n_members, N);
    ica_near_duplicates_clear(&found);
    memset(rows, 0, N * DIM * sizeof *rows);
    found = find(rows, N, NULL, 1e-9, NULL);
    assert_int_equal(found.n_sets, 1);
    assert_int_equal(found.sets[0].n_members, N);
    ica_near_duplicates_clear(&found);
    free(rows);
}

static void test_bad_thresholds(void **state)
{
    static const double bad[] = {0, -1, 0.51, HUGE_VAL, NAN};
    const float row[DIM] = {1};
    const size_t order[] = {0};
    struct ica_cosine_distance rows;
    struct ica_near_duplicates found;
    (void)state;
    assert_int_equal(ica_cosine_distance_init(&rows, row, 1, DIM, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ica_error error = {0};
        assert_int_equal(ica_near_duplicates_find(&found, &rows, order, bad[i], NULL, NULL, &error),
                         ICA_EINVALID);
        assert_non_null(strstr(error.text, "near-duplicates"));
    }
    ica_cosine_distance_clear(&rows);
}

static void test_cancellation(void **state)
{
    enum { N = 3000 };
    struct test_random random = {23};
    float *matrix = random_rows(N, &random);
    size_t *order = calloc(N, sizeof *order);
    struct ica_cosine_distance rows;
    (void)state;
    assert_non_null(order);
    ica_index_fill(order, N);
    assert_int_equal(ica_cosine_distance_init(&rows, matrix, N, DIM, NULL, NULL), ICA_OK);
    size_t steps = 0;
    enum ica_status status = ICA_ECANCELLED;
    for (; status; steps++) {
        struct test_countdown countdown = {.stage = ICA_STAGE_CLUSTERING, .left = steps};
        const struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        struct ica_near_duplicates found;
        status = ica_near_duplicates_find(&found, &rows, order, THRESHOLD, NULL, &monitor, NULL);
        assert_true(status == ICA_OK || (status == ICA_ECANCELLED && !found.sets));
        ica_near_duplicates_clear(&found);
    }
    assert_true(steps > 3);
    ica_cosine_distance_clear(&rows);
    free(order);
    free(matrix);
}

/* Sketches promise lower bounds, and near ones where rows have a simple structure. */
static void test_sketches(void **state)
{
    enum { N = 2500, PAIRS = 20000 };
    struct test_random random = {24};
    float *matrix = calloc(N * DIM, sizeof *matrix);
    size_t *points = calloc(N, sizeof *points);
    struct ica_cosine_distance rows;
    struct ica_sketch sketch;
    double loss = 0;
    (void)state;
    assert_true(matrix && points);
    ica_index_fill(points, N);
    for (size_t i = 0; i < N * DIM; i++) {
        double size = i % DIM < 8 ? 1 : 0.05; /* eight columns say most */
        matrix[i] = (float)(size * test_random_normal(&random));
    }
    assert_int_equal(ica_cosine_distance_init(&rows, matrix, N, DIM, NULL, NULL), ICA_OK);
    assert_int_equal(ica_sketch_init(&sketch, &rows, points, N, NULL, NULL), ICA_OK);
    for (size_t pair = 0; pair < PAIRS; pair++) {
        size_t a = test_random_below(&random, N);
        size_t b = test_random_below(&random, N);
        double distance;
        double product = 0;
        ica_distance_block(&rows.base, &a, 1, &b, 1, &distance);
        for (size_t k = 0; k < ICA_SKETCH_WIDTH; k++) {
            product += (double)sketch.values[a * ICA_SKETCH_WIDTH + k] *
                       (double)sketch.values[b * ICA_SKETCH_WIDTH + k];
        }
        assert_true(1 - product - ICA_SKETCH_SLACK <= distance);
        loss += distance - (1 - product);
    }
    assert_true(loss / PAIRS < 0.02);
    ica_sketch_clear(&sketch);
    ica_cosine_distance_clear(&rows);
    free(points);
    free(matrix);
}

static void test_disjoint_sets(void **state)
{
    struct ica_disjoint_sets sets;
    size_t numbers[6];
    (void)state;
    assert_int_equal(ica_disjoint_sets_init(&sets, 6, NULL), ICA_OK);
    assert_true(ica_disjoint_sets_join(&sets, 5, 1));
    assert_true(ica_disjoint_sets_join(&sets, 4, 2));
    assert_true(ica_disjoint_sets_join(&sets, 1, 4));
    assert_false(ica_disjoint_sets_join(&sets, 2, 5));
    assert_int_equal(ica_disjoint_sets_number(&sets, numbers), 3);
    static const size_t expected[6] = {0, 1, 1, 2, 1, 1};
    assert_memory_equal(numbers, expected, sizeof expected);
    ica_disjoint_sets_clear(&sets);
    assert_int_equal(ica_disjoint_sets_init(&sets, 0, NULL), ICA_OK);
    assert_int_equal(ica_disjoint_sets_number(&sets, numbers), 0);
    ica_disjoint_sets_clear(&sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_of_all_pairs), cmocka_unit_test(test_sets_of_some_pairs),
        cmocka_unit_test(test_numbers_of_rows),   cmocka_unit_test(test_chain),
        cmocka_unit_test(test_all_the_same),      cmocka_unit_test(test_bad_thresholds),
        cmocka_unit_test(test_cancellation),      cmocka_unit_test(test_sketches),
        cmocka_unit_test(test_disjoint_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
