/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every strategy and noise policy: the same groups and numbers for any order of the
 * images and any number of threads, clusters and members in the promised order, and clear answers
 * to odd input. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/agglomerative/silhouette_cut.h"
#include "domain/clustering/clustering.h"
#include "domain/stages.h"
#include "domain/vectors/distance_matrix.h"
#include "support/cmocka_all.h"
#include "support/test_monitor.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

#define DIM     19
#define CLASSES 7

/* Owned rows, and the view of them. */
struct images {
    struct ica_features features;
    float *embeddings;
    float *probabilities;
};

static void images_init(struct images *images, size_t n)
{
    images->embeddings = calloc(n * DIM, sizeof(float));
    images->probabilities = calloc(n * CLASSES, sizeof(float));
    assert_true(images->embeddings && images->probabilities);
    images->features = (struct ica_features){
        .n = n,
        .dim = DIM,
        .embeddings = images->embeddings,
        .n_classes = CLASSES,
        .probabilities = images->probabilities,
    };
}

static void images_clear(struct images *images)
{
    free(images->probabilities);
    free(images->embeddings);
}

static void set_image(struct images *images, size_t i, const float *embedding,
                      const float *probabilities)
{
    memcpy(images->embeddings + i * DIM, embedding, DIM * sizeof(float));
    memcpy(images->probabilities + i * CLASSES, probabilities, CLASSES * sizeof(float));
}

/* `n` images around `n_groups` centres; about every `twins`-th repeats an earlier one (0 = none).
 */
static void random_images(struct images *images, size_t n, size_t n_groups, double spread,
                          size_t twins, struct test_random *random)
{
    float centres[8][DIM];
    images_init(images, n);
    for (size_t g = 0; g < n_groups; g++) {
        for (size_t k = 0; k < DIM; k++) {
            centres[g][k] = (float)test_random_normal(random);
        }
    }
    for (size_t i = 0; i < n; i++) {
        size_t group = test_random_below(random, n_groups);
        if (i > 0 && twins > 0 && test_random_below(random, twins) == 0) {
            size_t twin = test_random_below(random, i);
            set_image(images, i, images->embeddings + twin * DIM,
                      images->probabilities + twin * CLASSES);
            continue;
        }
        for (size_t k = 0; k < DIM; k++) {
            images->embeddings[i * DIM + k] =
                centres[group][k] + (float)(spread * test_random_normal(random));
        }
        float *probabilities = images->probabilities + i * CLASSES;
        probabilities[group % CLASSES] = 0.5F;
        probabilities[test_random_below(random, CLASSES)] += 0.5F;
    }
}

static struct ica_clustering_options options_number(size_t number)
{
    struct ica_clustering_options options = ica_clustering_options_default();
    options.strategy = (enum ica_strategy)(ICA_STRATEGY_AUTO + number % 5);
    options.noise = (enum ica_noise_policy)(ICA_NOISE_SINGLETONS + number / 5 % 3);
    options.min_cluster_size = 2 + number % 4;
    options.min_samples = number % 5;
    options.selection = number % 2 ? ICA_SELECTION_EOM : ICA_SELECTION_LEAF;
    options.epsilon = number % 7 == 0 ? 0.1 : 0;
    options.linkage = (enum ica_linkage)(ICA_LINKAGE_AVERAGE + number / 5 % 3);
    options.n_clusters = number % 4 == 1 ? number % 7 : 0;
    options.distance_threshold =
        number % 4 == 2 && !options.n_clusters ? 0.1 * (double)(number % 8) : -1;
    options.seed = number;
    options.granularity = number % 4 == 3 ? (double)(number % 9) / 4 - 1 : 0;
    options.duplicate_threshold = number % 3 == 2 ? 0 : 0.05 * (double)(number % 7);
    return options;
}

static struct ica_clustering cluster(const struct images *images,
                                     const struct ica_clustering_options *options,
                                     struct ica_parallel *parallel)
{
    struct ica_clustering result;
    struct ica_error error = {0};
    enum ica_status status =
        ica_clustering_run(&images->features, options, parallel, NULL, &result, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, ICA_OK);
    return result;
}

/* Everything that clustering.h promises of a single result. */
static void check_form(const struct ica_clustering *result, size_t n)
{
    size_t n_members = 0;
    assert_int_equal(result->n, n);
    assert_true(strlen(result->reason) > 0 && strlen(result->strategy) > 0);
    assert_true(result->reason[strlen(result->reason) - 1] == '.');
    for (size_t c = 0; c < result->n_clusters; c++) {
        const struct ica_cluster *cluster = result->clusters + c;
        assert_true(cluster->n_members > 0);
        assert_true(cluster->medoid == cluster->members[0]);
        assert_true(cluster->persistence >= 0 && isfinite(cluster->persistence));
        if (c > 0) {
            const struct ica_cluster *before = cluster - 1;
            assert_true(before->unclustered <= cluster->unclustered);
            assert_true(before->unclustered < cluster->unclustered ||
                        before->n_members >= cluster->n_members);
        }
        for (size_t m = 0; m < cluster->n_members; m++) {
            assert_int_equal(result->memberships[cluster->members[m]].cluster, c);
        }
        n_members += cluster->n_members;
        assert_in_range(cluster->n_representatives, 1, ICA_MAX_REPRESENTATIVES);
        assert_true(cluster->representatives[0] == cluster->medoid);
        for (size_t r = 0; r < cluster->n_representatives; r++) {
            assert_int_equal(result->memberships[cluster->representatives[r]].cluster, c);
        }
    }
    assert_int_equal(n_members, n);
    for (size_t i = 0; i < n; i++) {
        const struct ica_membership *m = result->memberships + i;
        assert_true(m->probability >= 0 && m->probability <= 1);
        assert_true(m->outlier_score >= 0 && m->outlier_score <= 1);
        assert_true(m->nearest != m->cluster && m->nearest < (int32_t)result->n_clusters);
        assert_true(m->nearest == ICA_NOISE || !result->clusters[m->nearest].unclustered);
        assert_true(m->nearest == ICA_NOISE ? m->margin == 0 : fabs(m->margin) <= 2);
        assert_true(m->duplicate_set >= ICA_NOISE &&
                    m->duplicate_set < (int32_t)result->near_duplicates.n_sets);
    }
}

static int same_image(const struct images *images, size_t a, size_t b)
{
    return memcmp(images->embeddings + a * DIM, images->embeddings + b * DIM,
                  DIM * sizeof(float)) == 0 &&
           memcmp(images->probabilities + a * CLASSES, images->probabilities + b * CLASSES,
                  CLASSES * sizeof(float)) == 0;
}

/* Image i of `result` is image order[i] of `images` and `expected`. Twins may change places. */
static void check_same(const struct ica_clustering *result, const size_t *order,
                       const struct ica_clustering *expected, const struct images *images,
                       int has_twins)
{
    assert_int_equal(result->n_clusters, expected->n_clusters);
    assert_string_equal(result->reason, expected->reason);
    for (size_t c = 0; c < result->n_clusters; c++) {
        const struct ica_cluster *a = result->clusters + c;
        const struct ica_cluster *b = expected->clusters + c;
        assert_int_equal(a->n_members, b->n_members);
        assert_int_equal(a->unclustered, b->unclustered);
        assert_true(a->persistence == b->persistence);
        for (size_t m = 0; m < a->n_members; m++) {
            assert_true(same_image(images, order[a->members[m]], b->members[m]));
        }
    }
    for (size_t i = 0; i < result->n; i++) {
        const struct ica_membership *a = result->memberships + i;
        const struct ica_membership *b = expected->memberships + order[i];
        int single = result->clusters[a->cluster].n_members == 1;
        assert_true((has_twins && single) || a->cluster == b->cluster);
        assert_int_equal(a->nearest, b->nearest);
        assert_true(a->margin == b->margin);
        assert_true(a->probability == b->probability);
        assert_true(a->outlier_score == b->outlier_score);
        assert_int_equal(a->noise, b->noise);
        assert_int_equal(a->duplicate_set, b->duplicate_set);
    }
}

static void check_invariance(const struct images *images, size_t number, struct test_random *random,
                             int has_twins)
{
    size_t n = images->features.n;
    struct ica_clustering_options options = options_number(number);
    struct ica_clustering expected = cluster(images, &options, NULL);
    size_t *order = calloc(n, sizeof *order);
    assert_non_null(order);
    check_form(&expected, n);
    for (size_t n_threads = 1; n_threads <= TEST_THREADS_MAX; n_threads += 3) {
        struct ica_parallel threads = test_threads(n_threads);
        struct images shuffled;
        images_init(&shuffled, n);
        test_random_shuffle(order, n, random);
        for (size_t i = 0; i < n; i++) {
            set_image(&shuffled, i, images->embeddings + order[i] * DIM,
                      images->probabilities + order[i] * CLASSES);
        }
        struct ica_clustering result = cluster(&shuffled, &options, &threads);
        check_same(&result, order, &expected, images, has_twins);
        ica_clustering_clear(&result);
        images_clear(&shuffled);
    }
    free(order);
    ica_clustering_clear(&expected);
}

static void test_any_order_and_threads(void **state)
{
    (void)state;
    struct test_random random = {7};
    for (size_t number = 0; number < test_rounds(60); number++) {
        struct images images;
        size_t n = number < 12 ? number + 1 : 12 + test_random_below(&random, 90);
        random_images(&images, n, 1 + number % 8, 0.2 + 0.1 * (double)(number % 9), 0, &random);
        check_invariance(&images, number, &random, 0);
        images_clear(&images);
    }
}

static void test_any_order_with_twins(void **state)
{
    (void)state;
    struct test_random random = {8};
    for (size_t number = 0; number < test_rounds(60); number++) {
        struct images images;
        random_images(&images, 2 + test_random_below(&random, 60), 1 + number % 6,
                      0.3 + 0.1 * (double)(number % 7), 1 + number % 4, &random);
        check_invariance(&images, number, &random, 1);
        images_clear(&images);
    }
}

static void check_samples(size_t n, size_t number, size_t sample_size)
{
    struct test_random random = {9};
    struct ica_clustering_options options = options_number(number);
    struct ica_parallel threads = test_threads(2);
    struct images images;
    struct images shuffled;
    options.sample_size = sample_size;
    random_images(&images, n, 8, 0.35, 50, &random);
    size_t *order = calloc(n, sizeof *order);
    assert_non_null(order);
    struct ica_clustering expected = cluster(&images, &options, &threads);
    check_form(&expected, n);
    images_init(&shuffled, n);
    test_random_shuffle(order, n, &random);
    for (size_t i = 0; i < n; i++) {
        set_image(&shuffled, i, images.embeddings + order[i] * DIM,
                  images.probabilities + order[i] * CLASSES);
    }
    struct ica_clustering result = cluster(&shuffled, &options, &threads);
    check_same(&result, order, &expected, &images, 1);
    ica_clustering_clear(&result);
    ica_clustering_clear(&expected);
    images_clear(&shuffled);
    free(order);
    images_clear(&images);
}

/* More images than a sample holds. The samples of 2 end with images left. */
static void test_samples(void **state)
{
    (void)state;
    check_samples(600, 0, 128);
    check_samples(400, 5, 20);
    check_samples(300, 10, 2);
}

/* Six images each of more groups than a sample has images: most groups are met with one image. */
static void test_more_groups_than_a_sample(void **state)
{
    (void)state;
    enum { N_GROUPS = 100, SIZE = 6, WIDE = 256 };
    static float centres[N_GROUPS][WIDE];
    static float embeddings[N_GROUPS * SIZE][WIDE];
    struct test_random random = {21};
    for (size_t g = 0; g < N_GROUPS; g++) {
        for (size_t k = 0; k < WIDE; k++) {
            centres[g][k] = (float)test_random_normal(&random);
        }
    }
    for (size_t i = 0; i < N_GROUPS * SIZE; i++) {
        for (size_t k = 0; k < WIDE; k++) {
            embeddings[i][k] =
                centres[i % N_GROUPS][k] + (float)(0.6 * test_random_normal(&random));
        }
    }
    struct images images = {
        .features = {.n = N_GROUPS * SIZE, .dim = WIDE, .embeddings = embeddings[0]},
    };
    struct ica_clustering_options options = ica_clustering_options_default();
    options.sample_size = N_GROUPS / 2;
    struct ica_clustering result = cluster(&images, &options, NULL);
    check_form(&result, N_GROUPS * SIZE);
    assert_int_equal(result.n_clusters, N_GROUPS);
    for (size_t i = N_GROUPS; i < N_GROUPS * SIZE; i++) {
        assert_int_equal(result.memberships[i].cluster, result.memberships[i % N_GROUPS].cluster);
    }
    ica_clustering_clear(&result);
}

/* More images than a matrix or a sample holds. That a matrix changes nothing is tested with
 * HDBSCAN.
 */
static void test_more_than_a_matrix(void **state)
{
    (void)state;
    struct test_random random = {19};
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_parallel threads = test_threads(2);
    struct images images;
    size_t n = ICA_MAX_DISTANCE_MATRIX + 1;
    random_images(&images, n, 8, 0.35, 50, &random);
    options.strategy = ICA_STRATEGY_HDBSCAN;
    struct ica_clustering result = cluster(&images, &options, &threads);
    check_form(&result, n);
    assert_true(!result.neighbours.approximate && result.neighbours.recall == 1);
    ica_clustering_clear(&result);
    options.neighbours = ICA_NEIGHBOURS_APPROXIMATE;
    result = cluster(&images, &options, &threads);
    check_form(&result, n);
    assert_true(result.neighbours.approximate && result.neighbours.recall > 0.9);
    assert_non_null(strstr(result.reason, "of the nearest neighbours were found."));
    ica_clustering_clear(&result);
    n = ICA_SILHOUETTE_SAMPLE + 1;
    images.features.n = n;
    for (size_t i = 0; i < 2; i++) {
        options.strategy = i ? ICA_STRATEGY_KMEANS : ICA_STRATEGY_AGGLOMERATIVE;
        result = cluster(&images, &options, &threads);
        check_form(&result, n);
        assert_false(result.clusters[7].unclustered);
        assert_true(result.n_clusters == 8 || result.clusters[8].unclustered);
        ica_clustering_clear(&result);
    }
    images_clear(&images);
}

static void one_hot_image(struct images *images, size_t i, size_t hot)
{
    images->embeddings[i * DIM + hot] = 1;
    images->probabilities[i * CLASSES + hot % CLASSES] = 1;
}

/* Two images that are one, among images that have nothing in common with it: a group that is sure
 * of itself, also where a small sample knows only one of the two, or neither. */
static void test_twins_among_strangers(void **state)
{
    (void)state;
    for (size_t n = 3; n <= DIM; n++) {
        for (size_t sample_size = 0; sample_size < n; sample_size += 2) {
            struct images images;
            images_init(&images, n);
            for (size_t i = 0; i < n; i++) {
                one_hot_image(&images, i, i == n - 1 ? 0 : i);
            }
            struct ica_clustering_options options = ica_clustering_options_default();
            options.sample_size = sample_size;
            struct ica_clustering result = cluster(&images, &options, NULL);
            check_form(&result, n);
            const struct ica_membership *twins[] = {result.memberships, result.memberships + n - 1};
            assert_int_equal(twins[0]->cluster, twins[1]->cluster);
            assert_false(twins[0]->noise);
            assert_int_equal(result.clusters[twins[0]->cluster].n_members, 2);
            for (size_t i = 0; i < 2; i++) {
                assert_true(twins[i]->probability == 1 && twins[i]->outlier_score == 0);
            }
            ica_clustering_clear(&result);
            images_clear(&images);
        }
    }
}

/* Where each round settles its sample alone, the rounds end before the images do. */
static void test_rounds_are_bounded(void **state)
{
    (void)state;
    enum { N_STRANGERS = 300, WIDE = 128 };
    static float embeddings[N_STRANGERS][WIDE];
    struct test_random random = {18};
    for (size_t i = 0; i < N_STRANGERS; i++) {
        for (size_t k = 0; k < WIDE; k++) {
            embeddings[i][k] = (float)test_random_normal(&random);
        }
    }
    struct images images = {
        .features = {.n = N_STRANGERS, .dim = WIDE, .embeddings = embeddings[0]},
    };
    struct ica_clustering_options options = ica_clustering_options_default();
    options.sample_size = 2;
    struct ica_clustering result = cluster(&images, &options, NULL);
    check_form(&result, N_STRANGERS);
    assert_non_null(strstr(result.reason, " were not compared with all others."));
    ica_clustering_clear(&result);
}

static void test_identical_images(void **state)
{
    (void)state;
    struct test_random random = {10};
    for (size_t n = 1; n <= 24; n += 1 + n / 8) {
        struct images images;
        random_images(&images, n, 1, 1, 1, &random);
        struct ica_clustering_options options = ica_clustering_options_default();
        struct ica_clustering result = cluster(&images, &options, NULL);
        assert_int_equal(result.n_clusters, 1);
        assert_int_equal(result.clusters[0].unclustered, 0);
        ica_clustering_clear(&result);
        for (size_t number = 0; number < test_rounds(15); number++) {
            struct ica_clustering_options each = options_number(number);
            /* Cut half-way between alone and together, which is which is up to the order. */
            if (each.strategy != ICA_STRATEGY_HDBSCAN || each.granularity == 0) {
                check_invariance(&images, number, &random, 1);
            }
        }
        images_clear(&images);
    }
}

static void test_zero_vectors(void **state)
{
    (void)state;
    struct test_random random = {11};
    struct images images;
    random_images(&images, 30, 3, 0.2, 0, &random);
    for (size_t i = 0; i < 6; i++) {
        memset(images.embeddings + i * DIM, 0, DIM * sizeof(float));
        memcpy(images.probabilities + i * CLASSES, images.probabilities, CLASSES * sizeof(float));
    }
    for (size_t number = 0; number < test_rounds(15); number++) {
        check_invariance(&images, number, &random, 1);
    }
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_clustering result = cluster(&images, &options, NULL);
    for (size_t i = 1; i < 6; i++) {
        assert_int_equal(result.memberships[i].cluster, result.memberships[0].cluster);
    }
    ica_clustering_clear(&result);
    images_clear(&images);
}

static double cosine_distance(const float *a, const float *b)
{
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (size_t k = 0; k < DIM; k++) {
        dot += (double)a[k] * (double)b[k];
        aa += (double)a[k] * (double)a[k];
        bb += (double)b[k] * (double)b[k];
    }
    return 1 - dot / sqrt(aa * bb);
}

/* Mean distance from image `i` to the members of a cluster other than itself. */
static double mean_distance(const struct images *images, size_t i,
                            const struct ica_cluster *cluster)
{
    double sum = 0;
    size_t count = 0;
    for (size_t m = 0; m < cluster->n_members; m++) {
        if (cluster->members[m] != i) {
            sum += cosine_distance(images->embeddings + i * DIM,
                                   images->embeddings + cluster->members[m] * DIM);
            count++;
        }
    }
    return count ? sum / (double)count : 0;
}

static double gap(const struct images *images, const struct ica_cluster *cluster,
                  size_t n_representatives, size_t member)
{
    double least = HUGE_VAL;
    for (size_t r = 0; r < n_representatives; r++) {
        least = fmin(least, cosine_distance(images->embeddings + cluster->representatives[r] * DIM,
                                            images->embeddings + member * DIM));
    }
    return least;
}

/* Each next representative is the farthest of the more central members from those before. */
static void check_representatives(const struct images *images, const struct ica_cluster *cluster)
{
    size_t n = cluster->n_members;
    size_t n_inner = n > ICA_MAX_REPRESENTATIVES ? n - n / 4 : n;
    assert_int_equal(cluster->n_representatives,
                     n < ICA_MAX_REPRESENTATIVES ? n : ICA_MAX_REPRESENTATIVES);
    for (size_t r = 1; r < cluster->n_representatives; r++) {
        double chosen = gap(images, cluster, r, cluster->representatives[r]);
        assert_true(chosen > 0);
        for (size_t m = 0; m < n_inner; m++) {
            assert_true(gap(images, cluster, r, cluster->members[m]) <= chosen + 1e-12);
        }
    }
}

static void test_representatives(void **state)
{
    (void)state;
    struct test_random random = {12};
    for (size_t number = 0; number < test_rounds(30); number++) {
        struct images images;
        struct ica_clustering_options options = options_number(number);
        random_images(&images, 80, 6, 0.5, 0, &random);
        struct ica_clustering result = cluster(&images, &options, NULL);
        for (size_t c = 0; c < result.n_clusters; c++) {
            const struct ica_cluster *cluster = result.clusters + c;
            check_representatives(&images, cluster);
            for (size_t m = 1; m < cluster->n_members; m++) {
                assert_true(mean_distance(&images, cluster->members[m - 1], cluster) <=
                            mean_distance(&images, cluster->members[m], cluster) + 1e-12);
            }
        }
        for (size_t i = 0; i < 80; i++) {
            int32_t nearest = result.memberships[i].nearest;
            const struct ica_cluster *own = result.clusters + result.memberships[i].cluster;
            if (nearest != ICA_NOISE) {
                double margin = mean_distance(&images, i, result.clusters + nearest) -
                                mean_distance(&images, i, own);
                assert_true(fabs(result.memberships[i].margin - margin) < 1e-12);
            }
            for (size_t c = 0; c < result.n_clusters; c++) {
                if ((int32_t)c != result.memberships[i].cluster &&
                    !result.clusters[c].unclustered) {
                    assert_true(nearest != ICA_NOISE);
                    assert_true(mean_distance(&images, i, result.clusters + nearest) <=
                                mean_distance(&images, i, result.clusters + c) + 1e-12);
                }
            }
        }
        ica_clustering_clear(&result);
        images_clear(&images);
    }
}

/* Nothing is shown twice, and what is different is shown though it is at the edge. */
static void test_representatives_of_twins(void **state)
{
    (void)state;
    struct images images;
    struct ica_clustering_options options = ica_clustering_options_default();
    images_init(&images, 20);
    for (size_t i = 0; i < 20; i++) {
        for (size_t k = 0; k < DIM; k++) {
            images.embeddings[i * DIM + k] = i == 7 && k == 0 ? 1.5F : 1;
        }
        images.probabilities[i * CLASSES] = 1;
    }
    options.granularity = -1;
    struct ica_clustering result = cluster(&images, &options, NULL);
    check_form(&result, 20);
    assert_int_equal(result.n_clusters, 1);
    assert_int_equal(result.clusters[0].n_representatives, 2);
    assert_int_equal(result.clusters[0].representatives[1], 7);
    ica_clustering_clear(&result);
    images_clear(&images);
}

/* The three policies on the same noise. */
static void test_noise_policies(void **state)
{
    (void)state;
    struct test_random random = {13};
    struct images images;
    random_images(&images, 90, 5, 0.6, 0, &random);
    struct ica_clustering_options options = ica_clustering_options_default();
    options.strategy = ICA_STRATEGY_POC;
    struct ica_clustering single = cluster(&images, &options, NULL);
    options.noise = ICA_NOISE_GROUP;
    struct ica_clustering group = cluster(&images, &options, NULL);
    options.noise = ICA_NOISE_ASSIGN;
    struct ica_clustering assigned = cluster(&images, &options, NULL);
    size_t n_noise = 0;
    for (size_t i = 0; i < 90; i++) {
        int noise = single.memberships[i].noise;
        n_noise += noise != 0;
        assert_int_equal(noise, group.memberships[i].noise);
        assert_int_equal(noise, assigned.memberships[i].noise);
        assert_int_equal(noise, single.clusters[single.memberships[i].cluster].unclustered);
        assert_int_equal(noise, group.clusters[group.memberships[i].cluster].unclustered);
    }
    assert_true(n_noise > 1 && n_noise < 90);
    assert_int_equal(group.n_clusters, single.n_clusters - n_noise + 1);
    assert_int_equal(group.clusters[group.n_clusters - 1].n_members, n_noise);
    assert_int_equal(assigned.n_clusters, single.n_clusters - n_noise);
    assert_string_equal(single.strategy, "poc");
    ica_clustering_clear(&assigned);
    ica_clustering_clear(&group);
    ica_clustering_clear(&single);
    images_clear(&images);
}

static void expect_invalid(const struct images *images,
                           const struct ica_clustering_options *options, const char *word)
{
    struct ica_clustering result;
    struct ica_error error = {0};
    assert_int_equal(ica_clustering_run(&images->features, options, NULL, NULL, &result, &error),
                     ICA_EINVALID);
    assert_non_null(strstr(error.text, word));
    assert_true(!result.clusters && !result.memberships && result.n_clusters == 0);
}

static void test_invalid_options(void **state)
{
    (void)state;
    struct test_random random = {14};
    struct images images;
    random_images(&images, 10, 2, 0.3, 0, &random);
    struct ica_clustering_options options = {0};
    expect_invalid(&images, &options, "noise");
    options.noise = ICA_NOISE_GROUP;
    expect_invalid(&images, &options, "strategy");
    options.strategy = ICA_STRATEGY_HDBSCAN;
    expect_invalid(&images, &options, "cluster size");
    options.min_cluster_size = ICA_MAX_MIN_CLUSTER_SIZE + 1;
    expect_invalid(&images, &options, "cluster size");
    options.min_cluster_size = 2;
    expect_invalid(&images, &options, "selection");
    options.selection = ICA_SELECTION_LEAF;
    options.min_samples = ICA_MAX_MIN_SAMPLES + 1;
    expect_invalid(&images, &options, "samples");
    options.min_samples = 0;
    options.epsilon = -0.1;
    expect_invalid(&images, &options, "epsilon");
    options.epsilon = (double)NAN;
    expect_invalid(&images, &options, "epsilon");
    options.epsilon = 0;
    options.strategy = ICA_STRATEGY_KMEANS;
    options.n_clusters = ICA_MAX_CLUSTERS_ASKED + 1;
    expect_invalid(&images, &options, "number of clusters");
    options.n_clusters = 0;
    options.strategy = ICA_STRATEGY_AGGLOMERATIVE;
    expect_invalid(&images, &options, "linkage");
    options.linkage = (enum ica_linkage)(ICA_LINKAGE_WARD + 1);
    expect_invalid(&images, &options, "linkage");
    options.linkage = ICA_LINKAGE_WARD;
    options.distance_threshold = ICA_MAX_DISTANCE_THRESHOLD + 1;
    expect_invalid(&images, &options, "threshold");
    options.distance_threshold = (double)NAN;
    expect_invalid(&images, &options, "threshold");
    options.distance_threshold = -1;
    options.strategy = (enum ica_strategy)(ICA_STRATEGY_KMEANS + 1);
    expect_invalid(&images, &options, "strategy");
    options.strategy = ICA_STRATEGY_AUTO;
    options.sample_size = 1;
    expect_invalid(&images, &options, "sample size");
    options.sample_size = ICA_MAX_SAMPLE_SIZE + 1;
    expect_invalid(&images, &options, "sample size");
    options.sample_size = 0;
    images.features.n = 0;
    expect_invalid(&images, &options, "images");
    images_clear(&images);
}

static void test_numbers_that_are_none(void **state)
{
    (void)state;
    const float none[] = {NAN, INFINITY, -INFINITY};
    struct test_random random = {15};
    struct ica_clustering_options options = ica_clustering_options_default();
    for (size_t i = 0; i < 3; i++) {
        struct images images;
        random_images(&images, 10, 2, 0.3, 0, &random);
        images.embeddings[3 * DIM + 5] = none[i];
        expect_invalid(&images, &options, "image 3");
        images.embeddings[3 * DIM + 5] = 0;
        images.probabilities[4 * CLASSES] = none[i];
        expect_invalid(&images, &options, "image 4");
        images_clear(&images);
    }
}

/* A model without a classifier. */
static void test_no_classes(void **state)
{
    (void)state;
    struct test_random random = {16};
    struct images images;
    random_images(&images, 40, 4, 0.1, 0, &random);
    images.features.n_classes = 0;
    images.features.probabilities = NULL;
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_clustering result = cluster(&images, &options, NULL);
    check_form(&result, 40);
    assert_int_equal(result.n_clusters, 4);
    ica_clustering_clear(&result);
    images_clear(&images);
}

static size_t count_looks(const struct images *images, const struct ica_clustering_options *options)
{
    struct test_countdown countdown = {ICA_STAGE_CLUSTERING, SIZE_MAX};
    struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
    struct ica_clustering result;
    assert_int_equal(ica_clustering_run(&images->features, options, NULL, &monitor, &result, NULL),
                     ICA_OK);
    ica_clustering_clear(&result);
    return SIZE_MAX - countdown.left;
}

static void test_cancellation(void **state)
{
    (void)state;
    struct test_random random = {17};
    struct images images;
    random_images(&images, 200, 6, 0.4, 0, &random);
    for (size_t number = 0; number < test_rounds(15); number++) {
        struct ica_clustering_options options = options_number(number);
        options.sample_size = 90;
        size_t n_looks = count_looks(&images, &options);
        assert_in_range(n_looks, 7, 1000);
        for (size_t steps = 0; steps < n_looks; steps++) {
            struct test_countdown countdown = {ICA_STAGE_CLUSTERING, steps};
            struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
            struct ica_clustering result;
            assert_int_equal(
                ica_clustering_run(&images.features, &options, NULL, &monitor, &result, NULL),
                ICA_ECANCELLED);
            assert_true(!result.clusters && !result.memberships);
        }
    }
    images_clear(&images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order_and_threads),
        cmocka_unit_test(test_any_order_with_twins),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_more_groups_than_a_sample),
        cmocka_unit_test(test_more_than_a_matrix),
        cmocka_unit_test(test_twins_among_strangers),
        cmocka_unit_test(test_rounds_are_bounded),
        cmocka_unit_test(test_identical_images),
        cmocka_unit_test(test_zero_vectors),
        cmocka_unit_test(test_representatives),
        cmocka_unit_test(test_representatives_of_twins),
        cmocka_unit_test(test_noise_policies),
        cmocka_unit_test(test_invalid_options),
        cmocka_unit_test(test_numbers_that_are_none),
        cmocka_unit_test(test_no_classes),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
