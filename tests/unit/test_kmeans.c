/* SPDX-License-Identifier: Apache-2.0 */
/* Spherical k-means: it ends where nothing changes, at the limits of its number, and starts from
 * random numbers that are known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "domain/clustering/kmeans/centres.h"
#include "domain/clustering/kmeans/kmeans_seeding.h"
#include "domain/clustering/kmeans/spherical_kmeans.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"
#include "support/test_threads.h"

#define MAX_N 300
#define DIM   12

struct fixture {
    float values[MAX_N * DIM];
    struct ica_cosine_distance rows;
};

/* Rows of any length around `n_groups` axes, by turns. */
static void fixture_init(struct fixture *f, size_t n, size_t n_groups, double spread,
                         struct test_random *random)
{
    for (size_t i = 0; i < n; i++) {
        double length = 0.1 + test_random_double(random);
        for (size_t k = 0; k < DIM; k++) {
            f->values[i * DIM + k] = (float)(length * ((k == i % n_groups ? 1 : 0) +
                                                       spread * test_random_normal(random)));
        }
    }
    assert_int_equal(ica_cosine_distance_init(&f->rows, f->values, n, DIM, NULL, NULL), ICA_OK);
}

static struct ica_partition run(const struct fixture *f, size_t n_clusters, uint64_t seed,
                                struct ica_parallel *parallel)
{
    char reason[ICA_MAX_REASON];
    struct ica_partition partition;
    struct ica_kmeans_options options = {.n_clusters = n_clusters, .seed = seed};
    assert_int_equal(
        ica_kmeans_run(&f->rows, &options, parallel, NULL, &partition, reason, sizeof reason, NULL),
        ICA_OK);
    assert_non_null(strstr(reason, "as asked"));
    return partition;
}

static size_t count_groups(const struct ica_partition *partition)
{
    return partition->n_clusters + ica_partition_noise(partition);
}

static void test_random_numbers(void **state)
{
    (void)state;
    /* The first numbers of SplitMix64 for the seed 1234567, as published with Java's. */
    const uint64_t expected[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                 UINT64_C(9817491932198370423), UINT64_C(4593380528125082431)};
    struct ica_random random = {1234567};
    for (size_t i = 0; i < 4; i++) {
        assert_true(ica_random_real(&random) == (double)(expected[i] >> 11) * 0x1p-53);
    }
}

/* No row is nearer to the mean direction of another group than to that of its own. */
static void check_fixed_point(const struct fixture *f, const struct ica_partition *partition)
{
    double sums[MAX_N][DIM] = {{0}};
    double lengths[MAX_N] = {0};
    size_t n = partition->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < DIM && partition->labels[i] != ICA_NOISE; k++) {
            sums[partition->labels[i]][k] +=
                (double)f->values[i * DIM + k] / sqrt(f->rows.squared_norms[i]);
        }
    }
    for (size_t c = 0; c < partition->n_clusters; c++) {
        for (size_t k = 0; k < DIM; k++) {
            lengths[c] += sums[c][k] * sums[c][k];
        }
    }
    for (size_t i = 0; i < n; i++) {
        double best = -HUGE_VAL;
        double own = HUGE_VAL;
        for (size_t c = 0; c < partition->n_clusters; c++) {
            double product = 0;
            for (size_t k = 0; k < DIM; k++) {
                product += (double)f->values[i * DIM + k] * sums[c][k];
            }
            product /= sqrt(lengths[c]);
            best = fmax(best, product);
            own = partition->labels[i] == (int32_t)c ? product : own;
        }
        assert_true(own >= best - 1e-9);
    }
}

static void test_nothing_changes_at_the_end(void **state)
{
    (void)state;
    struct test_random random = {1};
    static struct fixture f;
    for (size_t round = 0; round < 30; round++) {
        size_t n = 20 + test_random_below(&random, MAX_N - 20);
        fixture_init(&f, n, 2 + round % 9, 0.1 + 0.05 * (double)(round % 8), &random);
        size_t n_clusters = 1 + round % 17;
        struct ica_partition partition = run(&f, n_clusters, round, NULL);
        assert_int_equal(count_groups(&partition), n_clusters);
        check_fixed_point(&f, &partition);
        ica_partition_clear(&partition);
        ica_cosine_distance_clear(&f.rows);
    }
}

static void test_clear_groups_are_found(void **state)
{
    (void)state;
    struct test_random random = {2};
    static struct fixture f;
    for (size_t n_groups = 2; n_groups <= DIM; n_groups++) {
        fixture_init(&f, MAX_N, n_groups, 0.05, &random);
        for (size_t asked = 0; asked <= n_groups; asked += n_groups) { /* 0: finds the number */
            struct ica_partition partition = run(&f, asked, 7, NULL);
            assert_int_equal(partition.n_clusters, n_groups);
            for (size_t i = n_groups; i < MAX_N; i++) {
                assert_int_equal(partition.labels[i], partition.labels[i - n_groups]);
                assert_true(partition.probabilities[i] > 0.8);
            }
            ica_partition_clear(&partition);
        }
        ica_cosine_distance_clear(&f.rows);
    }
}

static void test_numbers_at_the_limits(void **state)
{
    (void)state;
    struct test_random random = {3};
    static struct fixture f;
    for (size_t n = 1; n < 12; n++) {
        fixture_init(&f, n, 3, 0.3, &random);
        const size_t asked[] = {0, 1, n, n + 1, SIZE_MAX};
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            struct ica_partition partition = run(&f, asked[i], 0, NULL);
            size_t n_groups = count_groups(&partition);
            assert_true(asked[i] == 0 ? n_groups <= n : n_groups == (asked[i] < n ? asked[i] : n));
            ica_partition_clear(&partition);
        }
        ica_cosine_distance_clear(&f.rows);
    }
}

/* Fewer different rows than groups, and rows of zeros, which are like each other alone. */
static void test_twins_and_zeros(void **state)
{
    (void)state;
    struct test_random random = {4};
    static struct fixture f;
    fixture_init(&f, 30, 5, 0, &random); /* five directions */
    for (size_t i = 30; i-- > 0;) {
        memcpy(f.values + i * DIM, f.values + i / 6 * DIM, DIM * sizeof *f.values);
    }
    memset(f.values, 0, 6 * DIM * sizeof *f.values);
    ica_cosine_distance_clear(&f.rows);
    assert_int_equal(ica_cosine_distance_init(&f.rows, f.values, 30, DIM, NULL, NULL), ICA_OK);
    for (size_t n_clusters = 1; n_clusters < 9; n_clusters++) {
        struct ica_partition partition = run(&f, n_clusters, 0, NULL);
        assert_int_equal(partition.n_clusters, n_clusters < 5 ? n_clusters : 5);
        for (size_t i = 0; i < 30; i++) {
            assert_int_equal(partition.labels[i], partition.labels[i / 6 * 6]);
        }
        ica_partition_clear(&partition);
    }
    ica_cosine_distance_clear(&f.rows);
}

static void test_seeds(void **state)
{
    (void)state;
    struct test_random random = {5};
    struct ica_parallel threads = test_threads(4);
    static struct fixture f;
    fixture_init(&f, MAX_N, 4, 0.5, &random);
    size_t n_different = 0;
    struct ica_partition first = run(&f, 9, 0, NULL);
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct ica_partition one = run(&f, 9, seed, NULL);
        struct ica_partition two = run(&f, 9, seed, &threads);
        assert_memory_equal(one.labels, two.labels, MAX_N * sizeof *one.labels);
        assert_memory_equal(one.probabilities, two.probabilities,
                            MAX_N * sizeof *one.probabilities);
        n_different += memcmp(one.labels, first.labels, MAX_N * sizeof *one.labels) != 0;
        ica_partition_clear(&one);
        ica_partition_clear(&two);
    }
    assert_true(n_different > 0);
    ica_partition_clear(&first);
    ica_cosine_distance_clear(&f.rows);
}

/* Any guess leads to the centre that a look at all of them finds. */
static void test_nearest_centres(void **state)
{
    (void)state;
    struct test_random random = {6};
    static struct fixture f;
    struct ica_centres centres;
    struct ica_nearest_centre nearest[MAX_N];
    enum { CENTRES = 150 };
    fixture_init(&f, MAX_N, 4, 0.5, &random);
    for (size_t k = 0; k < DIM; k++) { /* lengths that floats do not reach */
        f.values[k] *= 1e-15F;
        f.values[DIM + k] *= 1e15F;
    }
    ica_cosine_distance_clear(&f.rows);
    assert_int_equal(ica_cosine_distance_init(&f.rows, f.values, MAX_N, DIM, NULL, NULL), ICA_OK);
    assert_int_equal(ica_centres_init(&centres, &f.rows, CENTRES, NULL), ICA_OK);
    for (size_t c = 0; c < CENTRES; c++) {
        ica_centres_set(&centres, c, c == 20 ? 10 : c); /* two are the same */
    }
    for (size_t i = 0; i < MAX_N; i++) {
        nearest[i].centre = test_random_below(&random, CENTRES);
    }
    assert_int_equal(ica_centres_search(&centres, NULL, NULL, 0, nearest, NULL), ICA_OK);
    for (size_t i = 0; i < MAX_N; i++) {
        double least = HUGE_VAL;
        for (size_t c = 0; c < CENTRES; c++) {
            double product = 0;
            for (size_t k = 0; k < DIM; k++) {
                product += centres.vectors[c * DIM + k] * (double)f.values[i * DIM + k];
            }
            least = fmin(least, 1 - product / sqrt(f.rows.squared_norms[i]));
        }
        assert_true(fabs(nearest[i].distance - fmax(least, 0)) < 1e-12);
        assert_true(i >= CENTRES || nearest[i].centre == (i == 20 ? nearest[20].centre : i));
        assert_true(nearest[i].centre != 20);
    }
    ica_centres_clear(&centres);
    ica_cosine_distance_clear(&f.rows);
}

/* A centre without rows goes to the row that is worst off, but not to one that is at its own. */
static void test_centre_without_rows(void **state)
{
    (void)state;
    struct test_random random = {7};
    static struct fixture f;
    struct ica_centres centres;
    struct ica_nearest_centre nearest[10] = {{0}};
    fixture_init(&f, 10, 3, 0.1, &random);
    memset(f.values + 9 * DIM, 0, DIM * sizeof *f.values);
    ica_cosine_distance_clear(&f.rows);
    assert_int_equal(ica_cosine_distance_init(&f.rows, f.values, 10, DIM, NULL, NULL), ICA_OK);
    assert_int_equal(ica_centres_init(&centres, &f.rows, 4, NULL), ICA_OK);
    nearest[9].centre = 2; /* the row of zeros has a centre of zeros, which is not without rows */
    for (size_t i = 0; i < 9; i++) {
        nearest[i].centre = i % 3 == 1;
        nearest[i].distance = i == 5 ? 0.5 : 0.25;
    }
    ica_centres_move(&centres, nearest, NULL);
    assert_true(ica_centres_revive(&centres, nearest));
    assert_int_equal(ica_centres_search(&centres, NULL, NULL, 0, nearest, NULL), ICA_OK);
    assert_int_equal(nearest[5].centre, 3);
    assert_true(nearest[5].distance < 1e-12);
    assert_int_equal(nearest[9].centre, 2);
    assert_true(nearest[9].distance == 0);
    ica_centres_move(&centres, nearest, NULL);
    assert_false(ica_centres_revive(&centres, nearest)); /* all have rows */
    memset(nearest, 0, sizeof nearest);
    ica_centres_move(&centres, nearest, NULL);
    assert_false(ica_centres_revive(&centres, nearest)); /* all distances are 0 */
    ica_centres_clear(&centres);
    ica_cosine_distance_clear(&f.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_numbers),
        cmocka_unit_test(test_nothing_changes_at_the_end),
        cmocka_unit_test(test_clear_groups_are_found),
        cmocka_unit_test(test_numbers_at_the_limits),
        cmocka_unit_test(test_twins_and_zeros),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_nearest_centres),
        cmocka_unit_test(test_centre_without_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
