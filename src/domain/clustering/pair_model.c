/* SPDX-License-Identifier: Apache-2.0 */
/* The log-odds that two images belong together, linear in a few features of the pair and its set.
 *
 * No fixed cosine separates groups: where all images are of one kind everything is alike, and what
 * tells the groups apart is what the images do not share with all. Hence beside the plain cosine
 * s(i,j) the model looks at the cosine after the mean of the set is taken off (a mean diluted by a
 * few imagined images at 0, so that it means little in a small set), and at the context: with
 * g(i,j) = s(i,j) minus the means of both rows plus the mean of all, whether g(i,.) and g(j,.)
 * point in the same direction, the pair's own two columns left out. The weights are a logistic
 * regression over pairs of random draws from two sets of labelled photos, embedded with
 * EfficientNet-Lite2: one of similar objects (clothing), one of different ones.
 *
 * All features follow from the matrix of cosines, so vectors are read only once. O(n^3) for the
 * contexts, n^2 floats and n^2 / 2 doubles of memory. */
#include "domain/clustering/pair_model.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/dot.h"

#define MEAN_DILUTION    3.0  /* imagined images in the mean of the set */
#define CONTEXT_DILUTION 10.0 /* a context of n images counts n / (n + this) */
#define LEAST_DEVIATION  1e-12
#define BLOCK_ROWS       ICA_PAIR_MODEL_BLOCK
#define BLOCK_COLUMNS    64

static const struct ica_pair_weights weights_with_classes = {
    .cosine = 3.2802,
    .centred = 1.1707,
    .context = 3.2837,
    .classes = 2.5413,
    .mean = 10.9312,
    .spread = -3.2985,
    .constant = -7.8708,
};

/* The same regression without the class probabilities, for models that give none. */
static const struct ica_pair_weights weights_without_classes = {
    .cosine = 5.4221,
    .centred = 1.4203,
    .context = 3.3918,
    .mean = 11.2798,
    .spread = -3.4419,
    .constant = -7.5358,
};

/* What one image has in common with the set. */
struct standing {
    double pull;          /* scalar product with the set's centre */
    double deviation;     /* squared length of the context */
    const float *context; /* n */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t n_blocks(size_t n)
{
    return (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

static double centred_cosine(const struct ica_pair_model *model, double cosine, double pull_a,
                             double pull_b)
{
    double squared_a = 1 - 2 * pull_a + model->centre;
    double squared_b = 1 - 2 * pull_b + model->centre;
    double product = squared_a * squared_b;
    return product > 0 ? (cosine - pull_a - pull_b + model->centre) / sqrt(product) : 0;
}

/* `dot` is that of two contexts with squared lengths `a` and `b`. */
static double context_cosine(const struct ica_pair_model *model, double dot, double a, double b)
{
    double n = (double)model->n;
    return dot / sqrt(fmax(a * b, LEAST_DEVIATION)) * (n / (n + CONTEXT_DILUTION));
}

static double log_odds(const struct ica_pair_model *model, double cosine, double centred,
                       double context, double classes)
{
    const struct ica_pair_weights *w = model->weights;
    return w->cosine * cosine + w->centred * centred + w->context * context + w->classes * classes +
           w->mean * model->mean + w->spread * model->spread + w->constant;
}

static double cosine_in_set(const struct ica_pair_model *model, size_t i, size_t j)
{
    return i == j ? 1 : 1 - *ica_distance_matrix_at(&model->cosines, i, j);
}

/* Mean and spread of the cosines, and each image's part in them. */
static void measure_set(struct ica_pair_model *model)
{
    size_t n = model->n;
    double n_pairs = (double)n * (double)(n - 1);
    double total = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++) {
            sum += cosine_in_set(model, i, j);
        }
        model->pulls[i] = sum / ((double)n + MEAN_DILUTION);
        model->centre += model->pulls[i] / ((double)n + MEAN_DILUTION);
        model->row_means[i] = (sum - 1) / (double)(n - 1);
        total += sum - 1;
    }
    model->mean = total / n_pairs;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double rest = cosine_in_set(model, i, j) - model->mean;
            squares += 2 * rest * rest;
        }
    }
    model->spread = sqrt(squares / n_pairs);
}

/* In a set of two nobody else is there to be seen: all contexts are 0. */
static void find_contexts(struct ica_pair_model *model)
{
    size_t n = model->n;
    for (size_t i = 0; i < n && n > 2; i++) {
        float *context = model->contexts + i * n;
        for (size_t j = 0; j < n; j++) {
            if (i != j) {
                context[j] = (float)(cosine_in_set(model, i, j) - model->row_means[i] -
                                     model->row_means[j] + model->mean);
            }
        }
        model->deviations[i] = ica_dot(context, context, n);
    }
}

enum ica_status ica_pair_model_init(struct ica_pair_model *model,
                                    const struct ica_distance *embeddings,
                                    const struct ica_distance *classes, const size_t *images,
                                    size_t n, struct ica_parallel *parallel, struct ica_error *err)
{
    *model = (struct ica_pair_model){
        .weights = classes ? &weights_with_classes : &weights_without_classes,
        .embeddings = embeddings,
        .classes = classes,
        .images = images,
        .n = n,
        .row_means = ica_array_new(n, sizeof *model->row_means),
        .pulls = ica_array_new(n, sizeof *model->pulls),
        .contexts = ica_array_new(n, n * sizeof *model->contexts),
        .deviations = ica_array_new(n, sizeof *model->deviations),
    };
    enum ica_status status = ICA_OK;
    if (!model->row_means || !model->pulls || !model->contexts || !model->deviations) {
        status = ica_error_nomem(err, "comparing images");
    } else {
        status = ica_distance_matrix_init(&model->cosines, n, err);
    }
    if (status) {
        ica_pair_model_clear(model);
        return status;
    }
    ica_distance_matrix_fill(&model->cosines, embeddings, images, parallel);
    measure_set(model);
    find_contexts(model);
    return ICA_OK;
}

struct pairs {
    const struct ica_pair_model *model;
    struct ica_distance_matrix *distances; /* of the classes, to be replaced */
};

static double pair_distance(const struct pairs *pairs, size_t i, size_t j, double context_dot)
{
    const struct ica_pair_model *model = pairs->model;
    double cosine = cosine_in_set(model, i, j);
    double shared = (double)model->contexts[i * model->n + j];
    double centred = centred_cosine(model, cosine, model->pulls[i], model->pulls[j]);
    double context = context_cosine(model, context_dot, model->deviations[i] - shared * shared,
                                    model->deviations[j] - shared * shared);
    double classes = model->classes ? 1 - *ica_distance_matrix_at(pairs->distances, i, j) : 0;
    return -log_odds(model, cosine, centred, context, classes);
}

/* The pairs of BLOCK_ROWS images with all that come after them. */
static void pair_block(void *context, size_t block)
{
    const struct pairs *pairs = context;
    const struct ica_pair_model *model = pairs->model;
    size_t n = model->n;
    size_t first = block * BLOCK_ROWS;
    size_t n_rows = smaller(n - first, BLOCK_ROWS);
    const float *rows[BLOCK_ROWS];
    const float *columns[BLOCK_COLUMNS];
    double dots[BLOCK_ROWS * BLOCK_COLUMNS];
    for (size_t r = 0; r < n_rows; r++) {
        rows[r] = model->contexts + (first + r) * n;
    }
    for (size_t begin = first + 1; begin < n; begin += BLOCK_COLUMNS) {
        size_t n_columns = smaller(n - begin, BLOCK_COLUMNS);
        for (size_t c = 0; c < n_columns; c++) {
            columns[c] = model->contexts + (begin + c) * n;
        }
        ica_dot_block(rows, n_rows, columns, n_columns, n, dots);
        for (size_t r = 0; r < n_rows; r++) {
            for (size_t c = 0; c < n_columns; c++) {
                if (begin + c > first + r) {
                    *ica_distance_matrix_at(pairs->distances, first + r, begin + c) =
                        pair_distance(pairs, first + r, begin + c, dots[r * n_columns + c]);
                }
            }
        }
    }
}

void ica_pair_model_distances(const struct ica_pair_model *model, struct ica_parallel *parallel,
                              struct ica_distance_matrix *distances)
{
    struct pairs pairs = {.model = model, .distances = distances};
    if (model->classes) {
        ica_distance_matrix_fill(distances, model->classes, model->images, parallel);
    }
    ica_parallel_run(parallel, n_blocks(model->n), pair_block, &pairs);
}

/* How an image outside of the set stands to it; `distances` are those to its images. */
static struct standing find_standing(const struct ica_pair_model *model, const double *distances,
                                     float *context)
{
    size_t n = model->n;
    double total = 0;
    for (size_t j = 0; j < n; j++) {
        total += 1 - distances[j];
    }
    for (size_t j = 0; j < n; j++) {
        context[j] =
            (float)(1 - distances[j] - total / (double)n - model->row_means[j] + model->mean);
    }
    return (struct standing){
        .pull = total / ((double)n + MEAN_DILUTION),
        .deviation = ica_dot(context, context, n),
        .context = context,
    };
}

/* `width` images of the set, from `begin` on: their distances in `values` become log-odds. */
static void compare_columns(const struct ica_pair_model *model, const struct standing *standings,
                            const size_t *others, size_t n_others, size_t begin, size_t width,
                            double *values)
{
    const float *rows[BLOCK_ROWS];
    const float *columns[BLOCK_COLUMNS];
    double dots[BLOCK_ROWS * BLOCK_COLUMNS];
    double classes[BLOCK_ROWS * BLOCK_COLUMNS];
    for (size_t r = 0; r < n_others; r++) {
        rows[r] = standings[r].context;
    }
    for (size_t c = 0; c < width; c++) {
        columns[c] = model->contexts + (begin + c) * model->n;
    }
    ica_dot_block(rows, n_others, columns, width, model->n, dots);
    if (model->classes) {
        ica_distance_block(model->classes, others, n_others, model->images + begin, width, classes);
    }
    for (size_t r = 0; r < n_others; r++) {
        for (size_t c = 0; c < width; c++) {
            double *value = values + r * model->n + begin + c;
            double cosine = 1 - *value;
            double centred =
                centred_cosine(model, cosine, standings[r].pull, model->pulls[begin + c]);
            double context = context_cosine(model, dots[r * width + c], standings[r].deviation,
                                            model->deviations[begin + c]);
            double overlap = model->classes ? 1 - classes[r * width + c] : 0;
            *value = log_odds(model, cosine, centred, context, overlap);
        }
    }
}

void ica_pair_model_compare(const struct ica_pair_model *model, const size_t *others,
                            size_t n_others, double *values, float *scratch)
{
    size_t n = model->n;
    struct standing standings[BLOCK_ROWS];
    ica_distance_block(model->embeddings, others, n_others, model->images, n, values);
    for (size_t r = 0; r < n_others; r++) {
        standings[r] = find_standing(model, values + r * n, scratch + r * n);
    }
    for (size_t begin = 0; begin < n; begin += BLOCK_COLUMNS) {
        compare_columns(model, standings, others, n_others, begin,
                        smaller(n - begin, BLOCK_COLUMNS), values);
    }
}

void ica_pair_model_clear(struct ica_pair_model *model)
{
    ica_distance_matrix_clear(&model->cosines);
    free(model->row_means);
    free(model->pulls);
    free(model->contexts);
    free(model->deviations);
    *model = (struct ica_pair_model){0};
}
