/* SPDX-License-Identifier: Apache-2.0 */
/* The same images give the same result: for each strategy, rows in another order and loops on other
 * numbers of threads change no bit of any number. On made-up images, and on real photos where the
 * reference embeddings are. Whoever adds a strategy adds a line to the table. */
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "support/cmocka_all.h"
#include "support/test_photos.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

#define DIM     24
#define CLASSES 6

static const struct {
    const char *name;
    struct ica_clustering_options options; /* unset members as by default */
} cases[] = {
    {"auto", {.strategy = ICA_STRATEGY_AUTO}},
    {"auto, in samples", {.strategy = ICA_STRATEGY_AUTO, .sample_size = 60}},
    {"auto, finer", {.strategy = ICA_STRATEGY_AUTO, .granularity = 0.4}},
    {"hdbscan", {.strategy = ICA_STRATEGY_HDBSCAN, .min_cluster_size = 4}},
    {"hdbscan, leaf", {.strategy = ICA_STRATEGY_HDBSCAN, .selection = ICA_SELECTION_LEAF}},
    {"hdbscan, coarser", {.strategy = ICA_STRATEGY_HDBSCAN, .granularity = -0.3}},
    {"poc", {.strategy = ICA_STRATEGY_POC}},
    {"poc, one group", {.strategy = ICA_STRATEGY_POC, .noise = ICA_NOISE_GROUP}},
    {"agglomerative", {.strategy = ICA_STRATEGY_AGGLOMERATIVE}},
    {"agglomerative, complete, threshold",
     {.strategy = ICA_STRATEGY_AGGLOMERATIVE,
      .linkage = ICA_LINKAGE_COMPLETE,
      .distance_threshold = 0.4}},
    {"agglomerative, ward, 5",
     {.strategy = ICA_STRATEGY_AGGLOMERATIVE, .linkage = ICA_LINKAGE_WARD, .n_clusters = 5}},
    {"kmeans", {.strategy = ICA_STRATEGY_KMEANS}},
    {"kmeans, 5", {.strategy = ICA_STRATEGY_KMEANS, .n_clusters = 5, .seed = 3}},
    {"hdbscan, assigned", {.strategy = ICA_STRATEGY_HDBSCAN, .noise = ICA_NOISE_ASSIGN}},
};

#define N_CASES (sizeof cases / sizeof cases[0])

static struct ica_clustering_options options_of(size_t number)
{
    struct ica_clustering_options all = ica_clustering_options_default();
    struct ica_clustering_options own = cases[number].options;
    all.strategy = own.strategy;
    all.noise = own.noise ? own.noise : all.noise;
    all.selection = own.selection ? own.selection : all.selection;
    all.min_cluster_size = own.min_cluster_size ? own.min_cluster_size : all.min_cluster_size;
    all.sample_size = own.sample_size;
    all.linkage = own.linkage ? own.linkage : all.linkage;
    all.n_clusters = own.n_clusters;
    all.distance_threshold = own.distance_threshold > 0 ? own.distance_threshold : -1;
    all.seed = own.seed;
    all.granularity = own.granularity;
    all.hierarchy = true;
    return all;
}

static struct ica_clustering cluster(const struct test_photos *photos, size_t number,
                                     size_t n_threads)
{
    struct ica_clustering_options options = options_of(number);
    struct ica_parallel threads = test_threads(n_threads > 0 ? n_threads : 1);
    struct ica_clustering result;
    assert_int_equal(ica_clustering_run(&photos->features, &options,
                                        n_threads > 0 ? &threads : NULL, NULL, &result, NULL),
                     ICA_OK);
    return result;
}

/* Whether two numbers have the same bits, which == does not say of zeros. */
static void check_bits(double a, double b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

/* rows[i] of the one are row order[a[i]] of the other. */
static void check_rows(const size_t *rows, const size_t *expected, size_t n, const size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(order[rows[i]], expected[i]);
    }
}

static void check_clusters(const struct ica_clustering *a, const struct ica_clustering *b,
                           const size_t *order)
{
    assert_int_equal(a->n_clusters, b->n_clusters);
    for (size_t c = 0; c < a->n_clusters; c++) {
        const struct ica_cluster *x = &a->clusters[c];
        const struct ica_cluster *y = &b->clusters[c];
        assert_int_equal(x->n_members, y->n_members);
        check_rows(x->members, y->members, x->n_members, order);
        assert_int_equal(order[x->medoid], y->medoid);
        assert_int_equal(x->n_representatives, y->n_representatives);
        check_rows(x->representatives, y->representatives, x->n_representatives, order);
        check_bits(x->persistence, y->persistence);
        assert_int_equal(x->unclustered, y->unclustered);
    }
}

static void check_memberships(const struct ica_clustering *a, const struct ica_clustering *b,
                              const size_t *order)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct ica_membership *x = &a->memberships[i];
        const struct ica_membership *y = &b->memberships[order[i]];
        assert_int_equal(x->cluster, y->cluster);
        assert_int_equal(x->nearest, y->nearest);
        check_bits(x->probability, y->probability);
        check_bits(x->outlier_score, y->outlier_score);
        assert_int_equal(x->noise, y->noise);
        assert_int_equal(x->duplicate_set, y->duplicate_set);
    }
}

static size_t moved_node(size_t node, size_t n, const size_t *order)
{
    return node < n ? order[node] : node;
}

static void check_hierarchy(const struct ica_hierarchy *a, const struct ica_hierarchy *b,
                            const size_t *order)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->n_chosen, b->n_chosen);
    assert_int_equal(a->n_levels, b->n_levels);
    assert_memory_equal(a->levels, b->levels, a->n_levels * sizeof *a->levels);
    for (size_t m = 0; m + 1 < a->n; m++) {
        assert_int_equal(moved_node(a->merges[m].left, a->n, order), b->merges[m].left);
        assert_int_equal(moved_node(a->merges[m].right, a->n, order), b->merges[m].right);
        assert_int_equal(a->merges[m].size, b->merges[m].size);
        check_bits(a->merges[m].height, b->merges[m].height);
    }
    assert_int_equal(a->n_nodes, b->n_nodes);
    for (size_t i = 0; i < a->n_nodes; i++) {
        assert_int_equal(a->nodes[i].node, b->nodes[i].node);
        assert_int_equal(a->nodes[i].size, b->nodes[i].size);
        check_rows(a->nodes[i].members, b->nodes[i].members, a->nodes[i].size, order);
    }
}

static void check_duplicates(const struct ica_near_duplicates *a,
                             const struct ica_near_duplicates *b, const size_t *order)
{
    assert_int_equal(a->n_sets, b->n_sets);
    for (size_t s = 0; s < a->n_sets; s++) {
        assert_int_equal(a->sets[s].n_members, b->sets[s].n_members);
        check_rows(a->sets[s].members, b->sets[s].members, a->sets[s].n_members, order);
    }
}

/* Image i of `a` is image order[i] of `b`. */
static void check_same(const struct ica_clustering *a, const struct ica_clustering *b,
                       const size_t *order)
{
    check_memberships(a, b, order);
    check_clusters(a, b, order);
    check_hierarchy(&a->hierarchy, &b->hierarchy, order);
    check_duplicates(&a->near_duplicates, &b->near_duplicates, order);
    assert_string_equal(a->strategy, b->strategy);
    assert_string_equal(a->reason, b->reason);
}

/* All cases, each with the rows as they are and shuffled, and with several numbers of threads. */
static void check_set(const struct test_photos *photos, struct test_random *random)
{
    static const size_t n_threads[] = {1, 2, 5, TEST_THREADS_MAX};
    size_t n = photos->features.n;
    size_t *order = calloc(n, sizeof *order);
    assert_non_null(order);
    for (size_t number = 0; number < N_CASES; number++) {
        struct ica_clustering expected = cluster(photos, number, 0);
        assert_int_equal(expected.hierarchy.n, n);
        for (size_t t = 0; t < sizeof n_threads / sizeof n_threads[0]; t++) {
            struct test_photos shuffled;
            test_random_shuffle(order, n, random);
            test_photos_pick(&shuffled, photos, order, n);
            struct ica_clustering result = cluster(&shuffled, number, n_threads[t]);
            check_same(&result, &expected, order);
            ica_clustering_clear(&result);
            test_photos_clear(&shuffled);
        }
        ica_clustering_clear(&expected);
    }
    free(order);
}

/* `n` different images of some kinds; some nearly the same as an earlier one. */
static struct test_photos random_images(size_t n, size_t n_kinds, double spread,
                                        struct test_random *random)
{
    struct test_photos images = {
        .embeddings = calloc(n * DIM, sizeof *images.embeddings),
        .probabilities = calloc(n * CLASSES, sizeof *images.probabilities),
        .kinds = calloc(n, sizeof *images.kinds),
        .n_kinds = n_kinds,
    };
    assert_true(images.embeddings && images.probabilities && images.kinds);
    for (size_t i = 0; i < n; i++) {
        size_t kind = test_random_below(random, n_kinds);
        const float *twin = images.embeddings + test_random_below(random, i + 1) * DIM;
        bool is_copy = i > 0 && test_random_below(random, 8) == 0;
        for (size_t k = 0; k < DIM; k++) {
            double value = 1 + 2 * (double)(k % n_kinds == kind);
            value = is_copy ? (double)twin[k] : value + spread * test_random_normal(random);
            images.embeddings[i * DIM + k] = (float)(value + 1e-3 * test_random_normal(random));
        }
        images.probabilities[i * CLASSES + kind % CLASSES] = 0.5F;
        images.probabilities[i * CLASSES + test_random_below(random, CLASSES)] += 0.5F;
        images.kinds[i] = (int32_t)kind;
    }
    images.features =
        (struct ica_features){n, DIM, images.embeddings, CLASSES, images.probabilities};
    return images;
}

static void test_random_images(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 17, 64, 230}; /* the largest is slow with sanitizers */
    size_t n_sizes = sizeof sizes / sizeof sizes[0] - test_sanitized;
    struct test_random random = {60};
    (void)state;
    for (size_t round = 0; round < 2 * n_sizes; round++) {
        struct test_photos images =
            random_images(sizes[round / 2], 1 + round, round % 2 ? 0.3 : 0.9, &random);
        check_set(&images, &random);
        test_photos_clear(&images);
    }
}

/* Every `step`-th photo of a set. No two of them are the same, of which nobody could say which is
 * which. */
static void check_photos(const char *set, size_t step)
{
    struct test_random random = {61};
    struct test_photos all;
    struct test_photos photos;
    if (test_sanitized || !test_photos_read(&all, set)) {
        skip();
    }
    size_t *rows = calloc(all.features.n, sizeof *rows);
    assert_non_null(rows);
    size_t n = 0;
    for (size_t i = 0; i < all.features.n; i += step) {
        rows[n++] = i;
    }
    test_photos_pick(&photos, &all, rows, n);
    check_set(&photos, &random);
    test_photos_clear(&photos);
    test_photos_clear(&all);
    free(rows);
}

static void test_clothing(void **state)
{
    (void)state;
    check_photos("clothing", 2);
}

static void test_objects(void **state)
{
    (void)state;
    check_photos("objects", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_images),
        cmocka_unit_test(test_clothing),
        cmocka_unit_test(test_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
