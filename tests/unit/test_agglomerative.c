/* SPDX-License-Identifier: Apache-2.0 */
/* The linkages against the textbook algorithm, whatever the rows and the number of threads; cuts at
 * the limits; the cut by silhouettes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/agglomerative/agglomerative.h"
#include "domain/clustering/agglomerative/group_sums.h"
#include "domain/clustering/agglomerative/nearest_chain.h"
#include "domain/clustering/agglomerative/silhouette_cut.h"
#include "domain/clustering/canonical_order.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"
#include "support/test_threads.h"

#define MAX_N 64
#define DIM   6

/* Rows in canonical order. */
struct fixture {
    float values[MAX_N][DIM];
    struct ica_cosine_distance rows;
    double unit[MAX_N][DIM];
};

static void fixture_init(struct fixture *f, size_t n)
{
    const struct ica_features features = {.n = n, .dim = DIM, .embeddings = f->values[0]};
    float sorted[MAX_N][DIM];
    size_t order[MAX_N];
    assert_int_equal(ica_canonical_order(&features, order, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        memcpy(sorted[i], f->values[order[i]], sizeof sorted[i]);
    }
    memcpy(f->values, sorted, n * sizeof *sorted);
    assert_int_equal(ica_cosine_distance_init(&f->rows, f->values[0], n, DIM, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < n; i++) {
        double squared = f->rows.squared_norms[i];
        for (size_t k = 0; k < DIM; k++) {
            f->unit[i][k] = squared > 0 ? (double)f->values[i][k] / sqrt(squared) : 0;
        }
    }
}

/* Rows of any length; every `zeros`-th is all zero and every `twins`-th like an earlier one. */
static void random_fixture(struct fixture *f, size_t n, size_t zeros, size_t twins,
                           struct test_random *random)
{
    for (size_t i = 0; i < n; i++) {
        double length = 0.1 + test_random_double(random);
        for (size_t k = 0; k < DIM; k++) {
            f->values[i][k] = (float)(length * test_random_normal(random));
        }
        if (zeros && test_random_below(random, zeros) == 0) {
            memset(f->values[i], 0, sizeof f->values[i]);
        } else if (i > 0 && twins && test_random_below(random, twins) == 0) {
            memcpy(f->values[i], f->values[test_random_below(random, i)], sizeof f->values[i]);
        }
    }
    fixture_init(f, n);
}

/* By its definition, from the rows of both groups. */
static double naive_distance(const struct fixture *f, enum ica_linkage linkage,
                             const size_t *groups, size_t a, size_t b)
{
    double sum = 0;
    double most = 0;
    double sizes[2] = {0, 0};
    double means[2][DIM] = {{0}};
    size_t n = f->rows.base.n;
    for (size_t i = 0; i < n; i++) {
        if (groups[i] != a && groups[i] != b) {
            continue;
        }
        size_t side = groups[i] == b;
        sizes[side]++;
        for (size_t k = 0; k < DIM; k++) {
            means[side][k] += f->unit[i][k];
        }
        for (size_t j = 0; j < n && side == 0; j++) {
            double distance;
            ica_distance_block(&f->rows.base, &i, 1, &j, 1, &distance);
            sum += groups[j] == b ? distance : 0;
            most = groups[j] == b ? fmax(most, distance) : most;
        }
    }
    double squared = 0;
    for (size_t k = 0; k < DIM; k++) {
        double difference = means[0][k] / sizes[0] - means[1][k] / sizes[1];
        squared += difference * difference;
    }
    return linkage == ICA_LINKAGE_AVERAGE ? sum / (sizes[0] * sizes[1])
           : linkage == ICA_LINKAGE_COMPLETE
               ? most
               : sizes[0] * sizes[1] / (sizes[0] + sizes[1]) * squared;
}

/* Join along the edges; before each one no two groups may be nearer than the two that join. */
static void check_edges(const struct fixture *f, enum ica_linkage linkage,
                        const struct ica_edge *edges)
{
    size_t groups[MAX_N];
    size_t n = f->rows.base.n;
    for (size_t i = 0; i < n; i++) {
        groups[i] = i;
    }
    for (size_t e = 0; e + 1 < n; e++) {
        assert_true(edges[e].a < edges[e].b && groups[edges[e].a] == edges[e].a);
        assert_true(groups[edges[e].b] == edges[e].b);
        assert_true(e == 0 || edges[e].weight >= edges[e - 1].weight);
        double distance = naive_distance(f, linkage, groups, edges[e].a, edges[e].b);
        assert_true(fabs(edges[e].weight - distance) < 1e-6);
        for (size_t a = 0; a < n; a++) {
            for (size_t b = a + 1; b < n; b++) {
                if (groups[a] == a && groups[b] == b) {
                    assert_true(naive_distance(f, linkage, groups, a, b) > distance - 1e-6);
                }
            }
        }
        for (size_t i = 0; i < n; i++) {
            groups[i] = groups[i] == edges[e].b ? edges[e].a : groups[i];
        }
    }
}

static void build(const struct fixture *f, enum ica_linkage linkage, struct ica_parallel *parallel,
                  struct ica_edge *edges)
{
    size_t n_twins;
    assert_int_equal(
        ica_agglomerative_tree(&f->rows, linkage, parallel, NULL, edges, &n_twins, NULL), ICA_OK);
    for (size_t i = 0; i < n_twins; i++) {
        assert_true(edges[i].weight == 0 && edges[i].twins);
        assert_memory_equal(f->values[edges[i].a], f->values[edges[i].b], sizeof f->values[0]);
    }
}

static void test_linkages_are_the_naive_ones(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (size_t round = 0; round < 30; round++) {
        struct fixture f;
        struct ica_edge edges[MAX_N];
        size_t n = round < 4 ? round + 1 : 5 + test_random_below(&random, 30);
        random_fixture(&f, n, round % 3 * 5, round % 4 * 3, &random);
        for (int linkage = ICA_LINKAGE_AVERAGE; linkage <= ICA_LINKAGE_WARD; linkage++) {
            build(&f, (enum ica_linkage)linkage, NULL, edges);
            check_edges(&f, (enum ica_linkage)linkage, edges);
        }
        ica_cosine_distance_clear(&f.rows);
    }
}

static void assert_same_edges(const struct ica_edge *a, const struct ica_edge *b, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        assert_true(a[i].a == b[i].a && a[i].b == b[i].b && a[i].weight == b[i].weight);
    }
}

/* Neither threads nor the matrix of bounds change a bit. */
static void test_any_way_gives_the_same(void **state)
{
    (void)state;
    enum { N = 700, WIDE = 40 };
    struct test_random random = {2};
    static float values[N * WIDE];
    static struct ica_edge edges[3][N];
    size_t points[N];
    size_t weights[N];
    struct ica_parallel threads = test_threads(3);
    struct ica_cosine_distance rows;
    for (size_t i = 0; i < N; i++) {
        points[i] = i;
        weights[i] = 1 + i % 3;
        for (size_t k = 0; k < WIDE; k++) {
            values[i * WIDE + k] =
                (float)((k == i % 5 ? 3 : 0) + 0.5 * test_random_normal(&random));
        }
    }
    memset(values, 0, WIDE * sizeof *values);
    assert_int_equal(ica_cosine_distance_init(&rows, values, N, WIDE, NULL, NULL), ICA_OK);
    for (int ward = 0; ward < 2; ward++) {
        for (size_t way = 0; way < 3; way++) {
            struct ica_group_sums sums;
            assert_int_equal(ica_group_sums_init(&sums, &rows, points, weights, N, ward,
                                                 way == 0 ? 0 : N, way == 1 ? NULL : &threads, NULL,
                                                 NULL),
                             ICA_OK);
            assert_int_equal(
                ica_nearest_chain(&sums.base, way == 1 ? NULL : &threads, NULL, edges[way], NULL),
                ICA_OK);
            ica_group_sums_clear(&sums);
        }
        assert_same_edges(edges[0], edges[1], N);
        assert_same_edges(edges[0], edges[2], N);
    }
    ica_cosine_distance_clear(&rows);
}

/* Rows that have all the same distance: any tree will do, but it must be one. */
static void test_ties(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_edge edges[MAX_N];
    memset(f.values, 0, sizeof f.values);
    for (size_t i = 0; i < 2 * DIM; i++) {
        f.values[i][i / 2] = i % 2 ? -1.5F : 0.5F;
    }
    fixture_init(&f, 2 * DIM);
    for (int linkage = ICA_LINKAGE_AVERAGE; linkage <= ICA_LINKAGE_WARD; linkage++) {
        build(&f, (enum ica_linkage)linkage, NULL, edges);
        check_edges(&f, (enum ica_linkage)linkage, edges);
    }
    ica_cosine_distance_clear(&f.rows);
}

/* How many groups there are, images alone among them. */
static size_t count_groups(const struct fixture *f, enum ica_linkage linkage, size_t n_clusters,
                           double threshold)
{
    char reason[ICA_MAX_REASON];
    struct ica_partition partition;
    const struct ica_agglomerative_options options = {
        .linkage = linkage, .n_clusters = n_clusters, .threshold = threshold};
    assert_int_equal(ica_agglomerative_run(&f->rows, &options, NULL, NULL, &partition, reason,
                                           sizeof reason, NULL),
                     ICA_OK);
    size_t n_groups = partition.n_clusters + ica_partition_noise(&partition);
    for (size_t i = 1; i < partition.n; i++) { /* equal rows are never parted */
        if (memcmp(f->values[i], f->values[i - 1], sizeof f->values[i]) == 0) {
            assert_true(partition.labels[i] != ICA_NOISE);
            assert_int_equal(partition.labels[i], partition.labels[i - 1]);
        }
    }
    assert_non_null(strstr(reason, "as asked"));
    ica_partition_clear(&partition);
    return n_groups;
}

static void test_cuts(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (size_t round = 0; round < 12; round++) {
        struct fixture f;
        size_t n = round < 3 ? round + 1 : 20;
        size_t n_different = 1;
        random_fixture(&f, n, 0, round % 2 * 3, &random);
        for (size_t i = 1; i < n; i++) {
            n_different += memcmp(f.values[i], f.values[i - 1], sizeof f.values[i]) != 0;
        }
        for (int l = ICA_LINKAGE_AVERAGE; l <= ICA_LINKAGE_WARD; l++) {
            enum ica_linkage linkage = (enum ica_linkage)l;
            for (size_t k = 1; k <= n_different; k++) {
                assert_int_equal(count_groups(&f, linkage, k, -1), k);
            }
            assert_int_equal(count_groups(&f, linkage, n + 1, -1), n_different);
            assert_int_equal(count_groups(&f, linkage, SIZE_MAX, -1), n_different);
            assert_int_equal(count_groups(&f, linkage, 0, 0), n_different);
            assert_int_equal(count_groups(&f, linkage, 0, 1e6), 1);
            size_t n_half = count_groups(&f, linkage, 0, 0.5);
            assert_in_range(n_half, 1, n_different);
            if (linkage != ICA_LINKAGE_WARD) {
                assert_int_equal(count_groups(&f, linkage, 0, 2), 1);
            }
        }
        ica_cosine_distance_clear(&f.rows);
    }
}

/* A threshold of 0 joins rows that differ in their length only. */
static void test_one_direction(void **state)
{
    (void)state;
    struct fixture f;
    for (size_t i = 0; i < 10; i++) {
        for (size_t k = 0; k < DIM; k++) {
            f.values[i][k] = (float)(i / 5 + k + 1) * (float)(i % 5 + 1) * (k % 2 ? 1 : -1);
        }
    }
    fixture_init(&f, 10);
    for (int linkage = ICA_LINKAGE_AVERAGE; linkage <= ICA_LINKAGE_WARD; linkage++) {
        assert_int_equal(count_groups(&f, (enum ica_linkage)linkage, 0, 0), 2);
    }
    ica_cosine_distance_clear(&f.rows);
}

/* Groups around different axes. */
static void grouped_fixture(struct fixture *f, size_t n, size_t n_groups, double spread,
                            struct test_random *random)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < DIM; k++) {
            f->values[i][k] =
                (float)((k == i % n_groups ? 1 : 0) + spread * test_random_normal(random));
        }
    }
    fixture_init(f, n);
}

static void test_silhouette_finds_the_number(void **state)
{
    (void)state;
    struct test_random random = {4};
    for (size_t n_groups = 2; n_groups <= DIM; n_groups++) {
        struct fixture f;
        grouped_fixture(&f, 48, n_groups, 0.08, &random);
        for (int linkage = ICA_LINKAGE_AVERAGE; linkage <= ICA_LINKAGE_WARD; linkage++) {
            assert_int_equal(count_groups(&f, (enum ica_linkage)linkage, 0, -1), n_groups);
        }
        ica_cosine_distance_clear(&f.rows);
    }
}

/* Mean silhouette of the groups after some merges, by its definition. */
static double naive_silhouette(const struct fixture *f, const struct ica_edge *edges,
                               size_t n_merges)
{
    size_t n = f->rows.base.n;
    size_t groups[MAX_N];
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        groups[i] = i;
    }
    for (size_t e = 0; e < n_merges; e++) {
        for (size_t i = 0; i < n; i++) {
            groups[i] = groups[i] == edges[e].b ? edges[e].a : groups[i];
        }
    }
    for (size_t i = 0; i < n; i++) {
        double sums[MAX_N] = {0};
        double counts[MAX_N] = {0};
        double next = HUGE_VAL;
        for (size_t j = 0; j < n; j++) {
            double distance;
            ica_distance_block(&f->rows.base, &i, 1, &j, 1, &distance);
            sums[groups[j]] += distance;
            counts[groups[j]] += j != i;
        }
        for (size_t g = 0; g < n; g++) {
            next = g != groups[i] && counts[g] > 0 ? fmin(next, sums[g] / counts[g]) : next;
        }
        if (counts[groups[i]] > 0 && next < HUGE_VAL) {
            double own = sums[groups[i]] / counts[groups[i]];
            total += (next - own) / fmax(own, next);
        }
    }
    return total / (double)n;
}

static void test_silhouette_is_the_best(void **state)
{
    (void)state;
    struct test_random random = {5};
    for (size_t round = 0; round < 20; round++) {
        struct fixture f;
        struct ica_edge edges[MAX_N];
        struct ica_silhouette_cut cut;
        double best = 0;
        size_t n = 2 + test_random_below(&random, 15); /* so few that each number is tried */
        random_fixture(&f, n, 0, 0, &random);
        build(&f, ICA_LINKAGE_AVERAGE, NULL, edges);
        assert_int_equal(ica_silhouette_cut(&f.rows.base, edges, n, NULL, NULL, &cut, NULL),
                         ICA_OK);
        for (size_t k = 2; k <= n; k++) {
            best = fmax(best, naive_silhouette(&f, edges, n - k));
        }
        assert_true(fabs(cut.silhouette - best) < 1e-12);
        assert_true(best == 0 ||
                    fabs(naive_silhouette(&f, edges, n - cut.n_groups) - best) < 1e-12);
        ica_cosine_distance_clear(&f.rows);
    }
}

static void test_limits(void **state)
{
    (void)state;
    size_t n = 50001;
    float *values = calloc(n, 2 * sizeof *values);
    struct ica_edge *edges = calloc(n, sizeof *edges);
    assert_true(values && edges);
    for (size_t i = 0; i < n; i++) {
        values[2 * i] = (float)(i + 1);
        values[2 * i + 1] = 1;
    }
    for (size_t large = 0; large < 2; large++) {
        size_t n_twins;
        struct ica_cosine_distance rows;
        struct ica_error error = {0};
        assert_int_equal(ica_cosine_distance_init(&rows, values, large ? n : 20001, 2, NULL, NULL),
                         ICA_OK);
        assert_int_equal(ica_agglomerative_tree(&rows,
                                                large ? ICA_LINKAGE_WARD : ICA_LINKAGE_COMPLETE,
                                                NULL, NULL, edges, &n_twins, &error),
                         ICA_EINVALID);
        assert_non_null(strstr(error.text, large ? "at most 50000" : "at most 20000"));
        ica_cosine_distance_clear(&rows);
    }
    free(edges);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linkages_are_the_naive_ones),
        cmocka_unit_test(test_any_way_gives_the_same),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_one_direction),
        cmocka_unit_test(test_silhouette_finds_the_number),
        cmocka_unit_test(test_silhouette_is_the_best),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
