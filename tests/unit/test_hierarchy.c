/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every hierarchy: it is a dendrogram over all rows that goes through the clusters,
 * its levels and nodes are what they say, and cutting it is what a granularity does. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "domain/stages.h"
#include "support/cmocka_all.h"
#include "support/test_hierarchy.h"
#include "support/test_monitor.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

static struct ica_clustering cluster(const struct test_rows *rows,
                                     const struct ica_clustering_options *options,
                                     struct ica_parallel *parallel)
{
    const struct ica_features features = {
        .n = rows->n, .dim = TEST_ROWS_DIM, .embeddings = rows->values};
    struct ica_clustering result;
    struct ica_error error = {0};
    enum ica_status status =
        ica_clustering_run(&features, options, parallel, NULL, &result, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, ICA_OK);
    return result;
}

/* Strategies and policies by turns. */
static struct ica_clustering_options options_number(size_t number)
{
    struct ica_clustering_options options = ica_clustering_options_default();
    options.strategy = (enum ica_strategy)(ICA_STRATEGY_AUTO + number % 5);
    options.noise = (enum ica_noise_policy)(ICA_NOISE_SINGLETONS + number / 5 % 3);
    options.linkage = (enum ica_linkage)(ICA_LINKAGE_AVERAGE + number / 5 % 3);
    options.n_clusters = number % 4;
    options.min_cluster_size = 2 + number % 4;
    options.hierarchy = true;
    return options;
}

static void check_clusters_are_cut(const struct ica_clustering *result)
{
    const struct ica_hierarchy *h = &result->hierarchy;
    assert_int_equal(h->n_chosen, result->n - result->n_clusters);
    size_t *groups = test_hierarchy_cut(h, h->n_chosen);
    for (size_t c = 0; c < result->n_clusters; c++) {
        const struct ica_cluster *cluster = result->clusters + c;
        size_t group = groups[cluster->medoid];
        size_t size = group < h->n ? 1 : h->merges[group - h->n].size;
        assert_int_equal(size, cluster->n_members);
        for (size_t m = 0; m < cluster->n_members; m++) {
            assert_int_equal(groups[cluster->members[m]], group);
        }
    }
    free(groups);
}

/* Clusters of two and more are nodes, with their members in the same order. */
static void check_nodes_are_clusters(const struct ica_clustering *result)
{
    const struct ica_hierarchy *h = &result->hierarchy;
    size_t *groups = test_hierarchy_cut(h, h->n_chosen);
    for (size_t c = 0; c < result->n_clusters; c++) {
        const struct ica_cluster *cluster = result->clusters + c;
        if (cluster->n_members > 1) {
            const struct ica_hierarchy_node *node =
                test_hierarchy_find_node(h, groups[cluster->medoid]);
            assert_memory_equal(node->members, cluster->members,
                                cluster->n_members * sizeof *node->members);
        }
    }
    free(groups);
}

static void check_hierarchy(const struct ica_clustering *result)
{
    assert_int_equal(result->hierarchy.n, result->n);
    test_hierarchy_check_merges(&result->hierarchy);
    check_clusters_are_cut(result);
    test_hierarchy_check_levels(&result->hierarchy);
    check_nodes_are_clusters(result);
}

static void test_every_strategy(void **state)
{
    (void)state;
    struct test_random random = {1};
    for (size_t number = 0; number < test_rounds(75); number++) {
        struct ica_clustering_options options = options_number(number);
        size_t n = number < 15 ? 1 + number / 5 : 4 + test_random_below(&random, 120);
        struct test_rows rows =
            test_rows_random(n, 1 + number % 7, 0.2 + 0.1 * (double)(number % 8), &random);
        for (size_t i = 1; number % 4 == 0 && i < n; i += 3) { /* twins */
            memcpy(rows.values + i * TEST_ROWS_DIM, rows.values + (i - 1) * TEST_ROWS_DIM,
                   TEST_ROWS_DIM * sizeof(float));
        }
        struct ica_clustering result = cluster(&rows, &options, NULL);
        check_hierarchy(&result);
        assert_int_equal(result.hierarchy.levels[0], 1);
        assert_int_equal(result.hierarchy.levels[result.hierarchy.n_levels - 1], n);
        ica_clustering_clear(&result);
        options.hierarchy = false;
        result = cluster(&rows, &options, NULL);
        assert_int_equal(result.hierarchy.n, 0);
        assert_null(result.hierarchy.merges);
        ica_clustering_clear(&result);
        free(rows.values);
    }
}

static void test_nothing_to_tell_apart(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n += 13) {
        for (size_t number = 0; number < test_rounds(15); number++) {
            struct ica_clustering_options options = options_number(number);
            struct test_rows rows = test_rows_new(n);
            for (size_t pass = 0; pass < 2; pass++) { /* all zero, then all the same */
                struct ica_clustering result = cluster(&rows, &options, NULL);
                check_hierarchy(&result);
                assert_true(n < 2 || result.hierarchy.merges[n - 2].height == 0);
                ica_clustering_clear(&result);
                for (size_t i = 0; i < n * TEST_ROWS_DIM; i++) {
                    rows.values[i] = (float)(1 + i % TEST_ROWS_DIM);
                }
            }
            free(rows.values);
        }
    }
}

static void check_any_order(const struct test_rows *rows,
                            const struct ica_clustering_options *options,
                            struct test_random *random)
{
    struct ica_clustering expected = cluster(rows, options, NULL);
    size_t *order = calloc(rows->n, sizeof *order);
    struct test_rows shuffled = test_rows_new(rows->n);
    assert_non_null(order);
    for (size_t n_threads = 1; n_threads <= TEST_THREADS_MAX; n_threads += 3) {
        struct ica_parallel threads = test_threads(n_threads);
        test_random_shuffle(order, rows->n, random);
        for (size_t i = 0; i < rows->n; i++) {
            memcpy(shuffled.values + i * TEST_ROWS_DIM, rows->values + order[i] * TEST_ROWS_DIM,
                   TEST_ROWS_DIM * sizeof(float));
        }
        struct ica_clustering result = cluster(&shuffled, options, &threads);
        test_hierarchy_check_same(&result.hierarchy, order, &expected.hierarchy);
        for (size_t c = 0; c < result.n_clusters; c++) {
            const struct ica_cluster *a = result.clusters + c;
            const struct ica_cluster *b = expected.clusters + c;
            assert_int_equal(a->n_representatives, b->n_representatives);
            for (size_t i = 0; i < a->n_representatives; i++) {
                assert_int_equal(order[a->representatives[i]], b->representatives[i]);
            }
        }
        ica_clustering_clear(&result);
    }
    free(shuffled.values);
    free(order);
    ica_clustering_clear(&expected);
}

static void test_any_order_and_threads(void **state)
{
    (void)state;
    struct test_random random = {2};
    for (size_t number = 0; number < test_rounds(45); number++) {
        struct ica_clustering_options options = options_number(number);
        struct test_rows rows =
            test_rows_random(2 + test_random_below(&random, 90), 1 + number % 6, 0.4, &random);
        options.granularity = (double)(number % 5) / 2 - 1;
        check_any_order(&rows, &options, &random);
        free(rows.values);
    }
}

/* Each cluster is a group of the other result's hierarchy, cut into as many. */
static void check_is_cut_of(const struct ica_clustering *result, const struct ica_hierarchy *h,
                            size_t n_groups)
{
    size_t *groups = test_hierarchy_cut(h, h->n - n_groups);
    assert_int_equal(result->n_clusters, n_groups);
    for (size_t i = 0; i < h->n; i++) {
        const struct ica_cluster *cluster = result->clusters + result->memberships[i].cluster;
        size_t size = groups[i] < h->n ? 1 : h->merges[groups[i] - h->n].size;
        assert_int_equal(groups[i], groups[cluster->medoid]);
        assert_int_equal(cluster->n_members, size);
        assert_int_equal(cluster->unclustered, size == 1 && h->n > 1);
    }
    free(groups);
}

static void check_numbers(const struct ica_clustering *result)
{
    for (size_t i = 0; i < result->n; i++) {
        const struct ica_membership *m = result->memberships + i;
        const struct ica_cluster *cluster = result->clusters + m->cluster;
        assert_true(m->probability >= 0 && m->probability <= 1);
        assert_true(m->outlier_score >= 0 && m->outlier_score <= 1);
        assert_true(!cluster->unclustered || (m->noise && m->probability == 0));
    }
    for (size_t c = 0; c < result->n_clusters; c++) {
        double persistence = result->clusters[c].persistence;
        assert_true(persistence >= 0 && persistence <= 1);
    }
}

static void test_granularity_cuts_the_hierarchy(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (size_t number = 0; number < test_rounds(30); number++) {
        struct ica_clustering_options options = options_number(number);
        struct test_rows rows =
            test_rows_random(10 + test_random_below(&random, 80), 2 + number % 6, 0.5, &random);
        if (options.noise == ICA_NOISE_GROUP) {
            options.noise = ICA_NOISE_SINGLETONS;
        }
        options.granularity = 0;
        struct ica_clustering base = cluster(&rows, &options, NULL);
        size_t last = 1;
        for (int step = -4; step <= 4; step++) {
            options.granularity = step / 4.0;
            size_t n_groups =
                ica_granularity_clusters(options.granularity, base.n_clusters, rows.n);
            assert_true(n_groups >= last);
            last = n_groups;
            struct ica_clustering result = cluster(&rows, &options, NULL);
            check_hierarchy(&result);
            check_numbers(&result);
            if (n_groups == base.n_clusters) {
                assert_string_equal(result.reason, base.reason);
            } else {
                check_is_cut_of(&result, &base.hierarchy, n_groups);
                for (size_t i = 0; i + 1 < rows.n; i++) {
                    assert_int_equal(result.hierarchy.merges[i].left,
                                     base.hierarchy.merges[i].left);
                }
                assert_non_null(strstr(result.reason, step < 0 ? "; made coarser on request: "
                                                               : "; made finer on request: "));
            }
            ica_clustering_clear(&result);
        }
        assert_int_equal(last, rows.n);
        ica_clustering_clear(&base);
        free(rows.values);
    }
}

/* Images alone after the cut are one group, as are those that the strategy left alone. */
static void test_granularity_with_a_group_of_noise(void **state)
{
    (void)state;
    struct test_random random = {4};
    struct test_rows rows = test_rows_random(60, 5, 0.5, &random);
    for (size_t strategy = ICA_STRATEGY_AUTO; strategy <= ICA_STRATEGY_KMEANS; strategy++) {
        struct ica_clustering_options options = ica_clustering_options_default();
        options.strategy = (enum ica_strategy)strategy;
        for (int step = -4; step <= 4; step++) {
            options.granularity = step / 4.0;
            options.noise = ICA_NOISE_SINGLETONS;
            struct ica_clustering single = cluster(&rows, &options, NULL);
            options.noise = ICA_NOISE_GROUP;
            options.hierarchy = true;
            struct ica_clustering group = cluster(&rows, &options, NULL);
            check_hierarchy(&group);
            for (size_t i = 0; i < rows.n; i++) {
                assert_int_equal(single.memberships[i].noise, group.memberships[i].noise);
                assert_int_equal(single.clusters[single.memberships[i].cluster].unclustered,
                                 group.clusters[group.memberships[i].cluster].unclustered);
            }
            assert_string_equal(single.reason, group.reason);
            ica_clustering_clear(&group);
            ica_clustering_clear(&single);
        }
    }
    free(rows.values);
}

static void test_granularity_in_numbers(void **state)
{
    (void)state;
    assert_int_equal(ica_granularity_clusters(0, 12, 200), 12);
    assert_int_equal(ica_granularity_clusters(-1, 12, 200), 1);
    assert_int_equal(ica_granularity_clusters(1, 12, 200), 200);
    assert_int_equal(ica_granularity_clusters(0.5, 2, 200), 20);
    assert_int_equal(ica_granularity_clusters(-0.5, 100, 200), 10);
    assert_int_equal(ica_granularity_clusters(-5, 12, 200), 1);
    assert_int_equal(ica_granularity_clusters(5, 12, 200), 200);
    assert_int_equal(ica_granularity_clusters((double)NAN, 12, 200), 12);
    assert_int_equal(ica_granularity_clusters(1, 1, 1), 1);
    assert_int_equal(ica_granularity_clusters(0, 0, 0), 0);
    assert_int_equal(ica_granularity_clusters(-1, 0, 0), 0);
    const double refused[] = {1.01, -1.01, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const float values[] = {1, 2};
        const struct ica_features features = {.n = 1, .dim = 2, .embeddings = values};
        struct ica_clustering_options options = ica_clustering_options_default();
        struct ica_clustering result;
        struct ica_error error = {0};
        options.granularity = refused[i];
        assert_int_equal(ica_clustering_run(&features, &options, NULL, NULL, &result, &error),
                         ICA_EINVALID);
        assert_non_null(strstr(error.text, "granularity"));
    }
}

static void test_too_many_rows(void **state)
{
    (void)state;
    struct test_random random = {8};
    struct test_rows rows = test_rows_random(ICA_MAX_HIERARCHY_ROWS + 1, 4, 0.01, &random);
    struct ica_clustering_options options = ica_clustering_options_default();
    options.hierarchy = true;
    options.sample_size = 64;
    struct ica_clustering result = cluster(&rows, &options, NULL);
    assert_int_equal(result.hierarchy.n, 0);
    ica_clustering_clear(&result);
    free(rows.values);
}

static void test_cancellation(void **state)
{
    (void)state;
    struct test_random random = {9};
    struct test_rows rows = test_rows_random(40, 4, 0.4, &random);
    const struct ica_features features = {
        .n = rows.n, .dim = TEST_ROWS_DIM, .embeddings = rows.values};
    for (size_t number = 0; number < test_rounds(15); number++) {
        struct ica_clustering_options options = options_number(number);
        options.granularity = 0.25 * (double)(number % 3);
        enum ica_status status = ICA_ECANCELLED;
        for (size_t steps = 0; status; steps++) {
            struct test_countdown countdown = {ICA_STAGE_CLUSTERING, steps};
            struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
            struct ica_clustering result;
            status = ica_clustering_run(&features, &options, NULL, &monitor, &result, NULL);
            assert_true(status == ICA_OK || status == ICA_ECANCELLED);
            assert_true(!status == (result.hierarchy.n > 0));
            ica_clustering_clear(&result);
        }
    }
    free(rows.values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_strategy),
        cmocka_unit_test(test_nothing_to_tell_apart),
        cmocka_unit_test(test_any_order_and_threads),
        cmocka_unit_test(test_granularity_cuts_the_hierarchy),
        cmocka_unit_test(test_granularity_with_a_group_of_noise),
        cmocka_unit_test(test_granularity_in_numbers),
        cmocka_unit_test(test_too_many_rows),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
