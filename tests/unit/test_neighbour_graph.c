/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of neighbours: how much of the truth it finds, and that nothing but the rows decides.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/neighbours/neighbour_graph.h"
#include "domain/vectors/row_packs.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

#define DIM 24
#define K   10

struct fixture {
    size_t n;
    float *matrix;
    struct ica_cosine_distance rows;
};

/* Groups of `group` rows each; 1 makes a cloud without groups. */
static void make(struct fixture *f, size_t n, size_t group)
{
    struct test_random random = {.state = 5};
    f->n = n;
    f->matrix = calloc(n * DIM, sizeof *f->matrix);
    assert_non_null(f->matrix);
    for (size_t i = 0; i < n; i++) {
        struct test_random centre = {.state = 1000 + i % (n / group)};
        for (size_t k = 0; k < DIM; k++) {
            double value = group > 1 ? test_random_normal(&centre) : 0;
            f->matrix[i * DIM + k] = (float)(value + 0.6 * test_random_normal(&random));
        }
    }
    assert_int_equal(ica_cosine_distance_init(&f->rows, f->matrix, n, DIM, NULL, NULL), ICA_OK);
}

static void clear(struct fixture *f)
{
    ica_cosine_distance_clear(&f->rows);
    free(f->matrix);
}

static struct ica_graph_options options_of(const struct ica_product_kernel *kernel,
                                           struct ica_parallel *parallel)
{
    return (struct ica_graph_options){.k = K,
                                      .n_homes = 3,
                                      .max_rounds = 8,
                                      .kernel = kernel,
                                      .parallel = parallel,
                                      .n_steps = 1,
                                      .total_steps = 1};
}

static void find(const struct fixture *f, const struct ica_product_kernel *kernel,
                 struct ica_parallel *parallel, struct ica_neighbour_lists *lists)
{
    struct ica_graph_options options = options_of(kernel, parallel);
    *lists = (struct ica_neighbour_lists){0};
    assert_int_equal(ica_neighbour_graph(&f->rows, &options, lists, NULL), ICA_OK);
    for (size_t i = 0; i < f->n; i++) {
        ica_neighbours_sort(lists, i);
    }
}

/* The share of the true neighbours, from all pairs. */
static double true_recall(const struct fixture *f, const struct ica_neighbour_lists *lists)
{
    size_t n_true = 0;
    struct ica_neighbour_lists truth;
    assert_int_equal(ica_neighbour_lists_init(&truth, f->n, K, NULL), ICA_OK);
    for (size_t i = 0; i < f->n; i++) {
        for (size_t j = 0; j < f->n; j++) {
            if (i != j) {
                (void)ica_neighbour_offer(&truth, i, (uint32_t)j,
                                          ica_cosine_distance_pair(&f->rows, i, j));
            }
        }
        ica_neighbours_sort(&truth, i);
        double farthest = ica_neighbours_of(&truth, i)[K - 1].distance;
        for (size_t j = 0; j < K; j++) {
            n_true += ica_neighbours_of(lists, i)[j].distance <= farthest;
        }
    }
    ica_neighbour_lists_clear(&truth);
    return (double)n_true / (double)(f->n * K);
}

static void check_recall(size_t n, size_t group, double floor)
{
    struct fixture f;
    struct ica_neighbour_lists lists;
    struct ica_graph_options options = options_of(ica_product_kernel_best(), NULL);
    double estimate;
    make(&f, n, group);
    find(&f, ica_product_kernel_best(), NULL, &lists);
    double recall = true_recall(&f, &lists);
    print_message("%zu rows in groups of %zu: recall %.4f\n", n, group, recall);
    assert_true(recall >= floor);
    assert_int_equal(ica_neighbour_graph_recall(&f.rows, &lists, &options, n, &estimate, NULL),
                     ICA_OK);
    assert_true(estimate == recall); /* a sample of all rows is the truth */
    ica_neighbour_lists_clear(&lists);
    clear(&f);
}

static void test_finds_most_neighbours(void **state)
{
    (void)state;
    check_recall(test_rounds(4000), 40, 0.99);
    check_recall(test_rounds(4000), 1, 0.9); /* no structure to follow: the hardest */
    check_recall(400, 8, 1);                 /* one cell: all pairs */
}

static void test_kernels_and_threads_do_not_matter(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_neighbour_lists lists;
    struct ica_parallel threads = test_threads(3);
    make(&f, 1500, 12);
    find(&f, ica_product_kernel_best(), NULL, &lists);
    for (size_t i = 0; i < ica_n_product_kernels; i++) {
        if (ica_product_kernels[i]->usable()) {
            struct ica_neighbour_lists other;
            find(&f, ica_product_kernels[i], &threads, &other);
            for (size_t j = 0; j < f.n * K; j++) {
                assert_int_equal(lists.items[j].row, other.items[j].row);
                assert_true(lists.items[j].distance == other.items[j].distance);
            }
            ica_neighbour_lists_clear(&other);
        }
    }
    ica_neighbour_lists_clear(&lists);
    clear(&f);
}

/* Each kernel's products are within what ica_product_error() promises. */
static void test_products_are_near_the_truth(void **state)
{
    (void)state;
    enum { N = 61 };
    struct fixture f;
    struct ica_row_packs packs;
    make(&f, N, 1);
    for (size_t i = 0; i < ica_n_product_kernels; i++) {
        const struct ica_product_kernel *kernel = ica_product_kernels[i];
        float products[ICA_PACK_ROWS * ICA_PACK_ROWS] __attribute__((aligned(64)));
        if (!kernel->usable()) {
            continue;
        }
        print_message("%s\n", kernel->name);
        assert_int_equal(ica_row_packs_init(&packs, 2, DIM, NULL), ICA_OK);
        for (uint32_t pack = 0; pack < 2; pack++) {
            uint32_t which[ICA_PACK_ROWS];
            size_t n = pack ? N - ICA_PACK_ROWS : ICA_PACK_ROWS;
            for (uint32_t r = 0; r < n; r++) {
                which[r] = pack * ICA_PACK_ROWS + r;
            }
            ica_row_pack_fill(kernel, &f.rows, which, n, ica_row_packs_at(&packs, pack));
        }
        kernel->multiply(ica_row_packs_at(&packs, 0), ica_row_packs_at(&packs, 1), packs.depth,
                         products);
        for (size_t a = 0; a < ICA_PACK_ROWS; a++) {
            for (size_t b = 0; b < ICA_PACK_ROWS; b++) {
                bool there = ICA_PACK_ROWS + b < N;
                double truth =
                    there ? 1 - ica_cosine_distance_pair(&f.rows, a, ICA_PACK_ROWS + b) : 0;
                assert_true(fabs((double)products[a * ICA_PACK_ROWS + b] - truth) <=
                            ica_product_error(packs.depth));
            }
        }
        ica_row_packs_clear(&packs);
    }
    clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products_are_near_the_truth),
        cmocka_unit_test(test_finds_most_neighbours),
        cmocka_unit_test(test_kernels_and_threads_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
