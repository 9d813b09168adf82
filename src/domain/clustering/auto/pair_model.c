/* SPDX-License-Identifier: Apache-2.0 */
/* The log-odds that two images belong together, linear in what is known of the pair and its set. A
 * first look takes the features of pair_features.h. Its probabilities make a graph, and a second
 * look knows in addition where short walks through it lead (short_walks.h): two images of one group
 * may have little in common with each other, but each with a third. In small sets there is no third
 * to ask, so that this counts n / (n + WALK_DILUTION).
 *
 * The weights of both looks are logistic regressions over pairs of random draws of many shapes from
 * labelled pictures, embedded with EfficientNet-Lite0 to Lite2: photos of clothing, photos of
 * objects, cut-out pictures in 16 kinds, and changed views of single things; those for models
 * without classes also over synthetic groups. tools/fit_auto.py finds them.
 *
 * O(n^2 (landmarks + dim)) time, 3 n^2 / 2 doubles and 3 n^2 / 2 floats of memory. */
#include "domain/clustering/auto/pair_model.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/vectors/dot.h"

#define WALK_DILUTION 100.0
#define BLOCK_ROWS    ICA_PAIR_MODEL_BLOCK
#define BLOCK_COLUMNS 64

/* What each feature of a pair adds to the log-odds. */
struct weights {
    double cosine;
    double centred;
    double context;
    double classes;
    double mean;     /* mean cosine in the set */
    double spread;   /* standard deviation of the cosines in the set */
    double walk;     /* whether walks from both lead to the same images, in large sets */
    double large;    /* always, in large sets */
    double constant; /* always */
};

struct ica_pair_looks {
    struct weights first;
    struct weights second;
};

static const struct ica_pair_looks looks_with_classes = {
    .first =
        {
            .cosine = 4.2937,
            .centred = 1.9482,
            .context = 2.9187,
            .classes = 1.4157,
            .mean = 8.3594,
            .spread = -8.7859,
            .constant = -5.7202,
        },
    .second =
        {
            .cosine = 2.6419,
            .centred = 3.4235,
            .context = 2.1713,
            .classes = 1.2177,
            .mean = 7.5542,
            .spread = -7.3644,
            .walk = 4.5625,
            .large = -5.0214,
            .constant = -4.2625,
        },
};

/* For models that give no class probabilities. */
static const struct ica_pair_looks looks_without_classes = {
    .first =
        {
            .cosine = 5.1292,
            .centred = 2.5386,
            .context = 2.6267,
            .mean = 2.8881,
            .spread = -1.8677,
            .constant = -4.2259,
        },
    .second =
        {
            .cosine = 3.4666,
            .centred = 3.9723,
            .context = 1.8065,
            .mean = 4.5323,
            .spread = -3.5860,
            .walk = 6.3810,
            .large = -6.9560,
            .constant = -3.1657,
        },
};

/* How much walks count in the set. */
static double largeness(const struct ica_pair_set *set)
{
    return (double)set->n / ((double)set->n + WALK_DILUTION);
}

/* All but what walks add. */
static double weigh(const struct weights *w, const struct ica_pair_set *set,
                    const struct ica_pair_features *features)
{
    return w->cosine * features->cosine + w->centred * features->centred +
           w->context * features->context + w->classes * features->classes +
           w->mean * features->mean + w->spread * features->spread + w->large * largeness(set) +
           w->constant;
}

struct pairs {
    const struct ica_pair_model *model;
    struct ica_distance_matrix *first; /* holds the distances of the classes, to be replaced */
    struct ica_distance_matrix *rest;  /* receives the second look without walks, negative */
};

static void look_at_pair(const struct pairs *pairs, size_t i, size_t j, double dot)
{
    const struct ica_pair_model *model = pairs->model;
    double *first = ica_distance_matrix_at(pairs->first, i, j);
    double overlap = model->set.classes ? 1 - *first : 0;
    struct ica_pair_features features = ica_pair_set_features(&model->set, i, j, dot, overlap);
    *first = -weigh(&model->looks->first, &model->set, &features);
    *ica_distance_matrix_at(pairs->rest, i, j) =
        -weigh(&model->looks->second, &model->set, &features);
}

/* The pairs of BLOCK_ROWS images with all that come after them. */
static void pair_block(void *context, size_t block)
{
    const struct pairs *pairs = context;
    const struct ica_pair_set *set = &pairs->model->set;
    size_t n = set->n;
    size_t first = block * BLOCK_ROWS;
    size_t n_rows = ica_size_min(n - first, BLOCK_ROWS);
    const float *rows[BLOCK_ROWS];
    const float *columns[BLOCK_COLUMNS];
    double dots[BLOCK_ROWS * BLOCK_COLUMNS];
    for (size_t r = 0; r < n_rows; r++) {
        rows[r] = set->standings[first + r].context;
    }
    for (size_t begin = first + 1; begin < n; begin += BLOCK_COLUMNS) {
        size_t n_columns = ica_size_min(n - begin, BLOCK_COLUMNS);
        for (size_t c = 0; c < n_columns; c++) {
            columns[c] = set->standings[begin + c].context;
        }
        ica_dot_block(rows, n_rows, columns, n_columns, set->n_landmarks, dots);
        for (size_t r = 0; r < n_rows; r++) {
            for (size_t c = 0; c < n_columns; c++) {
                if (begin + c > first + r) {
                    look_at_pair(pairs, first + r, begin + c, dots[r * n_columns + c]);
                }
            }
        }
    }
}

/* `distances` holds the first look and becomes the second. */
static void add_walks(const struct ica_pair_model *model, const struct ica_distance_matrix *rest,
                      struct ica_distance_matrix *distances)
{
    size_t n = model->set.n;
    double weight = model->looks->second.walk * largeness(&model->set);
    for (size_t i = 0; i < n; i++) {
        const float *alike = model->walks.alike + i * n;
        for (size_t j = i + 1; j < n; j++) {
            *ica_distance_matrix_at(distances, i, j) =
                *ica_distance_matrix_at(rest, i, j) - weight * (double)alike[j];
        }
    }
}

/* From what is known of the set to the distances. */
static enum ica_status look_twice(struct ica_pair_model *model, struct ica_parallel *parallel,
                                  struct ica_distance_matrix *distances, struct ica_error *err)
{
    const struct ica_pair_set *set = &model->set;
    struct ica_distance_matrix rest;
    enum ica_status status = ica_distance_matrix_init(&rest, set->n, err);
    if (status) {
        return status;
    }
    struct pairs pairs = {.model = model, .first = distances, .rest = &rest};
    if (set->classes) {
        ica_distance_matrix_fill(distances, set->classes, set->images, parallel);
    }
    ica_parallel_run(parallel, (set->n + BLOCK_ROWS - 1) / BLOCK_ROWS, pair_block, &pairs);
    status = ica_short_walks_init(&model->walks, distances, parallel, err);
    if (!status) {
        add_walks(model, &rest, distances);
    }
    ica_distance_matrix_clear(&rest);
    return status;
}

enum ica_status ica_pair_model_init(struct ica_pair_model *model,
                                    const struct ica_distance *embeddings,
                                    const struct ica_distance *classes, const size_t *images,
                                    size_t n, struct ica_parallel *parallel,
                                    struct ica_distance_matrix *distances, struct ica_error *err)
{
    *model = (struct ica_pair_model){
        .looks = classes ? &looks_with_classes : &looks_without_classes,
    };
    enum ica_status status =
        ica_pair_set_init(&model->set, embeddings, classes, images, n, parallel, err);
    if (!status) {
        status = look_twice(model, parallel, distances, err);
    }
    if (status) {
        ica_pair_model_clear(model);
    }
    return status;
}

/* `width` images of the set, from `begin` on: their distances in `values` become the first look. */
static void compare_columns(const struct ica_pair_model *model,
                            const struct ica_pair_standing *standings, const size_t *others,
                            size_t n_others, size_t begin, size_t width, double *values,
                            double *rest)
{
    const struct ica_pair_set *set = &model->set;
    const float *rows[BLOCK_ROWS];
    const float *columns[BLOCK_COLUMNS];
    double dots[BLOCK_ROWS * BLOCK_COLUMNS];
    double classes[BLOCK_ROWS * BLOCK_COLUMNS];
    for (size_t r = 0; r < n_others; r++) {
        rows[r] = standings[r].context;
    }
    for (size_t c = 0; c < width; c++) {
        columns[c] = set->standings[begin + c].context;
    }
    ica_dot_block(rows, n_others, columns, width, set->n_landmarks, dots);
    if (set->classes) {
        ica_distance_block(set->classes, others, n_others, set->images + begin, width, classes);
    }
    for (size_t r = 0; r < n_others; r++) {
        for (size_t c = 0; c < width; c++) {
            size_t at = r * set->n + begin + c;
            struct ica_pair_features features = ica_pair_set_compare(
                set, standings + r, begin + c, 1 - values[at], dots[r * width + c],
                set->classes ? 1 - classes[r * width + c] : 0);
            values[at] = weigh(&model->looks->first, set, &features);
            rest[at] = weigh(&model->looks->second, set, &features);
        }
    }
}

void ica_pair_model_compare(const struct ica_pair_model *model, const size_t *others,
                            size_t n_others, double *values, const struct ica_pair_room *room)
{
    const struct ica_pair_set *set = &model->set;
    size_t n = set->n;
    double weight = model->looks->second.walk * largeness(set);
    struct ica_pair_standing standings[BLOCK_ROWS];
    ica_distance_block(set->embeddings, others, n_others, set->images, n, values);
    for (size_t r = 0; r < n_others; r++) {
        standings[r] =
            ica_pair_set_place(set, values + r * n, room->contexts + r * set->n_landmarks);
    }
    for (size_t begin = 0; begin < n; begin += BLOCK_COLUMNS) {
        compare_columns(model, standings, others, n_others, begin,
                        ica_size_min(n - begin, BLOCK_COLUMNS), values, room->rest);
    }
    for (size_t r = 0; r < n_others; r++) {
        ica_short_walks_extend(&model->walks, values + r * n, room->alike);
        for (size_t j = 0; j < n; j++) {
            values[r * n + j] = room->rest[r * n + j] + weight * room->alike[j];
        }
    }
}

void ica_pair_model_clear(struct ica_pair_model *model)
{
    ica_short_walks_clear(&model->walks);
    ica_pair_set_clear(&model->set);
    *model = (struct ica_pair_model){0};
}
