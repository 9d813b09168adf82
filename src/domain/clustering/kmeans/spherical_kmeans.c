/* SPDX-License-Identifier: Apache-2.0 */
/* Spherical k-means (Dhillon, Modha 2001, "Concept decompositions for large sparse text data using
 * clustering"): rows go to the nearest centre by cosine distance, centres to the mean direction of
 * their rows, until nothing changes (Lloyd). It starts several times from seeds of k-means++
 * (kmeans_seeding.h), small sets more often than large ones, and the result with the least sum of
 * distances counts. O(n k dim) time for each of at most MAX_PASSES passes.
 *
 * A centre that loses all its rows moves to the row that is farthest from its own; one a pass.
 *
 * Where nobody says how many groups there should be, a tree by Ward's method, which makes the same
 * sum small, is built over a sample, and cut where its silhouette is best (silhouette_cut.h). */
#include "domain/clustering/kmeans/spherical_kmeans.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/agglomerative/agglomerative.h"
#include "domain/clustering/agglomerative/silhouette_cut.h"
#include "domain/clustering/kmeans/centres.h"
#include "domain/clustering/kmeans/kmeans_seeding.h"
#include "domain/clustering/rating.h"

#define MIN_RESTARTS 4
#define MAX_RESTARTS 16
#define RESTART_WORK                                                                               \
    ((size_t)1 << 20) /* pairs of row and centre that all restarts together see                    \
                       */
#define MAX_PASSES 100

struct kmeans {
    const struct ica_cosine_distance *rows;
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    struct ica_random random;
    size_t n_clusters;
    size_t n_done; /* rows, as the monitor hears */
    struct ica_centres centres;
    size_t *seeds;                      /* rows */
    struct ica_nearest_centre *nearest; /* per row */
    size_t *before;                     /* per row: its centre before this pass */
    size_t *groups;                     /* per row: its centre in the best result so far */
    double inertia;                     /* the sum of distances there */
};

static bool are_equal(const struct ica_cosine_distance *rows, size_t a, size_t b)
{
    for (size_t k = 0; k < rows->dim; k++) {
        if (rows->rows[a][k] != rows->rows[b][k]) {
            return false;
        }
    }
    return true;
}

/* Give each row that differs from the one before it a group of its own. Returns how many. */
static size_t part_all(const struct ica_cosine_distance *rows, size_t *groups)
{
    size_t n_groups = 0;
    for (size_t i = 0; i < rows->base.n; i++) {
        n_groups += i == 0 || !are_equal(rows, i - 1, i);
        groups[i] = n_groups - 1;
    }
    return n_groups;
}

/* Rows to their nearest centres. `*changed` says whether any went to another one. */
static enum ica_status pass(struct kmeans *k, bool *changed, struct ica_error *err)
{
    size_t n = k->rows->base.n;
    *changed = false;
    for (size_t i = 0; i < n; i++) {
        k->before[i] = k->nearest[i].centre;
    }
    enum ica_status status =
        ica_centres_search(&k->centres, k->parallel, k->monitor, k->n_done, k->nearest, err);
    for (size_t i = 0; i < n; i++) {
        *changed |= k->nearest[i].centre != k->before[i];
    }
    return status;
}

/* From seeds to where nothing changes. */
static enum ica_status settle(struct kmeans *k, struct ica_error *err)
{
    bool changed;
    for (size_t c = 0; c < k->centres.n; c++) {
        ica_centres_set(&k->centres, c, k->seeds[c]);
    }
    memset(k->nearest, 0, k->rows->base.n * sizeof *k->nearest);
    enum ica_status status = pass(k, &changed, err);
    changed = true;
    for (size_t p = 1; p < MAX_PASSES && changed && !status; p++) {
        ica_centres_move(&k->centres, k->nearest, k->parallel);
        bool revived = ica_centres_revive(&k->centres, k->nearest);
        status = pass(k, &changed, err);
        changed |= revived;
    }
    return status;
}

/* There may be fewer seeds than room for centres. */
static enum ica_status run_once(struct kmeans *k, struct ica_error *err)
{
    double inertia = 0;
    enum ica_status status =
        ica_kmeans_seeds(&k->rows->base, k->n_clusters, &k->random, k->parallel, k->monitor,
                         k->n_done, k->seeds, &k->centres.n, err);
    if (!status) {
        status = settle(k, err);
    }
    if (status) {
        return status;
    }
    for (size_t i = 0; i < k->rows->base.n; i++) {
        inertia += k->nearest[i].distance;
    }
    for (size_t i = 0; i < k->rows->base.n && inertia < k->inertia; i++) {
        k->groups[i] = k->nearest[i].centre;
    }
    k->inertia = fmin(k->inertia, inertia);
    return ICA_OK;
}

static size_t count_restarts(size_t n, size_t n_clusters)
{
    size_t affordable = RESTART_WORK / n / n_clusters;
    affordable = affordable > MIN_RESTARTS ? affordable : MIN_RESTARTS;
    return affordable < MAX_RESTARTS ? affordable : MAX_RESTARTS;
}

/* Fill `groups`. */
static enum ica_status run_restarts(struct kmeans *k, struct ica_error *err)
{
    size_t n = k->rows->base.n;
    enum ica_status status = ica_centres_init(&k->centres, k->rows, k->n_clusters, err);
    k->seeds = ica_array_new(k->n_clusters, sizeof *k->seeds);
    k->nearest = ica_array_new(n, sizeof *k->nearest);
    k->before = ica_array_new(n, sizeof *k->before);
    if (!status && (!k->seeds || !k->nearest || !k->before)) {
        status = ica_error_nomem(err, "k-means");
    }
    k->inertia = HUGE_VAL;
    size_t n_restarts = count_restarts(n, k->n_clusters);
    for (size_t restart = 0; restart < n_restarts && !status; restart++) {
        k->n_done = n * restart / n_restarts;
        status = run_once(k, err);
    }
    free(k->before);
    free(k->nearest);
    free(k->seeds);
    ica_centres_clear(&k->centres);
    return status;
}

/* What looks at the sample shows the person who waits that nothing is done yet. */
struct beginning {
    const struct ica_monitor *monitor;
    size_t n;
};

static bool look_at_beginning(void *context, const char *stage, size_t done, size_t total)
{
    const struct beginning *beginning = context;
    (void)done;
    (void)total;
    return ica_monitor_step(beginning->monitor, stage, 0, beginning->n);
}

/* The number of groups where the silhouette of a sample is best. */
static enum ica_status choose_number(const struct ica_cosine_distance *sample,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor,
                                     struct ica_silhouette_cut *cut, struct ica_error *err)
{
    size_t n_twins;
    struct ica_edge *edges = ica_array_new(sample->base.n, sizeof *edges);
    enum ica_status status = edges ? ica_agglomerative_tree(sample, ICA_LINKAGE_WARD, parallel,
                                                            monitor, edges, &n_twins, err)
                                   : ica_error_nomem(err, "a sample");
    if (!status) {
        status = ica_silhouette_cut(&sample->base, edges, sample->base.n - n_twins, parallel,
                                    monitor, cut, err);
    }
    free(edges);
    return status;
}

/* Every k-th row is the sample. */
static enum ica_status sample_number(const struct ica_cosine_distance *rows,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor,
                                     struct ica_silhouette_cut *cut, struct ica_error *err)
{
    size_t n = rows->base.n;
    size_t m = n < ICA_SILHOUETTE_SAMPLE ? n : ICA_SILHOUETTE_SAMPLE;
    struct ica_cosine_distance sample = {0};
    struct beginning beginning = {.monitor = monitor, .n = n};
    struct ica_monitor quiet = {.step = look_at_beginning, .context = &beginning};
    const float **vectors = ica_array_new(m, sizeof *vectors);
    if (!vectors) {
        return ica_error_nomem(err, "a sample");
    }
    for (size_t i = 0; i < m; i++) {
        vectors[i] = rows->rows[i * n / m];
    }
    enum ica_status status = ica_cosine_distance_init_rows(&sample, vectors, m, rows->dim, err);
    if (!status) {
        status = choose_number(&sample, parallel, &quiet, cut, err);
    }
    ica_cosine_distance_clear(&sample);
    return status;
}

static void explain(const struct ica_partition *partition, const struct ica_kmeans_options *options,
                    const struct ica_silhouette_cut *cut, char *reason, size_t reason_size)
{
    char words[ICA_MAX_PARTITION_WORDS];
    char because[96] = "as no number has a silhouette above 0";
    ica_partition_in_words(partition, words);
    if (options->n_clusters > 0) {
        (void)snprintf(because, sizeof because, "%zu group%s asked for", options->n_clusters,
                       options->n_clusters == 1 ? "" : "s");
    } else if (cut->silhouette > 0) {
        (void)snprintf(because, sizeof because, "the number with the best mean silhouette, %.2f",
                       cut->silhouette);
    }
    (void)snprintf(reason, reason_size,
                   "Spherical k-means as asked (%s, seed %" PRIu64 "): of %zu image%s came %s.",
                   because, options->seed, partition->n, partition->n == 1 ? "" : "s", words);
}

/* The groups of all rows; `*n_groups` is how many numbers they have. */
static enum ica_status find_groups(struct kmeans *k, size_t *n_groups, struct ica_error *err)
{
    size_t n_different = part_all(k->rows, k->groups);
    *n_groups = n_different;
    if (k->n_clusters >= n_different) {
        return ICA_OK;
    }
    if (k->n_clusters > ICA_MAX_KMEANS_CLUSTERS) {
        return ica_error_set(err, ICA_EINVALID,
                             "The strategy kmeans makes at most %d groups, not %zu.",
                             ICA_MAX_KMEANS_CLUSTERS, k->n_clusters);
    }
    *n_groups = k->n_clusters;
    return run_restarts(k, err);
}

enum ica_status ica_kmeans_run(const struct ica_cosine_distance *rows,
                               const struct ica_kmeans_options *options,
                               struct ica_parallel *parallel, const struct ica_monitor *monitor,
                               struct ica_partition *out, char *reason, size_t reason_size,
                               struct ica_error *err)
{
    size_t n_groups = 0;
    struct ica_silhouette_cut cut = {.n_groups = options->n_clusters};
    struct kmeans k = {
        .rows = rows, .parallel = parallel, .monitor = monitor, .random = {options->seed}};
    enum ica_status status = ica_partition_init(out, rows->base.n, err);
    if (status) {
        return status;
    }
    k.groups = ica_array_new(out->n, sizeof *k.groups);
    if (!k.groups) {
        status = ica_error_nomem(err, "k-means");
        goto out;
    }
    status = cut.n_groups > 0 ? ICA_OK : sample_number(rows, parallel, monitor, &cut, err);
    k.n_clusters = cut.n_groups;
    if (!status) {
        status = find_groups(&k, &n_groups, err);
    }
    if (!status) {
        status = ica_partition_label(out, k.groups, n_groups, err);
    }
    if (!status) {
        status = ica_rate(out, rows, parallel, monitor, err);
    }
    if (!status) {
        explain(out, options, &cut, reason, reason_size);
    }
out:
    free(k.groups);
    if (status) {
        ica_partition_clear(out);
    }
    return status;
}
