/* SPDX-License-Identifier: Apache-2.0 */
/* No fixed cosine separates groups: where all images are of one kind everything is alike, and what
 * tells the groups apart is what the images do not share with all. Hence beside the plain cosine
 * s(i,j) there is the cosine after the mean of the set is taken off (a mean diluted by a few
 * imagined images at 0, so that it means little in a small set), and the context: with g(i,j) =
 * s(i,j) minus the means of both rows plus the mean of all, whether g(i,.) and g(j,.) point in the
 * same direction, the pair's own two columns left out. In a large set contexts look at some of the
 * images only, the landmarks, every k-th of the set.
 *
 * All features follow from the matrix of cosines, so vectors are read only once. */
#include "domain/clustering/auto/pair_features.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/vectors/dot.h"

#define MEAN_DILUTION    3.0  /* imagined images in the mean of the set */
#define CONTEXT_DILUTION 10.0 /* a context of n images counts n / (n + this) */
#define LEAST_DEVIATION  1e-12

static double centred_cosine(const struct ica_pair_set *set, double cosine, double pull_a,
                             double pull_b)
{
    double squared_a = 1 - 2 * pull_a + set->centre;
    double squared_b = 1 - 2 * pull_b + set->centre;
    double product = squared_a * squared_b;
    return product > 0 ? (cosine - pull_a - pull_b + set->centre) / sqrt(product) : 0;
}

/* `dot` is that of two contexts with squared lengths `a` and `b`. */
static double context_cosine(const struct ica_pair_set *set, double dot, double a, double b)
{
    double n = (double)set->n;
    return dot / sqrt(fmax(a * b, LEAST_DEVIATION)) * (n / (n + CONTEXT_DILUTION));
}

static double cosine_in_set(const struct ica_pair_set *set, size_t i, size_t j)
{
    return i == j ? 1 : 1 - *ica_distance_matrix_at(&set->cosines, i, j);
}

/* What the context of image i holds of image j. */
static double seen(const struct ica_pair_set *set, size_t i, size_t j)
{
    size_t place = set->places[j];
    return place < set->n_landmarks ? (double)set->standings[i].context[place] : 0;
}

/* Mean and spread of the cosines, and each image's part in them. */
static void measure_set(struct ica_pair_set *set)
{
    size_t n = set->n;
    double n_pairs = (double)n * (double)(n - 1);
    double total = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) {
            sum += cosine_in_set(set, i, j);
        }
        set->standings[i].pull = sum / ((double)n + MEAN_DILUTION);
        set->centre += set->standings[i].pull / ((double)n + MEAN_DILUTION);
        set->row_means[i] = (sum - 1) / (double)(n - 1);
        total += sum - 1;
    }
    set->mean = total / n_pairs;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double rest = cosine_in_set(set, i, j) - set->mean;
            squares += 2 * rest * rest;
        }
    }
    set->spread = sqrt(squares / n_pairs);
    for (size_t i = 0; i < n; i++) {
        set->standings[i].mean = set->mean;
        set->standings[i].spread = set->spread;
    }
}

static void choose_landmarks(struct ica_pair_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        set->places[i] = set->n_landmarks;
    }
    for (size_t k = 0; k < set->n_landmarks; k++) {
        set->landmarks[k] = k * set->n / set->n_landmarks;
        set->places[set->landmarks[k]] = k;
    }
}

/* In a set of two nobody else is there to be seen: all contexts are 0. */
static void find_contexts(struct ica_pair_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        float *context = set->contexts + i * set->n_landmarks;
        for (size_t k = 0; k < set->n_landmarks && set->n > 2; k++) {
            size_t j = set->landmarks[k];
            if (i != j) {
                context[k] = (float)(cosine_in_set(set, i, j) - set->row_means[i] -
                                     set->row_means[j] + set->mean);
            }
        }
        set->standings[i].context = context;
        set->standings[i].deviation = ica_dot(context, context, set->n_landmarks);
    }
}

enum ica_status ica_pair_set_init(struct ica_pair_set *set, const struct ica_distance *embeddings,
                                  const struct ica_distance *classes, const size_t *images,
                                  size_t n, struct ica_parallel *parallel, struct ica_error *err)
{
    size_t n_landmarks = n < ICA_MAX_LANDMARKS ? n : ICA_MAX_LANDMARKS;
    *set = (struct ica_pair_set){
        .embeddings = embeddings,
        .classes = classes,
        .images = images,
        .n = n,
        .row_means = ica_array_new(n, sizeof *set->row_means),
        .n_landmarks = n_landmarks,
        .landmarks = ica_array_new(n_landmarks, sizeof *set->landmarks),
        .places = ica_array_new(n, sizeof *set->places),
        .contexts = ica_array_new(n, n_landmarks * sizeof *set->contexts),
        .standings = ica_array_new(n, sizeof *set->standings),
    };
    enum ica_status status = ICA_OK;
    if (!set->row_means || !set->landmarks || !set->places || !set->contexts || !set->standings) {
        status = ica_error_nomem(err, "comparing images");
    } else {
        status = ica_distance_matrix_init(&set->cosines, n, err);
    }
    if (status) {
        ica_pair_set_clear(set);
        return status;
    }
    ica_distance_matrix_fill(&set->cosines, embeddings, images, parallel);
    measure_set(set);
    choose_landmarks(set);
    find_contexts(set);
    return ICA_OK;
}

struct ica_pair_features ica_pair_set_features(const struct ica_pair_set *set, size_t i, size_t j,
                                               double dot, double overlap)
{
    const struct ica_pair_standing *a = set->standings + i;
    const struct ica_pair_standing *b = set->standings + j;
    double cosine = cosine_in_set(set, i, j);
    double a_sees = seen(set, i, j);
    double b_sees = seen(set, j, i);
    return (struct ica_pair_features){
        .cosine = cosine,
        .centred = centred_cosine(set, cosine, a->pull, b->pull),
        .context = context_cosine(set, dot, a->deviation - a_sees * a_sees,
                                  b->deviation - b_sees * b_sees),
        .classes = overlap,
        .mean = set->mean,
        .spread = set->spread,
    };
}

struct ica_pair_standing ica_pair_set_place(const struct ica_pair_set *set, const double *distances,
                                            float *context)
{
    double n = (double)set->n;
    double total = 0;
    double squares = 0;
    for (size_t j = 0; j < set->n; j++) {
        total += 1 - distances[j];
        squares += (1 - distances[j]) * (1 - distances[j]);
    }
    double mean = total / n;
    double mean_with = (set->mean * n * (n - 1) + 2 * total) / (n * (n + 1));
    double squares_with =
        ((set->mean * set->mean + set->spread * set->spread) * n * (n - 1) + 2 * squares) /
        (n * (n + 1));
    for (size_t k = 0; k < set->n_landmarks; k++) {
        size_t j = set->landmarks[k];
        context[k] = (float)(1 - distances[j] - mean - set->row_means[j] + set->mean);
    }
    return (struct ica_pair_standing){
        .pull = total / (n + MEAN_DILUTION),
        .deviation = ica_dot(context, context, set->n_landmarks),
        .context = context,
        .mean = mean_with,
        .spread = sqrt(fmax(0, squares_with - mean_with * mean_with)),
    };
}

struct ica_pair_features ica_pair_set_compare(const struct ica_pair_set *set,
                                              const struct ica_pair_standing *other, size_t j,
                                              double cosine, double dot, double overlap)
{
    const struct ica_pair_standing *own = set->standings + j;
    return (struct ica_pair_features){
        .cosine = cosine,
        .centred = centred_cosine(set, cosine, other->pull, own->pull),
        .context = context_cosine(set, dot, other->deviation, own->deviation),
        .classes = overlap,
        .mean = other->mean,
        .spread = other->spread,
    };
}

void ica_pair_set_clear(struct ica_pair_set *set)
{
    ica_distance_matrix_clear(&set->cosines);
    free(set->row_means);
    free(set->landmarks);
    free(set->places);
    free(set->contexts);
    free(set->standings);
    *set = (struct ica_pair_set){0};
}
