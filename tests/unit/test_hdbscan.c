/* SPDX-License-Identifier: Apache-2.0 */
/* HDBSCAN on small sets whose answer is known, and its parts against slow ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/density/cluster_selection.h"
#include "domain/clustering/density/core_distance.h"
#include "domain/clustering/density/hdbscan.h"
#include "domain/clustering/density/spanning_tree.h"
#include "domain/stages.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/distance_matrix.h"
#include "support/cmocka_all.h"
#include "support/test_monitor.h"
#include "support/test_random.h"
#include "support/test_threads.h"

static const struct ica_hdbscan_options small_groups = {
    .min_cluster_size = 2,
    .min_samples = 1,
    .selection = ICA_SELECTION_LEAF,
};

/* Points on a line; the distance is the plain one. */
static void line_init(struct ica_distance_matrix *matrix, const double *points, size_t n)
{
    assert_int_equal(ica_distance_matrix_init(matrix, n, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            *ica_distance_matrix_at(matrix, i, j) = fabs(points[i] - points[j]);
        }
    }
}

static struct ica_partition cluster_line(const double *points, size_t n,
                                         const struct ica_hdbscan_options *options)
{
    struct ica_distance_matrix matrix;
    struct ica_partition result;
    line_init(&matrix, points, n);
    assert_int_equal(ica_hdbscan_run(&matrix.base, options, NULL, NULL, &result, NULL), ICA_OK);
    ica_distance_matrix_clear(&matrix);
    assert_int_equal(result.n, n);
    return result;
}

static void test_two_groups_and_an_outlier(void **state)
{
    (void)state;
    const double points[] = {0, 1, 2.5, 100, 101.5, 102.5, 1000};
    struct ica_partition result = cluster_line(points, 7, &small_groups);
    assert_int_equal(result.n_clusters, 2);
    assert_true(result.labels[0] == result.labels[1] && result.labels[1] == result.labels[2]);
    assert_true(result.labels[3] == result.labels[4] && result.labels[4] == result.labels[5]);
    assert_true(result.labels[0] != result.labels[3]);
    assert_int_equal(result.labels[6], ICA_NOISE);
    assert_true(result.probabilities[0] == 1 && result.probabilities[6] == 0);
    assert_true(fabs(result.probabilities[2] - (1 / 1.5)) < 1e-12);
    assert_true(fabs(result.outlier_scores[2] - (1 - 1 / 1.5)) < 1e-12);
    assert_true(fabs(result.outlier_scores[6] - (1 - 1 / 897.5)) < 1e-12);
    ica_partition_clear(&result);
}

static void test_one_and_two_rows(void **state)
{
    (void)state;
    const double points[] = {0, 1};
    for (size_t n = 1; n <= 2; n++) {
        struct ica_partition result = cluster_line(points, n, &small_groups);
        assert_int_equal(result.n_clusters, 0);
        assert_int_equal(result.labels[0], ICA_NOISE);
        ica_partition_clear(&result);
    }
}

static void test_more_neighbours_than_rows(void **state)
{
    (void)state;
    const double points[] = {0, 1, 2, 50, 51, 52.5};
    struct ica_hdbscan_options options = small_groups;
    options.min_samples = ICA_MAX_MIN_SAMPLES;
    assert_int_equal(ica_hdbscan_neighbours(&options, 6), 5);
    assert_int_equal(ica_hdbscan_neighbours(&options, 1), 1);
    struct ica_partition result = cluster_line(points, 6, &options);
    ica_partition_clear(&result);
    options.min_cluster_size = ICA_MAX_MIN_CLUSTER_SIZE;
    result = cluster_line(points, 6, &options);
    assert_int_equal(result.n_clusters, 0);
    ica_partition_clear(&result);
}

static void test_epsilon_joins_close_groups(void **state)
{
    (void)state;
    const double points[] = {0, 1, 5, 6, 100, 101, 104, 105};
    struct ica_hdbscan_options options = small_groups;
    for (int eom = 0; eom < 2; eom++) {
        options.selection = eom ? ICA_SELECTION_EOM : ICA_SELECTION_LEAF;
        options.epsilon = 10;
        struct ica_partition result = cluster_line(points, 8, &options);
        assert_int_equal(result.n_clusters, 2);
        assert_int_equal(result.labels[0], result.labels[3]);
        assert_int_equal(result.labels[4], result.labels[7]);
        ica_partition_clear(&result);
    }
    options.selection = ICA_SELECTION_LEAF;
    options.epsilon = 0;
    struct ica_partition result = cluster_line(points, 8, &options);
    assert_int_equal(result.n_clusters, 4);
    ica_partition_clear(&result);
}

/* All numbers stay numbers where densities are infinite. */
static void test_twins(void **state)
{
    (void)state;
    const double points[] = {0, 0, 0, 0, 7, 7, 7, 7, 9, 100};
    for (size_t samples = 1; samples <= 4; samples++) {
        for (int eom = 0; eom < 2; eom++) {
            struct ica_hdbscan_options options = {
                .min_cluster_size = 2,
                .min_samples = samples,
                .selection = eom ? ICA_SELECTION_EOM : ICA_SELECTION_LEAF,
            };
            struct ica_partition result = cluster_line(points, 10, &options);
            for (size_t i = 0; i < 10; i++) {
                assert_true(result.probabilities[i] >= 0 && result.probabilities[i] <= 1);
                assert_true(result.outlier_scores[i] >= 0 && result.outlier_scores[i] <= 1);
            }
            for (size_t c = 0; c < result.n_clusters; c++) {
                assert_true(result.persistence[c] >= 0 && result.persistence[c] <= 1);
            }
            for (size_t i = 1; i < 4; i++) {
                assert_int_equal(result.labels[i], result.labels[0]);
                assert_int_equal(result.labels[4 + i], result.labels[4]);
                assert_true(result.probabilities[i] == result.probabilities[0]);
            }
            ica_partition_clear(&result);
        }
    }
}

static float *random_rows(size_t n, size_t dim, uint64_t seed)
{
    struct test_random random = {seed};
    float *rows = calloc(n * dim, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n * dim; i++) {
        rows[i] = (float)test_random_normal(&random);
    }
    return rows;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_core_distances_by_sorting(void **state)
{
    (void)state;
    enum { ROWS = 150, DIM = 9 };
    float *rows = random_rows(ROWS, DIM, 4);
    struct ica_cosine_distance cosine;
    struct ica_parallel threads = test_threads(3);
    size_t columns[ROWS];
    double sorted[ROWS];
    double cores[ROWS];
    assert_int_equal(ica_cosine_distance_init(&cosine, rows, ROWS, DIM, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < ROWS; i++) {
        columns[i] = i;
    }
    for (size_t k = 1; k < ROWS; k += 37) {
        assert_int_equal(ica_core_distances(&cosine.base, k, &threads, NULL, 1, cores, NULL),
                         ICA_OK);
        for (size_t i = 0; i < ROWS; i++) {
            ica_distance_block(&cosine.base, &i, 1, columns, ROWS, sorted);
            assert_true(sorted[i] == 0);
            qsort(sorted, ROWS, sizeof *sorted, compare_doubles);
            assert_true(cores[i] == sorted[k]);
        }
    }
    ica_cosine_distance_clear(&cosine);
    free(rows);
}

/* Also where floats would overflow, or vanish. */
static void test_bounds_are_below_distances(void **state)
{
    (void)state;
    enum { ROWS = 60, DIM = 33 };
    const float scales[] = {1, 1e-30F, 1e30F, 1e-12F, 1e12F, 0, 1e-3F};
    float *rows = random_rows(ROWS, DIM, 7);
    struct ica_cosine_distance cosine;
    size_t columns[ROWS];
    double distances[ROWS];
    double bounds[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        columns[i] = i;
        for (size_t k = 0; k < DIM; k++) {
            rows[i * DIM + k] *= scales[i % (sizeof scales / sizeof *scales)];
        }
    }
    assert_int_equal(ica_cosine_distance_init(&cosine, rows, ROWS, DIM, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < ROWS; i++) {
        ica_distance_block(&cosine.base, &i, 1, columns, ROWS, distances);
        ica_distance_bounds(&cosine.base, &i, 1, columns, ROWS, bounds);
        for (size_t j = 0; j < ROWS; j++) {
            assert_true(bounds[j] >= 0 && bounds[j] <= distances[j]);
        }
    }
    ica_cosine_distance_clear(&cosine);
    free(rows);
}

/* Looking ahead, and threads, must not change the tree: the matrix does neither. */
static void test_spanning_tree_looks_ahead(void **state)
{
    (void)state;
    enum { ROWS = 700, DIM = 8 };
    float *rows = random_rows(ROWS, DIM, 5);
    struct ica_cosine_distance cosine;
    struct ica_distance_matrix matrix;
    struct ica_parallel threads = test_threads(4);
    double *cores = calloc(ROWS, sizeof *cores);
    struct ica_edge *edges = calloc(ROWS, sizeof *edges);
    struct ica_edge *expected = calloc(ROWS, sizeof *expected);
    assert_true(cores && edges && expected);
    assert_int_equal(ica_cosine_distance_init(&cosine, rows, ROWS, DIM, NULL, NULL), ICA_OK);
    assert_int_equal(ica_distance_matrix_init(&matrix, ROWS, NULL), ICA_OK);
    ica_distance_matrix_fill(&matrix, &cosine.base, NULL, &threads);
    assert_int_equal(ica_core_distances(&matrix.base, 3, NULL, NULL, 1, cores, NULL), ICA_OK);
    assert_int_equal(ica_spanning_tree(&matrix.base, cores, NULL, NULL, 0, 1, expected, NULL),
                     ICA_OK);
    assert_int_equal(ica_spanning_tree(&cosine.base, cores, &threads, NULL, 0, 1, edges, NULL),
                     ICA_OK);
    for (size_t i = 0; i + 1 < ROWS; i++) {
        assert_true(edges[i].a == expected[i].a && edges[i].b == expected[i].b);
        assert_true(edges[i].weight == expected[i].weight);
    }
    ica_distance_matrix_clear(&matrix);
    ica_cosine_distance_clear(&cosine);
    free(expected);
    free(edges);
    free(cores);
    free(rows);
}

static void test_cancellation(void **state)
{
    (void)state;
    enum { ROWS = 400, DIM = 4 };
    float *rows = random_rows(ROWS, DIM, 6);
    struct ica_cosine_distance cosine;
    struct ica_partition result;
    enum ica_status status = ICA_ECANCELLED;
    assert_int_equal(ica_cosine_distance_init(&cosine, rows, ROWS, DIM, NULL, NULL), ICA_OK);
    size_t steps = 0;
    for (; status == ICA_ECANCELLED; steps++) {
        struct test_countdown countdown = {ICA_STAGE_CLUSTERING, steps};
        struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        status = ica_hdbscan_run(&cosine.base, &small_groups, NULL, &monitor, &result, NULL);
        assert_true(!status || !result.labels);
    }
    assert_int_equal(status, ICA_OK);
    assert_true(steps > 4);
    ica_partition_clear(&result);
    ica_cosine_distance_clear(&cosine);
    free(rows);
}

/* What would not fit into memory is refused before anything is computed. */
static void test_too_many_neighbours(void **state)
{
    (void)state;
    const size_t n = 300000;
    float *values = calloc(n, sizeof *values);
    struct ica_cosine_distance rows;
    struct ica_partition result;
    struct ica_neighbour_quality quality;
    struct ica_error err = {0};
    assert_non_null(values);
    assert_int_equal(ica_cosine_distance_init(&rows, values, n, 1, NULL, NULL), ICA_OK);
    const struct ica_hdbscan_options options = {
        .min_cluster_size = 5, .min_samples = 1000, .selection = ICA_SELECTION_EOM};
    assert_int_equal(ica_hdbscan_run_rows(&rows, &options, ICA_NEIGHBOURS_AUTO, NULL, NULL, &result,
                                          &quality, &err),
                     ICA_EINVALID);
    assert_non_null(strstr(err.text, "at most 447 for 300000 images"));
    ica_cosine_distance_clear(&rows);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_groups_and_an_outlier),
        cmocka_unit_test(test_one_and_two_rows),
        cmocka_unit_test(test_more_neighbours_than_rows),
        cmocka_unit_test(test_epsilon_joins_close_groups),
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_core_distances_by_sorting),
        cmocka_unit_test(test_bounds_are_below_distances),
        cmocka_unit_test(test_spanning_tree_looks_ahead),
        cmocka_unit_test(test_too_many_neighbours),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
