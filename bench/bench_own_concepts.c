/* SPDX-License-Identifier: Apache-2.0 */
/* How well taught concepts are recognised.
 *
 *     ICA_TEST_SHARED=../shared bench_own_concepts SET...
 *
 * For each SET of labelled photos and 3, 6 and 12 examples: five kinds are taught by that many
 * photos drawn at random, then a group of six other photos of every kind is described, 20 times
 * over. Of the taught kinds it prints how often the group got its own name, another taught name, or
 * none; of the others how often a taught name was given to them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/description/concepts/own_concepts.h"
#include "support/test_photos.h"
#include "support/test_random.h"

#define N_TAUGHT   5
#define GROUP_SIZE 6
#define N_ROUNDS   20
#define MAX_ROWS   4096

struct counts {
    size_t right;
    size_t other;
    size_t none;
    size_t n_strangers;
    size_t wrong; /* strangers that got a name */
};

static const struct ica_model model = {.name = "efficientnet-lite2", .dim = 1280};

/* The rows of a kind in a random order; returns how many. */
static size_t shuffle_kind(const struct test_photos *photos, size_t kind,
                           struct test_random *random, size_t rows[MAX_ROWS])
{
    size_t n = 0;
    for (size_t i = 0; i < photos->features.n && n < MAX_ROWS; i++) {
        if (photos->kinds[i] == (int32_t)kind) {
            rows[n++] = i;
        }
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = test_random_below(random, i);
        size_t swap = rows[i - 1];
        rows[i - 1] = rows[j];
        rows[j] = swap;
    }
    return n;
}

static void teach(struct ica_own_concepts *list, const struct test_photos *photos, size_t kind,
                  const size_t *rows, size_t n_examples)
{
    struct ica_own_concept concept = {0};
    size_t dim = photos->features.dim;
    float *examples = ica_array_new(n_examples * dim, sizeof *examples);
    char name[24];
    (void)snprintf(name, sizeof name, "%zu", kind);
    for (size_t i = 0; examples && i < n_examples * dim; i++) {
        examples[i] = photos->embeddings[rows[i / dim] * dim + i % dim];
    }
    const struct ica_features features = {.n = n_examples, .dim = dim, .embeddings = examples};
    if (!examples || ica_own_concept_learn(&concept, name, &features, &model, NULL) ||
        ica_own_concepts_put(list, &concept, NULL)) {
        (void)fprintf(stderr, "A concept cannot be learnt.\n");
        exit(1);
    }
    free(examples);
}

static void judge(const struct ica_own_concepts *list, const struct test_photos *photos,
                  size_t kind, bool is_taught, size_t *members, struct counts *counts)
{
    double share;
    const struct ica_cluster cluster = {.members = members, .n_members = GROUP_SIZE};
    size_t match = ica_own_concepts_match(list, &photos->features, &cluster, &share);
    bool named = match != ICA_NO_OWN_CONCEPT;
    bool right = named && strtoul(list->items[match].name, NULL, 10) == kind;
    if (is_taught) {
        counts->right += right;
        counts->other += named && !right;
        counts->none += !named;
    } else {
        counts->n_strangers++;
        counts->wrong += named;
    }
}

static void play_round(const struct test_photos *photos, size_t n_examples,
                       struct test_random *random, struct counts *counts)
{
    struct ica_own_concepts list = {0};
    size_t rows[MAX_ROWS];
    size_t first = test_random_below(random, photos->n_kinds);
    for (int describing = 0; describing < 2; describing++) {
        struct test_random same = *random; /* the same order of the photos both times */
        for (size_t k = 0; k < photos->n_kinds; k++) {
            size_t kind = (first + k * 7) % photos->n_kinds;
            size_t n = shuffle_kind(photos, kind, &same, rows);
            if (n < n_examples + GROUP_SIZE) {
                continue;
            }
            if (describing) {
                judge(&list, photos, kind, k < N_TAUGHT, rows + n_examples, counts);
            } else if (k < N_TAUGHT) {
                teach(&list, photos, kind, rows, n_examples);
            }
        }
    }
    (void)test_random_next(random);
    ica_own_concepts_clear(&list);
}

int main(int argc, char **argv)
{
    static const size_t examples[] = {3, 6, 12};
    for (int i = 1; i < argc; i++) {
        struct test_photos photos;
        if (!test_photos_read(&photos, argv[i])) {
            return 1;
        }
        for (size_t e = 0; e < sizeof examples / sizeof *examples; e++) {
            struct counts c = {0};
            struct test_random random = {.state = 99};
            for (size_t round = 0; round < N_ROUNDS; round++) {
                play_round(&photos, examples[e], &random, &c);
            }
            double n = (double)(c.right + c.other + c.none);
            (void)printf("%-9s %2zu examples: right %3.0f %%, another %2.0f %%, none %2.0f %%; "
                         "strangers named %4.1f %%\n",
                         argv[i], examples[e], 100 * (double)c.right / n, 100 * (double)c.other / n,
                         100 * (double)c.none / n,
                         100 * (double)c.wrong / (double)(c.n_strangers ? c.n_strangers : 1));
        }
        test_photos_clear(&photos);
    }
    return 0;
}
