/* SPDX-License-Identifier: Apache-2.0 */
/* How long clustering takes, and which groups it finds in labelled vectors.
 *
 *     bench_clustering [-t THREADS] N...
 *     bench_clustering -e EMBEDDINGS.npy
 *
 * The first form times each strategy on N made-up images (1280 features like a network's pooled
 * ones, 1000 classes, groups of about 40): wall clock and processor time in seconds. The second
 * does so for the rows of a file. A line for each run: images, strategy, seconds, groups, images in
 * none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "domain/clustering/clustering.h"
#include "support/npy.h"
#include "support/test_random.h"
#include "support/test_threads.h"

#define DIM        1280
#define CLASSES    1000
#define GROUP_SIZE 40
#define MAX_IMAGES 200000

/* Owned rows. */
struct vectors {
    struct ica_features features;
    float *embeddings;
    float *probabilities;
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_image(float *embedding, float *probabilities, const float *centre, size_t class,
                       struct test_random *random)
{
    for (size_t k = 0; k < DIM; k++) {
        float value = centre[k] + (float)(0.4 * test_random_normal(random));
        embedding[k] = value > 0 ? value : 0;
    }
    for (size_t c = 0; c < CLASSES; c++) {
        probabilities[c] = 0.5F / CLASSES;
    }
    probabilities[class] += 0.3F;
    probabilities[test_random_below(random, CLASSES)] += 0.2F;
}

static bool make_vectors(struct vectors *vectors, size_t n)
{
    struct test_random random = {1};
    size_t n_groups = n / GROUP_SIZE + 2;
    float *centres = calloc(n_groups * DIM, sizeof *centres);
    vectors->embeddings = calloc(n * DIM, sizeof *vectors->embeddings);
    vectors->probabilities = calloc(n * CLASSES, sizeof *vectors->probabilities);
    bool done = centres && vectors->embeddings && vectors->probabilities;
    for (size_t k = 0; done && k < n_groups * DIM; k++) {
        centres[k] = (float)(0.4 * test_random_normal(&random) - 0.1);
    }
    for (size_t i = 0; done && i < n; i++) {
        size_t group = test_random_below(&random, n_groups);
        make_image(vectors->embeddings + i * DIM, vectors->probabilities + i * CLASSES,
                   centres + group * DIM, group % CLASSES, &random);
    }
    vectors->features = (struct ica_features){
        .n = n,
        .dim = DIM,
        .embeddings = vectors->embeddings,
        .n_classes = CLASSES,
        .probabilities = vectors->probabilities,
    };
    free(centres);
    return done;
}

static bool read_vectors(struct vectors *vectors, const char *path)
{
    struct npy npy;
    if (!npy_read(&npy, path)) {
        return false;
    }
    vectors->embeddings = npy_floats(&npy);
    vectors->features = (struct ica_features){
        .n = npy.n_rows,
        .dim = npy.n_columns,
        .embeddings = vectors->embeddings,
    };
    npy_clear(&npy);
    return vectors->embeddings != NULL;
}

static int run(const struct vectors *vectors, enum ica_strategy strategy,
               struct ica_parallel *parallel)
{
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_clustering result;
    struct ica_error error = {0};
    size_t n_clusters = 0;
    size_t n_noise = 0;
    options.strategy = strategy;
    double wall = seconds(CLOCK_MONOTONIC);
    double processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (ica_clustering_run(&vectors->features, &options, parallel, NULL, &result, &error) !=
        ICA_OK) {
        (void)fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    wall = seconds(CLOCK_MONOTONIC) - wall;
    processor = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor;
    for (size_t c = 0; c < result.n_clusters; c++) {
        n_clusters += !result.clusters[c].unclustered;
        n_noise += result.clusters[c].unclustered ? result.clusters[c].n_members : 0;
    }
    printf("%7zu images  %-8s %9.4f s (processor %9.4f s) %6zu groups %6zu in none\n", result.n,
           result.strategy, wall, processor, n_clusters, n_noise);
    ica_clustering_clear(&result);
    return 0;
}

static int run_all(struct vectors *vectors, struct ica_parallel *parallel)
{
    int failed = 0;
    for (int s = ICA_STRATEGY_AUTO; s <= ICA_STRATEGY_POC && !failed; s++) {
        failed = run(vectors, (enum ica_strategy)s, parallel);
    }
    free(vectors->embeddings);
    free(vectors->probabilities);
    return failed;
}

static int usage(void)
{
    (void)fprintf(stderr, "usage: bench_clustering [-t THREADS] [-e EMBEDDINGS.npy] [N...]\n");
    return 2;
}

int main(int argc, char **argv)
{
    uint64_t n_threads = 2;
    const char *path = NULL;
    for (int option; (option = getopt(argc, argv, "t:e:")) != -1;) {
        if (option == 'e') {
            path = optarg;
        } else if (option != 't' || !ica_text_parse_uint(optarg, 1, TEST_THREADS_MAX, &n_threads)) {
            return usage();
        }
    }
    struct ica_parallel threads = test_threads((size_t)n_threads);
    int failed = 0;
    if (path) {
        struct vectors vectors = {0};
        if (!read_vectors(&vectors, path)) {
            (void)fprintf(stderr, "%s cannot be read\n", path);
            return 1;
        }
        failed = run_all(&vectors, &threads);
    }
    for (; optind < argc && !failed; optind++) {
        struct vectors vectors = {0};
        uint64_t n;
        if (!ica_text_parse_uint(argv[optind], 1, MAX_IMAGES, &n)) {
            return usage();
        }
        failed = make_vectors(&vectors, (size_t)n) ? run_all(&vectors, &threads) : 1;
    }
    return failed;
}
