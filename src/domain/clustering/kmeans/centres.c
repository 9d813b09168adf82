/* SPDX-License-Identifier: Apache-2.0 */
/* Distances to all centres are bounded from products in float; only those that could be nearest are
 * computed in double, which decides. A guess that is right leaves little to compute. Sums are
 * shared out by columns, each in the order of the rows, so that they do not depend on threads. */
#include "domain/clustering/kmeans/centres.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/vectors/dot.h"

#define BLOCK_ROWS     8
#define BLOCKS_A_TASK  8
#define CHUNK          64 /* centres at once */
#define WAVE           4  /* tasks per worker between two looks at the monitor */
#define COLUMNS_A_TASK 64
#define LEAST          1e-12                     /* distance that is worth a centre of its own */
#define ROUNDING       (2 * (double)FLT_EPSILON) /* of a centre in float, and more */

enum ica_status ica_centres_init(struct ica_centres *centres,
                                 const struct ica_cosine_distance *rows, size_t n,
                                 struct ica_error *err)
{
    *centres = (struct ica_centres){
        .rows = rows,
        .n = n,
        .vectors = ica_array_new(n, rows->dim * sizeof *centres->vectors),
        .fast = ica_array_new(n, rows->dim * sizeof *centres->fast),
    };
    if (centres->vectors && centres->fast) {
        return ICA_OK;
    }
    ica_centres_clear(centres);
    return ica_error_nomem(err, "the centres of k-means");
}

/* To unit length, and rounded. */
static void normalise(struct ica_centres *centres, size_t c)
{
    size_t dim = centres->rows->dim;
    double *vector = centres->vectors + c * dim;
    double squared = 0;
    for (size_t k = 0; k < dim; k++) {
        squared += vector[k] * vector[k];
    }
    double scale = squared > 0 ? 1 / sqrt(squared) : 0;
    for (size_t k = 0; k < dim; k++) {
        vector[k] *= scale;
        centres->fast[c * dim + k] = (float)vector[k];
    }
}

void ica_centres_set(struct ica_centres *centres, size_t c, size_t row)
{
    size_t dim = centres->rows->dim;
    for (size_t k = 0; k < dim; k++) {
        centres->vectors[c * dim + k] = (double)centres->rows->rows[row][k];
    }
    normalise(centres, c);
}

struct move {
    struct ica_centres *centres;
    const struct ica_nearest_centre *nearest;
};

/* Add up some columns of the rows' unit vectors. */
static void sum_columns(void *context, size_t task)
{
    const struct move *move = context;
    const struct ica_cosine_distance *rows = move->centres->rows;
    size_t first = task * COLUMNS_A_TASK;
    size_t end = rows->dim - first < COLUMNS_A_TASK ? rows->dim : first + COLUMNS_A_TASK;
    for (size_t c = 0; c < move->centres->n; c++) {
        for (size_t k = first; k < end; k++) {
            move->centres->vectors[c * rows->dim + k] = 0;
        }
    }
    for (size_t i = 0; i < rows->base.n; i++) {
        double *sum = move->centres->vectors + move->nearest[i].centre * rows->dim;
        double squared = rows->squared_norms[i];
        double scale = squared > 0 ? 1 / sqrt(squared) : 0;
        for (size_t k = first; k < end; k++) {
            sum[k] += (double)rows->rows[i][k] * scale;
        }
    }
}

static void normalise_task(void *context, size_t task)
{
    const struct move *move = context;
    normalise(move->centres, task);
}

void ica_centres_move(struct ica_centres *centres, const struct ica_nearest_centre *nearest,
                      struct ica_parallel *parallel)
{
    struct move move = {.centres = centres, .nearest = nearest};
    size_t n_tasks = (centres->rows->dim + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK;
    ica_parallel_run(parallel, n_tasks, sum_columns, &move);
    ica_parallel_run(parallel, centres->n, normalise_task, &move);
}

static bool is_zero(const float *vector, size_t dim)
{
    for (size_t k = 0; k < dim; k++) {
        if (vector[k] != 0) {
            return false;
        }
    }
    return true;
}

static bool has_rows(const struct ica_centres *centres, const struct ica_nearest_centre *nearest,
                     size_t c)
{
    for (size_t i = 0; i < centres->rows->base.n; i++) {
        if (nearest[i].centre == c) {
            return true;
        }
    }
    return false;
}

bool ica_centres_revive(struct ica_centres *centres, const struct ica_nearest_centre *nearest)
{
    size_t farthest = 0;
    size_t dim = centres->rows->dim;
    size_t c = 0;
    while (c < centres->n &&
           (!is_zero(centres->fast + c * dim, dim) || has_rows(centres, nearest, c))) {
        c++;
    }
    for (size_t i = 1; i < centres->rows->base.n; i++) {
        farthest = nearest[i].distance > nearest[farthest].distance ? i : farthest;
    }
    if (c == centres->n || nearest[farthest].distance <= LEAST) {
        return false;
    }
    ica_centres_set(centres, c, farthest);
    return true;
}

static double distance(const struct ica_centres *centres, size_t row, size_t c)
{
    const struct ica_cosine_distance *rows = centres->rows;
    double squared = rows->squared_norms[row];
    if (squared == 0) {
        return is_zero(centres->fast + c * rows->dim, rows->dim) ? 0 : 1;
    }
    const double *vector = centres->vectors + c * rows->dim;
    return fmax(0, 1 - ica_dot_mixed(vector, rows->rows[row], rows->dim) / sqrt(squared));
}

/* At most the distance. Where floats do not reach, 0. */
static double bound(double fast_dot, double error, double squared)
{
    bool reaches = squared >= ICA_MIN_FAST_SQUARE && squared <= ICA_MAX_FAST_SQUARE;
    return reaches ? 1 - fast_dot / sqrt(squared) - error : 0;
}

struct search {
    const struct ica_centres *centres;
    struct ica_nearest_centre *nearest;
    size_t first_task; /* of this wave */
};

static void compare(const struct search *search, size_t row, size_t c,
                    struct ica_nearest_centre *nearest)
{
    double d = distance(search->centres, row, c);
    if (d < nearest->distance || (d == nearest->distance && c < nearest->centre)) {
        *nearest = (struct ica_nearest_centre){.centre = c, .distance = d};
    }
}

static void search_block(const struct search *search, size_t first, size_t n_rows)
{
    const struct ica_centres *centres = search->centres;
    const struct ica_cosine_distance *rows = centres->rows;
    double error = ica_dot_fast_error(rows->dim) + ROUNDING;
    double products[BLOCK_ROWS * CHUNK];
    const float *columns[CHUNK];
    struct ica_nearest_centre *nearest = search->nearest + first;
    for (size_t r = 0; r < n_rows; r++) {
        nearest[r].distance = distance(centres, first + r, nearest[r].centre);
    }
    for (size_t begin = 0; begin < centres->n; begin += CHUNK) {
        size_t width = centres->n - begin < CHUNK ? centres->n - begin : CHUNK;
        for (size_t c = 0; c < width; c++) {
            columns[c] = centres->fast + (begin + c) * rows->dim;
        }
        ica_dot_block_fast(rows->rows + first, n_rows, columns, width, rows->dim, products);
        for (size_t r = 0; r < n_rows; r++) {
            double squared = rows->squared_norms[first + r];
            for (size_t c = 0; c < width; c++) {
                if (bound(products[r * width + c], error, squared) <= nearest[r].distance) {
                    compare(search, first + r, begin + c, nearest + r);
                }
            }
        }
    }
}

static void search_task(void *context, size_t task)
{
    const struct search *search = context;
    size_t n = search->centres->rows->base.n;
    size_t first = (search->first_task + task) * BLOCK_ROWS * BLOCKS_A_TASK;
    for (size_t b = 0; b < BLOCKS_A_TASK && first < n; b++) {
        size_t n_rows = n - first < BLOCK_ROWS ? n - first : BLOCK_ROWS;
        search_block(search, first, n_rows);
        first += n_rows;
    }
}

enum ica_status ica_centres_search(const struct ica_centres *centres, struct ica_parallel *parallel,
                                   const struct ica_monitor *monitor, size_t n_done,
                                   struct ica_nearest_centre *nearest, struct ica_error *err)
{
    size_t n = centres->rows->base.n;
    size_t task_rows = (size_t)BLOCK_ROWS * BLOCKS_A_TASK;
    size_t n_tasks = (n + task_rows - 1) / task_rows;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    struct search search = {.centres = centres, .nearest = nearest};
    for (; search.first_task < n_tasks; search.first_task += wave) {
        enum ica_status status = ica_clustering_look(monitor, n_done, n, err);
        if (status) {
            return status;
        }
        size_t rest = n_tasks - search.first_task;
        ica_parallel_run(parallel, rest < wave ? rest : wave, search_task, &search);
    }
    return ICA_OK;
}

void ica_centres_clear(struct ica_centres *centres)
{
    free(centres->vectors);
    free(centres->fast);
    *centres = (struct ica_centres){0};
}
