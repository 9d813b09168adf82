/* SPDX-License-Identifier: Apache-2.0 */
/* Growing sets of real photos: 70 % are clustered, the others come later; or three tenths of the
 * kinds come later. Measured against the true groups (the photos' folders), beside clustering all
 * of them at once. Clustering at once with the ids carried over keeps them, too. Without the
 * reference embeddings the test counts as skipped. */
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/clustering.h"
#include "domain/clustering/growth/cluster_ids.h"
#include "domain/clustering/growth/growth.h"
#include "support/cmocka_all.h"
#include "support/test_photos.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

#define ROUNDS 12

/* What the floors below are about; means over the rounds. */
struct scores {
    double grown;  /* adjusted Rand index to the truth */
    double anew;   /* the same of clustering at once */
    double agreed; /* adjusted Rand index of the two */
    double joined; /* share of the new photos */
    double alone;
    double n_born;
    double
        kept; /* share of the known photos in clusters that have their id after clustering anew */
};

/* Labels of a clustering in which noise is in no cluster. */
static void cluster(const struct test_photos *photos, size_t n, enum ica_strategy strategy,
                    int64_t *ids)
{
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_parallel threads = test_threads(2);
    struct ica_features features = photos->features;
    struct ica_clustering result;
    features.n = n;
    options.strategy = strategy;
    assert_int_equal(ica_clustering_run(&features, &options, &threads, NULL, &result, NULL),
                     ICA_OK);
    for (size_t i = 0; i < n; i++) {
        const struct ica_membership *m = &result.memberships[i];
        ids[i] = result.clusters[m->cluster].unclustered ? ICA_NO_CLUSTER : m->cluster;
    }
    ica_clustering_clear(&result);
}

/* The rows in a random order, photos of new kinds and the last ones at the end. Returns how many
 * are known. */
static size_t split(const struct test_photos *photos, bool by_kind, size_t *rows,
                    struct test_random *random)
{
    size_t n = photos->features.n;
    size_t *kinds = calloc(photos->n_kinds, sizeof *kinds);
    size_t *order = calloc(n, sizeof *order);
    assert_true(kinds && order);
    size_t n_old = 0;
    size_t n_rows = 0;
    test_random_shuffle(kinds, photos->n_kinds, random);
    test_random_shuffle(order, n, random);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            bool is_new = by_kind && kinds[photos->kinds[order[i]]] < photos->n_kinds * 3 / 10;
            if (is_new == (pass == 1)) {
                rows[n_rows++] = order[i];
                n_old += !is_new;
            }
        }
    }
    free(order);
    free(kinds);
    return by_kind ? n_old * 8 / 10 : n_old * 7 / 10;
}

static double share_kept(const int64_t *known, const int64_t *anew, size_t n_known, size_t n)
{
    int32_t *labels = calloc(n, sizeof *labels);
    int64_t *ids = calloc(n, sizeof *ids);
    int64_t *old = calloc(n, sizeof *old);
    assert_true(labels && ids && old);
    int64_t next_id = (int64_t)n;
    double n_clustered = 0;
    double n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        labels[i] = (int32_t)anew[i];
        old[i] = i < n_known ? known[i] : ICA_NO_CLUSTER;
    }
    assert_int_equal(ica_cluster_ids_carry_over(old, labels, n, n, &next_id, ids, NULL), ICA_OK);
    for (size_t i = 0; i < n_known; i++) {
        n_clustered += known[i] >= 0;
        n_kept += known[i] >= 0 && labels[i] >= 0 && ids[labels[i]] == known[i];
    }
    free(old);
    free(ids);
    free(labels);
    return n_kept / n_clustered;
}

/* `anew` are the photos' clusters when all are clustered at once. */
static void grow(const struct test_photos *photos, size_t n_known, enum ica_strategy strategy,
                 const int64_t *anew, struct scores *scores)
{
    size_t n = photos->features.n;
    int64_t *known = calloc(n, sizeof *known);
    int64_t *truth = calloc(n, sizeof *truth);
    assert_true(known && truth);
    cluster(photos, n_known, strategy, known);
    for (size_t i = 0; i < n; i++) {
        truth[i] = photos->kinds[i];
    }
    const struct ica_growth_input input = {
        .features = photos->features,
        .n_known = n_known,
        .clusters = known,
        .next_id = (int64_t)n,
    };
    struct ica_parallel threads = test_threads(2);
    struct ica_growth grown;
    assert_int_equal(ica_growth_run(&input, &threads, NULL, &grown, NULL, NULL), ICA_OK);
    for (size_t i = 0; i < n_known; i++) {
        assert_true(known[i] == ICA_NO_CLUSTER || grown.clusters[i] == known[i]);
    }
    size_t counts[ICA_GROWTH_ALONE + 1] = {0};
    for (size_t i = n_known; i < n; i++) {
        counts[grown.changes[i]]++;
    }
    double n_new = (double)(n - n_known);
    scores->grown += test_adjusted_rand_index(grown.clusters, truth, n) / ROUNDS;
    scores->anew += test_adjusted_rand_index(anew, truth, n) / ROUNDS;
    scores->agreed += test_adjusted_rand_index(grown.clusters, anew, n) / ROUNDS;
    scores->joined += (double)counts[ICA_GROWTH_JOINED] / n_new / ROUNDS;
    scores->alone += (double)counts[ICA_GROWTH_ALONE] / n_new / ROUNDS;
    scores->n_born += (double)grown.n_born / ROUNDS;
    scores->kept += share_kept(known, anew, n_known, n) / ROUNDS;
    ica_growth_clear(&grown);
    free(truth);
    free(known);
}

static struct scores measure(const char *set, bool by_kind, enum ica_strategy strategy)
{
    struct test_random random = {40};
    struct scores scores = {0};
    struct test_photos all;
    assert_true(test_photos_read(&all, set));
    size_t *rows = calloc(all.features.n, sizeof *rows);
    int64_t *clusters = calloc(all.features.n, sizeof *clusters);
    int64_t *anew = calloc(all.features.n, sizeof *anew);
    assert_true(rows && clusters && anew);
    cluster(&all, all.features.n, strategy, clusters);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct test_photos photos;
        size_t n_known = split(&all, by_kind, rows, &random);
        test_photos_pick(&photos, &all, rows, all.features.n);
        for (size_t i = 0; i < all.features.n; i++) {
            anew[i] = clusters[rows[i]];
        }
        grow(&photos, n_known, strategy, anew, &scores);
        test_photos_clear(&photos);
    }
    free(anew);
    free(clusters);
    free(rows);
    test_photos_clear(&all);
    print_message("%-8s %-8s %-9s grown %.3f, anew %.3f, agreed %.3f; joined %.2f, alone %.2f, "
                  "%.1f born; kept anew %.2f\n",
                  set, strategy == ICA_STRATEGY_AUTO ? "auto" : "hdbscan",
                  by_kind ? "new kinds" : "more", scores.grown, scores.anew, scores.agreed,
                  scores.joined, scores.alone, scores.n_born, scores.kept);
    return scores;
}

/* Growing loses next to nothing against clustering all at once (over 12 rounds, nothing), and
 * clustering at once, with the ids carried over, leaves most photos where a user has seen them. */
static void check_scores(const struct scores *scores)
{
    assert_true(scores->grown >= scores->anew - 0.02);
    assert_true(scores->kept >= 0.75);
    assert_true(scores->alone < 0.1);
}

static void check_set(const char *set, enum ica_strategy strategy)
{
    struct scores more = measure(set, false, strategy);
    struct scores kinds = measure(set, true, strategy);
    check_scores(&more);
    check_scores(&kinds);
    assert_true(kinds.n_born >= 1); /* new kinds are clusters of their own */
    assert_true(strategy != ICA_STRATEGY_AUTO || more.joined > 0.9);
    assert_true(kinds.joined < more.joined);
}

static void test_similar_objects(void **state)
{
    (void)state;
    check_set("clothing", ICA_STRATEGY_AUTO);
}

static void test_different_objects(void **state)
{
    (void)state;
    check_set("objects", ICA_STRATEGY_AUTO);
}

/* Whatever the strategy that made the clusters. */
static void test_density(void **state)
{
    (void)state;
    check_set("objects", ICA_STRATEGY_HDBSCAN);
}

int main(void)
{
    struct test_photos photos;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_similar_objects),
        cmocka_unit_test(test_different_objects),
        cmocka_unit_test(test_density),
    };
    if (test_sanitized) {
        print_message("SKIPPED: groups of photos are judged without sanitizers\n");
        return TEST_SKIPPED;
    }
    if (!test_photos_read(&photos, "objects")) {
        return TEST_SKIPPED;
    }
    test_photos_clear(&photos);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
