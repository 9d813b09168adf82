/* SPDX-License-Identifier: Apache-2.0 */
/* The spanning tree for many rows against Prim's algorithm on all distances, with every product
 * kernel that this processor has, and any number of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "domain/clustering/density/core_distance.h"
#include "domain/clustering/density/reach_tree.h"
#include "domain/clustering/density/spanning_tree.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

enum shape { SHAPE_CLOUD, SHAPE_CLUSTERS, SHAPE_COPIES, SHAPE_ZEROS, SHAPE_AXES, N_SHAPES };

#define N_CENTRES 23

struct fixture {
    size_t n;
    size_t dim;
    float *matrix;
    struct ica_cosine_distance rows;
};

static void fill_row(float *row, size_t i, size_t dim, enum shape shape, struct test_random *random)
{
    struct test_random centre = {.state = 77 + i % N_CENTRES};
    for (size_t k = 0; k < dim; k++) {
        double value = test_random_normal(random);
        if (shape == SHAPE_CLUSTERS) {
            value = test_random_normal(&centre) + 0.5 * value;
        } else if (shape == SHAPE_COPIES) {
            value = test_random_normal(&centre);
        } else if (shape == SHAPE_ZEROS) {
            value = i % 3 ? value : 0;
        } else if (shape == SHAPE_AXES) {
            value = i % dim == k ? 1 + (double)(i % 5) : 0;
        }
        row[k] = (float)value;
    }
}

static void make(struct fixture *f, size_t n, size_t dim, enum shape shape)
{
    struct test_random random = {.state = n * 31 + dim + shape};
    f->n = n;
    f->dim = dim;
    f->matrix = calloc(n * dim, sizeof *f->matrix);
    assert_non_null(f->matrix);
    for (size_t i = 0; i < n; i++) {
        fill_row(f->matrix + i * dim, i, dim, shape, &random);
    }
    assert_int_equal(ica_cosine_distance_init(&f->rows, f->matrix, n, dim, NULL, NULL), ICA_OK);
}

static void clear(struct fixture *f)
{
    ica_cosine_distance_clear(&f->rows);
    free(f->matrix);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The weights of Prim's tree, ascending. */
static double *prim_weights(const struct fixture *f, size_t k)
{
    double *cores = calloc(f->n, sizeof *cores);
    double *weights = calloc(f->n, sizeof *weights);
    struct ica_edge *edges = calloc(f->n, sizeof *edges);
    assert_true(cores && weights && edges);
    assert_int_equal(ica_core_distances(&f->rows.base, k, NULL, NULL, 1, cores, NULL), ICA_OK);
    assert_int_equal(ica_spanning_tree(&f->rows.base, cores, NULL, NULL, 0, 1, edges, NULL),
                     ICA_OK);
    for (size_t i = 0; i + 1 < f->n; i++) {
        weights[i] = edges[i].weight;
    }
    qsort(weights, f->n - 1, sizeof *weights, compare_doubles);
    free(edges);
    free(cores);
    return weights;
}

static struct ica_edge *find_tree(const struct fixture *f, size_t k,
                                  const struct ica_product_kernel *kernel,
                                  struct ica_parallel *parallel)
{
    struct ica_edge *edges = calloc(f->n, sizeof *edges);
    assert_non_null(edges);
    const struct ica_reach_tree_options options = {.k = k, .kernel = kernel, .parallel = parallel};
    double recall = 0;
    assert_int_equal(ica_reach_tree_find(&f->rows, &options, edges, &recall, NULL), ICA_OK);
    assert_true(recall == 1);
    return edges;
}

static void assert_same_tree(const struct ica_edge *a, const struct ica_edge *b, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        assert_int_equal(a[i].a, b[i].a);
        assert_int_equal(a[i].b, b[i].b);
        assert_memory_equal(&a[i].weight, &b[i].weight, sizeof a[i].weight);
    }
}

static void check(size_t n, size_t dim, size_t k, enum shape shape)
{
    struct fixture f;
    struct ica_parallel threads = test_threads(3);
    make(&f, n, dim, shape);
    double *weights = prim_weights(&f, k);
    struct ica_edge *tree = find_tree(&f, k, ica_product_kernel_best(), NULL);
    for (size_t i = 0; i + 1 < n; i++) {
        assert_memory_equal(&tree[i].weight, &weights[i], sizeof weights[i]);
    }
    for (size_t i = 0; i < ica_n_product_kernels; i++) {
        if (ica_product_kernels[i]->usable()) {
            struct ica_edge *other = find_tree(&f, k, ica_product_kernels[i], &threads);
            assert_same_tree(tree, other, n);
            free(other);
        }
    }
    free(tree);
    free(weights);
    clear(&f);
}

static void test_small_sets(void **state)
{
    (void)state;
    for (enum shape shape = SHAPE_CLOUD; shape < N_SHAPES; shape++) {
        check(2, 3, 1, shape);
        check(3, 1, 2, shape);
        check(47, 7, 3, shape);
        check(49, 16, 48, shape);
    }
}

static void test_larger_sets(void **state)
{
    (void)state;
    for (enum shape shape = SHAPE_CLOUD; shape < N_SHAPES; shape++) {
        check(test_rounds(1000), 33, 5, shape);
        check(test_rounds(1537), 12, 1, shape);
    }
}

/* How many of the rows in groups of `group` share a cluster with just their group. */
static double share_in_true_groups(const struct ica_edge *edges, size_t n, size_t n_groups)
{
    const struct ica_hdbscan_options options = {
        .min_cluster_size = 5, .min_samples = 5, .selection = ICA_SELECTION_EOM};
    struct ica_partition partition;
    assert_int_equal(ica_hdbscan_from_edges(edges, n, &options, &partition, NULL), ICA_OK);
    size_t n_right = 0;
    for (size_t i = 0; i < n; i++) {
        n_right += partition.labels[i] != ICA_NOISE &&
                   partition.labels[i] == partition.labels[i % n_groups];
    }
    bool all_found = partition.n_clusters == n_groups;
    ica_partition_clear(&partition);
    return all_found ? (double)n_right / (double)n : 0;
}

static void test_approximate_tree_finds_the_groups(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_parallel threads = test_threads(3);
    make(&f, 3000, 32, SHAPE_CLUSTERS);
    struct ica_reach_tree_options options = {
        .k = 5, .approximate = true, .kernel = ica_product_kernel_best()};
    struct ica_edge *edges = calloc(f.n, sizeof *edges);
    struct ica_edge *other = calloc(f.n, sizeof *other);
    double recall;
    assert_int_equal(ica_reach_tree_find(&f.rows, &options, edges, &recall, NULL), ICA_OK);
    assert_true(recall >= 0.98 && recall <= 1);
    assert_true(share_in_true_groups(edges, f.n, N_CENTRES) >= 0.98);
    options.kernel = ica_product_kernels[ica_n_product_kernels - 1];
    options.parallel = &threads;
    assert_int_equal(ica_reach_tree_find(&f.rows, &options, other, &recall, NULL), ICA_OK);
    assert_same_tree(edges, other, f.n);
    free(other);
    free(edges);
    clear(&f);
}

/* Rows near and far beyond what float32 can hold the square of. */
static void test_lengths_do_not_matter(void **state)
{
    (void)state;
    struct fixture f;
    make(&f, 100, 8, SHAPE_CLUSTERS);
    struct ica_edge *tree = find_tree(&f, 2, ica_product_kernel_best(), NULL);
    ica_cosine_distance_clear(&f.rows);
    for (size_t i = 0; i < f.n; i++) {
        float scale = i % 2 ? 0x1p100F : 0x1p-100F;
        for (size_t d = 0; d < f.dim; d++) {
            f.matrix[i * f.dim + d] *= scale;
        }
    }
    assert_int_equal(ica_cosine_distance_init(&f.rows, f.matrix, f.n, f.dim, NULL, NULL), ICA_OK);
    struct ica_edge *scaled = find_tree(&f, 2, ica_product_kernel_best(), NULL);
    assert_same_tree(tree, scaled, f.n);
    free(scaled);
    free(tree);
    clear(&f);
}

static bool stop(void *context, const char *stage, size_t done, size_t total)
{
    size_t *left = context;
    (void)stage;
    assert_true(done <= total);
    return (*left)-- > 0;
}

static void test_can_be_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    make(&f, 900, 4, SHAPE_CLOUD);
    struct ica_edge *edges = calloc(f.n, sizeof *edges);
    for (size_t steps = 0; steps < 4; steps++) {
        size_t left = steps;
        const struct ica_monitor monitor = {.step = stop, .context = &left};
        const struct ica_reach_tree_options options = {
            .k = 2, .kernel = ica_product_kernel_best(), .monitor = &monitor};
        double recall;
        assert_int_equal(ica_reach_tree_find(&f.rows, &options, edges, &recall, NULL),
                         ICA_ECANCELLED);
    }
    free(edges);
    clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_sets),
        cmocka_unit_test(test_larger_sets),
        cmocka_unit_test(test_approximate_tree_finds_the_groups),
        cmocka_unit_test(test_lengths_do_not_matter),
        cmocka_unit_test(test_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
