/* SPDX-License-Identifier: Apache-2.0 */
/* The `auto` strategy on real photos: the groups of an independent implementation in double
 * precision, for draws of 5 to 24 photos and for whole sets, and how well they agree with the true
 * groups (the photos' folders). The embeddings are found through ICA_TEST_SHARED; without them the
 * test counts as skipped. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "domain/clustering/clustering.h"
#include "support/cmocka_all.h"
#include "support/npy.h"
#include "support/test_threads.h"

#define MAX_PATH 1024
#define MAX_NAME 256
#define SKIPPED  77

/* A set of labelled photos. */
struct photos {
    size_t n;
    size_t dim;
    size_t n_classes;
    float *embeddings;
    float *probabilities;
    char (*names)[MAX_NAME]; /* folder/file */
};

static float *softmax(const struct npy *logits)
{
    float *probabilities = calloc(logits->n_rows * logits->n_columns, sizeof *probabilities);
    assert_non_null(probabilities);
    for (size_t i = 0; i < logits->n_rows; i++) {
        const double *row = logits->values + i * logits->n_columns;
        double most = row[0];
        double sum = 0;
        for (size_t k = 0; k < logits->n_columns; k++) {
            most = fmax(most, row[k]);
        }
        for (size_t k = 0; k < logits->n_columns; k++) {
            sum += exp(row[k] - most);
        }
        for (size_t k = 0; k < logits->n_columns; k++) {
            probabilities[i * logits->n_columns + k] = (float)(exp(row[k] - most) / sum);
        }
    }
    return probabilities;
}

static void read_names(struct photos *photos, const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    photos->names = calloc(photos->n, sizeof *photos->names);
    assert_non_null(photos->names);
    for (size_t i = 0; i < photos->n; i++) {
        assert_non_null(fgets(photos->names[i], MAX_NAME, file));
        photos->names[i][strcspn(photos->names[i], "\n")] = '\0';
    }
    fclose(file);
}

static void photos_init(struct photos *photos, const char *shared, const char *set)
{
    char path[MAX_PATH];
    struct npy embeddings;
    struct npy logits;
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.emb.npy", shared, set);
    assert_true(npy_read(&embeddings, path));
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.logits.npy", shared, set);
    assert_true(npy_read(&logits, path));
    assert_true(embeddings.n_rows == logits.n_rows);
    *photos = (struct photos){
        .n = embeddings.n_rows,
        .dim = embeddings.n_columns,
        .n_classes = logits.n_columns,
        .embeddings = npy_floats(&embeddings),
        .probabilities = softmax(&logits),
    };
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.names.txt", shared, set);
    read_names(photos, path);
    npy_clear(&logits);
    npy_clear(&embeddings);
}

static void photos_clear(struct photos *photos)
{
    free(photos->embeddings);
    free(photos->probabilities);
    free(photos->names);
}

/* The rows of the named photos; all rows where `names` is NULL. */
static size_t *find_rows(const struct photos *photos, const json_t *names, size_t *n)
{
    *n = names ? json_array_size(names) : photos->n;
    size_t *rows = calloc(*n, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < *n; i++) {
        size_t row = names ? 0 : i;
        while (names &&
               strcmp(photos->names[row], json_string_value(json_array_get(names, i))) != 0) {
            row++;
            assert_true(row < photos->n);
        }
        rows[i] = row;
    }
    return rows;
}

static size_t folder_length(const char *name)
{
    return strcspn(name, "/");
}

static int same_folder(const struct photos *photos, size_t a, size_t b)
{
    size_t length = folder_length(photos->names[a]);
    return length == folder_length(photos->names[b]) &&
           memcmp(photos->names[a], photos->names[b], length) == 0;
}

/* Adjusted Rand index (Hubert and Arabie 1985) over pairs. */
static double adjusted_rand_index(const struct photos *photos, const size_t *rows,
                                  const struct ica_clustering *result)
{
    double both = 0;
    double ours = 0;
    double truth = 0;
    double n = (double)result->n;
    double pairs = n * (n - 1) / 2;
    for (size_t i = 0; i < result->n; i++) {
        for (size_t j = i + 1; j < result->n; j++) {
            int together = result->memberships[i].cluster == result->memberships[j].cluster;
            int same = same_folder(photos, rows[i], rows[j]);
            both += together && same;
            ours += together;
            truth += same;
        }
    }
    double chance = ours * truth / pairs;
    double most = (ours + truth) / 2;
    return most > chance ? (both - chance) / (most - chance) : 1;
}

static void check_partition(const struct ica_clustering *result, const json_t *labels)
{
    assert_int_equal(json_array_size(labels), result->n);
    for (size_t i = 0; i < result->n; i++) {
        for (size_t j = i + 1; j < result->n; j++) {
            int together = result->memberships[i].cluster == result->memberships[j].cluster;
            int expected = json_integer_value(json_array_get(labels, i)) ==
                           json_integer_value(json_array_get(labels, j));
            assert_int_equal(together, expected);
        }
    }
}

static double check_draw(const struct photos *photos, const json_t *names, const json_t *labels)
{
    size_t n;
    size_t *rows = find_rows(photos, names, &n);
    float *embeddings = calloc(n, photos->dim * sizeof *embeddings);
    float *probabilities = calloc(n, photos->n_classes * sizeof *probabilities + 1);
    assert_non_null(embeddings);
    assert_non_null(probabilities);
    for (size_t i = 0; i < n; i++) {
        memcpy(embeddings + i * photos->dim, photos->embeddings + rows[i] * photos->dim,
               photos->dim * sizeof *embeddings);
        memcpy(probabilities + i * photos->n_classes,
               photos->probabilities + rows[i] * photos->n_classes,
               photos->n_classes * sizeof *probabilities);
    }
    struct ica_features features = {
        .n = n,
        .dim = photos->dim,
        .embeddings = embeddings,
        .n_classes = photos->n_classes,
        .probabilities = probabilities,
    };
    struct ica_clustering_options options = ica_clustering_options_default();
    struct ica_parallel threads = test_threads(2);
    struct ica_clustering result;
    assert_int_equal(ica_clustering_run(&features, &options, &threads, NULL, &result, NULL),
                     ICA_OK);
    check_partition(&result, labels);
    double score = adjusted_rand_index(photos, rows, &result);
    ica_clustering_clear(&result);
    free(probabilities);
    free(embeddings);
    free(rows);
    return score;
}

/* With the classes, or as if the model gave none. */
static void check_set(const char *shared, const char *set, bool classes, double least_draws,
                      double least_whole)
{
    char path[MAX_PATH];
    struct photos photos;
    (void)snprintf(path, sizeof path, "%s/data/draws.json", shared);
    json_t *draws = json_load_file(path, 0, NULL);
    json_t *expected =
        json_load_file(classes ? ICA_TEST_DATA "/clustering/auto_expected.json"
                               : ICA_TEST_DATA "/clustering/auto_expected_without_classes.json",
                       0, NULL);
    json_t *cases = json_object_get(expected, set);
    assert_non_null(draws);
    assert_non_null(cases);
    photos_init(&photos, shared, set);
    photos.n_classes = classes ? photos.n_classes : 0;
    double sum = 0;
    size_t n_draws = 0;
    for (size_t i = 0; i < json_array_size(cases); i++) {
        json_t *one = json_array_get(cases, i);
        json_int_t draw = json_integer_value(json_object_get(one, "draw"));
        json_t *names = draw < 0 ? NULL : json_array_get(json_object_get(draws, set), (size_t)draw);
        double score = check_draw(&photos, names, json_object_get(one, "labels"));
        if (names) {
            sum += score;
            n_draws++;
        } else {
            print_message("%s, all %zu: adjusted Rand index %.3f\n", set, photos.n, score);
            assert_true(score >= least_whole);
        }
    }
    assert_true(n_draws > 0);
    print_message("%s, %zu draws: mean adjusted Rand index %.3f\n", set, n_draws,
                  sum / (double)n_draws);
    assert_true(sum / (double)n_draws >= least_draws);
    photos_clear(&photos);
    json_decref(expected);
    json_decref(draws);
}

static void test_similar_objects(void **state)
{
    check_set(*state, "clothing", true, 0.525, 0.41);
}

static void test_different_objects(void **state)
{
    check_set(*state, "objects", true, 0.85, 0.88);
}

static void test_without_classes(void **state)
{
    check_set(*state, "clothing", false, 0.53, 0.40);
    check_set(*state, "objects", false, 0.86, 0.89);
}

int main(void)
{
    char *shared = getenv("ICA_TEST_SHARED");
    char path[MAX_PATH];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_similar_objects, shared),
        cmocka_unit_test_prestate(test_different_objects, shared),
        cmocka_unit_test_prestate(test_without_classes, shared),
    };
    (void)snprintf(path, sizeof path, "%s/data/draws.json", shared ? shared : "");
    FILE *draws = fopen(path, "rb");
    if (!draws) {
        print_message("SKIPPED: no reference embeddings at ICA_TEST_SHARED\n");
        return SKIPPED;
    }
    fclose(draws);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
