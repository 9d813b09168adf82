/* SPDX-License-Identifier: Apache-2.0 */
/* Average linkage against the textbook algorithm, and the sorted sums of scalar products. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/agglomerative/linkage.h"
#include "domain/clustering/index_sort.h"
#include "domain/vectors/dot.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"

#define N 40

static double mean_distance(const struct ica_distance_matrix *matrix, const size_t *groups,
                            size_t a, size_t b)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++) {
            if (groups[i] == a && groups[j] == b) {
                sum += *ica_distance_matrix_at(matrix, i, j);
                count++;
            }
        }
    }
    return sum / (double)count;
}

/* Join the two nearest groups, looking at all pairs of rows each time. */
static struct ica_edge naive_step(const struct ica_distance_matrix *matrix, size_t *groups)
{
    struct ica_edge best = {.weight = HUGE_VAL};
    for (size_t a = 0; a < N; a++) {
        for (size_t b = a + 1; b < N; b++) {
            if (groups[a] == a && groups[b] == b &&
                mean_distance(matrix, groups, a, b) < best.weight) {
                best = (struct ica_edge){
                    .a = a, .b = b, .weight = mean_distance(matrix, groups, a, b)};
            }
        }
    }
    for (size_t i = 0; i < N; i++) {
        groups[i] = groups[i] == best.b ? best.a : groups[i];
    }
    return best;
}

static void test_linkage_is_the_naive_one(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (int round = 0; round < 5; round++) {
        struct ica_distance_matrix matrix;
        struct ica_distance_matrix copy;
        struct ica_edge edges[N];
        size_t groups[N];
        assert_int_equal(ica_distance_matrix_init(&matrix, N, NULL), ICA_OK);
        assert_int_equal(ica_distance_matrix_init(&copy, N, NULL), ICA_OK);
        for (size_t i = 0; i < N * (N - 1) / 2; i++) {
            matrix.values[i] = copy.values[i] = test_random_double(&random) - 0.5;
        }
        assert_int_equal(ica_average_linkage(&copy, edges, NULL), ICA_OK);
        ica_index_fill(groups, N);
        for (size_t i = 0; i + 1 < N; i++) {
            struct ica_edge expected = naive_step(&matrix, groups);
            assert_true(edges[i].a == expected.a && edges[i].b == expected.b);
            assert_true(fabs(edges[i].weight - expected.weight) < 1e-12);
        }
        ica_distance_matrix_clear(&copy);
        ica_distance_matrix_clear(&matrix);
    }
}

static void test_equal_distances(void **state)
{
    (void)state;
    struct ica_distance_matrix matrix;
    struct ica_edge edges[N];
    assert_int_equal(ica_distance_matrix_init(&matrix, N, NULL), ICA_OK);
    assert_int_equal(ica_average_linkage(&matrix, edges, NULL), ICA_OK);
    for (size_t i = 0; i + 1 < N; i++) {
        assert_true(edges[i].a < edges[i].b);
        assert_true(edges[i].weight == 0);
    }
    ica_distance_matrix_clear(&matrix);
}

static void test_single_row(void **state)
{
    (void)state;
    struct ica_distance_matrix matrix;
    struct ica_edge edge;
    assert_int_equal(ica_distance_matrix_init(&matrix, 1, NULL), ICA_OK);
    assert_int_equal(ica_average_linkage(&matrix, &edge, NULL), ICA_OK);
    ica_distance_matrix_clear(&matrix);
    assert_int_equal(ica_distance_matrix_init(&matrix, ICA_MAX_DISTANCE_MATRIX + 1, NULL),
                     ICA_EINVALID);
}

/* The order of additions that dot.h promises. */
static double plain_dot(const float *a, const float *b, size_t dim)
{
    double lanes[8] = {0};
    for (size_t k = 0; k < dim; k++) {
        lanes[k % 8] += (double)a[k] * (double)b[k];
    }
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static void test_scalar_products(void **state)
{
    (void)state;
    enum { ROWS = 5, COLUMNS = 7, MOST = 67 };
    struct test_random random = {2};
    float values[ROWS + COLUMNS][MOST];
    const float *rows[ROWS];
    const float *columns[COLUMNS];
    double wide[MOST];
    double out[ROWS * COLUMNS];
    double fast[ROWS * COLUMNS];
    for (size_t i = 0; i < ROWS + COLUMNS; i++) {
        for (size_t k = 0; k < MOST; k++) {
            values[i][k] = (float)(test_random_double(&random) - 0.3);
        }
        if (i < ROWS) {
            rows[i] = values[i];
        } else {
            columns[i - ROWS] = values[i];
        }
    }
    for (size_t dim = 0; dim <= MOST; dim++) {
        ica_dot_block(rows, ROWS, columns, COLUMNS, dim, out);
        for (size_t r = 0; r < ROWS; r++) {
            for (size_t k = 0; k < MOST; k++) {
                wide[k] = (double)rows[r][k];
            }
            for (size_t c = 0; c < COLUMNS; c++) {
                double expected = plain_dot(rows[r], columns[c], dim);
                assert_true(out[r * COLUMNS + c] == expected);
                assert_true(ica_dot(columns[c], rows[r], dim) == expected);
                assert_true(ica_dot_mixed(wide, columns[c], dim) == expected);
            }
        }
        ica_dot_block_fast(rows, ROWS, columns, COLUMNS, dim, fast);
        for (size_t r = 0; r < ROWS; r++) {
            for (size_t c = 0; c < COLUMNS; c++) {
                double lengths = sqrt(plain_dot(rows[r], rows[r], dim)) *
                                 sqrt(plain_dot(columns[c], columns[c], dim));
                assert_true(fabs(fast[r * COLUMNS + c] - out[r * COLUMNS + c]) <=
                            ica_dot_fast_error(dim) * lengths);
            }
        }
    }
}

static int compare_tens(const void *context, size_t a, size_t b)
{
    const size_t *values = context;
    return (values[a] / 10 > values[b] / 10) - (values[a] / 10 < values[b] / 10);
}

static void test_sort_is_stable(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (size_t n = 0; n <= N; n++) {
        size_t values[N];
        size_t order[N];
        for (size_t i = 0; i < n; i++) {
            values[i] = test_random_below(&random, 50);
        }
        ica_index_fill(order, n);
        assert_true(ica_index_sort(order, n, compare_tens, values));
        for (size_t i = 1; i < n; i++) {
            int compared = compare_tens(values, order[i - 1], order[i]);
            assert_true(compared < 0 || (compared == 0 && order[i - 1] < order[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linkage_is_the_naive_one),
        cmocka_unit_test(test_equal_distances),
        cmocka_unit_test(test_single_row),
        cmocka_unit_test(test_scalar_products),
        cmocka_unit_test(test_sort_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
