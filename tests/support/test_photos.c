/* SPDX-License-Identifier: Apache-2.0 */
/* Labelled photos from the reference data. */
#include "support/test_photos.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/npy.h"

#define MAX_PATH 1024
#define MAX_NAME 256

static void softmax(float *row, size_t n)
{
    double most = (double)row[0];
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        most = fmax(most, (double)row[k]);
    }
    for (size_t k = 0; k < n; k++) {
        sum += exp((double)row[k] - most);
    }
    for (size_t k = 0; k < n; k++) {
        row[k] = (float)(exp((double)row[k] - most) / sum);
    }
}

/* Photos of a folder follow each other. */
static void read_kinds(struct test_photos *photos, const char *path)
{
    char name[MAX_NAME] = "";
    char folder[MAX_NAME] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t i = 0; i < photos->features.n; i++) {
        assert_non_null(fgets(name, sizeof name, file));
        name[strcspn(name, "/")] = '\0';
        if (strcmp(name, folder) != 0) {
            memcpy(folder, name, sizeof folder);
            photos->n_kinds++;
        }
        photos->kinds[i] = (int32_t)photos->n_kinds - 1;
    }
    (void)fclose(file);
}

bool test_photos_read(struct test_photos *photos, const char *set)
{
    const char *shared = getenv("ICA_TEST_SHARED");
    char path[MAX_PATH];
    struct npy embeddings;
    struct npy logits;
    *photos = (struct test_photos){0};
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.emb.npy",
                   shared ? shared : "", set);
    if (!npy_read(&embeddings, path)) {
        print_message("SKIPPED: no reference embeddings at ICA_TEST_SHARED\n");
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.logits.npy", shared, set);
    assert_true(npy_read(&logits, path));
    assert_true(embeddings.n_rows == logits.n_rows);
    photos->embeddings = npy_floats(&embeddings);
    photos->probabilities = npy_floats(&logits);
    photos->kinds = calloc(embeddings.n_rows, sizeof *photos->kinds);
    assert_true(photos->embeddings && photos->probabilities && photos->kinds);
    photos->features = (struct ica_features){
        .n = embeddings.n_rows,
        .dim = embeddings.n_columns,
        .embeddings = photos->embeddings,
        .n_classes = logits.n_columns,
        .probabilities = photos->probabilities,
    };
    for (size_t i = 0; i < logits.n_rows; i++) {
        softmax(photos->probabilities + i * logits.n_columns, logits.n_columns);
    }
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-lite2.names.txt", shared, set);
    read_kinds(photos, path);
    npy_clear(&logits);
    npy_clear(&embeddings);
    return true;
}

void test_photos_pick(struct test_photos *photos, const struct test_photos *from,
                      const size_t *rows, size_t n)
{
    size_t dim = from->features.dim;
    size_t n_classes = from->features.n_classes;
    *photos = (struct test_photos){
        .features = from->features,
        .embeddings = calloc(n * dim + 1, sizeof *photos->embeddings),
        .probabilities = calloc(n * n_classes + 1, sizeof *photos->probabilities),
        .kinds = calloc(n + 1, sizeof *photos->kinds),
        .n_kinds = from->n_kinds,
    };
    assert_true(photos->embeddings && photos->probabilities && photos->kinds);
    for (size_t i = 0; i < n; i++) {
        memcpy(photos->embeddings + i * dim, from->embeddings + rows[i] * dim,
               dim * sizeof *photos->embeddings);
        memcpy(photos->probabilities + i * n_classes, from->probabilities + rows[i] * n_classes,
               n_classes * sizeof *photos->probabilities);
        photos->kinds[i] = from->kinds[rows[i]];
    }
    photos->features.n = n;
    photos->features.embeddings = photos->embeddings;
    photos->features.probabilities = photos->probabilities;
}

void test_photos_clear(struct test_photos *photos)
{
    free(photos->embeddings);
    free(photos->probabilities);
    free(photos->kinds);
    *photos = (struct test_photos){0};
}

double test_adjusted_rand_index(const int64_t *a, const int64_t *b, size_t n)
{
    double both = 0;
    double in_a = 0;
    double in_b = 0;
    double pairs = (double)n * ((double)n - 1) / 2;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            bool together_a = a[i] >= 0 && a[i] == a[j];
            bool together_b = b[i] >= 0 && b[i] == b[j];
            both += together_a && together_b;
            in_a += together_a;
            in_b += together_b;
        }
    }
    double chance = in_a * in_b / pairs;
    double most = (in_a + in_b) / 2;
    return most > chance ? (both - chance) / (most - chance) : 1;
}
