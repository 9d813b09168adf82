/* SPDX-License-Identifier: Apache-2.0 */
/* Walks among likely pairs against powers of a dense matrix, and what they are for: images of one
 * chain are alike, strangers are not. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "domain/clustering/auto/short_walks.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"
#include "support/test_threads.h"

#define MOST  70
#define STEPS 8
#define CLOSE 1e-6

static double probability(const struct ica_distance_matrix *matrix, size_t i, size_t j)
{
    return 1 / (1 + exp(*ica_distance_matrix_at(matrix, i, j)));
}

static size_t count_nearer(const struct ica_distance_matrix *matrix, size_t i, size_t j)
{
    size_t count = 0;
    for (size_t k = 0; k < matrix->base.n; k++) {
        if (k != i && k != j) {
            double other = *ica_distance_matrix_at(matrix, i, k);
            double own = *ica_distance_matrix_at(matrix, i, j);
            count += other < own || (other == own && k < j);
        }
    }
    return count;
}

/* `power` becomes N^STEPS with a diagonal of 1. */
static void naive_walks(const struct ica_distance_matrix *matrix, size_t n_nearest,
                        double power[MOST][MOST])
{
    static double once[MOST][MOST];
    static double next[MOST][MOST];
    double degrees[MOST] = {0};
    size_t n = matrix->base.n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            bool edge = i != j && (count_nearer(matrix, i, j) < n_nearest ||
                                   count_nearer(matrix, j, i) < n_nearest);
            once[i][j] = i == j ? 1 : edge ? probability(matrix, i, j) : 0;
            degrees[i] += once[i][j];
            power[i][j] = i == j;
        }
    }
    for (size_t step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                next[i][j] = 0;
                for (size_t k = 0; k < n; k++) {
                    next[i][j] += power[i][k] * once[k][j] / sqrt(degrees[k] * degrees[j]);
                }
            }
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                power[i][j] = next[i][j];
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            next[i][j] = power[i][j] / sqrt(power[i][i] * power[j][j]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            power[i][j] = next[i][j];
        }
    }
}

static void random_distances(struct ica_distance_matrix *matrix, size_t n,
                             struct test_random *random)
{
    assert_int_equal(ica_distance_matrix_init(matrix, n, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            /* whole numbers, so that many are equal */
            *ica_distance_matrix_at(matrix, i, j) = floor(8 * test_random_double(random)) - 2;
        }
    }
}

static void test_walks_are_the_naive_ones(void **state)
{
    (void)state;
    static double expected[MOST][MOST];
    const size_t sizes[][2] = {{2, 1}, {3, 1}, {4, 1}, {5, 2}, {9, 3}, {14, 5}, {30, 7}, {MOST, 7}};
    struct test_random random = {4};
    struct ica_parallel threads = test_threads(3);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s][0];
        struct ica_distance_matrix matrix;
        struct ica_short_walks walks;
        random_distances(&matrix, n, &random);
        naive_walks(&matrix, sizes[s][1], expected);
        assert_int_equal(ica_short_walks_init(&walks, &matrix, &threads, NULL), ICA_OK);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                assert_true(fabs((double)walks.alike[i * n + j] - expected[i][j]) < CLOSE);
            }
        }
        ica_short_walks_clear(&walks);
        ica_distance_matrix_clear(&matrix);
    }
}

/* Two chains of images, each likely together with the next one of its chain only. */
static void test_chains(void **state)
{
    (void)state;
    const size_t n = 20;
    struct ica_distance_matrix matrix;
    struct ica_short_walks walks;
    double log_odds[20];
    double alike[20];
    assert_int_equal(ica_distance_matrix_init(&matrix, n, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            bool linked = j == i + 1 && j != n / 2;
            *ica_distance_matrix_at(&matrix, i, j) = linked ? -4 : 20;
        }
        log_odds[i] = i == 0 ? 4 : -20;
    }
    assert_int_equal(ica_short_walks_init(&walks, &matrix, NULL, NULL), ICA_OK);
    assert_true(walks.alike[0 * n + 2] > 0.5F);
    assert_true(walks.alike[8 * n + 11] < 0.001F);
    /* A further image at the beginning of the first chain. */
    ica_short_walks_extend(&walks, log_odds, alike);
    assert_true(alike[0] > alike[2] && alike[2] > 0.2 && alike[11] < 0.001);
    /* A stranger. */
    log_odds[0] = -20;
    ica_short_walks_extend(&walks, log_odds, alike);
    for (size_t i = 0; i < n; i++) {
        assert_true(alike[i] >= 0 && alike[i] < 0.001);
    }
    ica_short_walks_clear(&walks);
    ica_distance_matrix_clear(&matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walks_are_the_naive_ones),
        cmocka_unit_test(test_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
