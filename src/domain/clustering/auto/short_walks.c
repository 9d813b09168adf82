/* SPDX-License-Identifier: Apache-2.0 */
/* Diffusion on a graph of nearest neighbours (Coifman and Lafon 2006, "Diffusion maps"; Zhou et al.
 * 2004, "Ranking on data manifolds").
 *
 *   1. Edges: each image to the few that it most probably belongs together with; an edge of either
 *      of two images counts. Its weight is that probability. Each image has a loop of weight 1, so
 *      that walks stay where nobody is near, instead of going to the least distant stranger.
 *   2. N = D^(-1/2) A D^(-1/2), with A the weights and D their sums per image.
 *   3. Images are as alike as walks from them: the cosine of their rows of N^(STEPS / 2), which is
 *      N^STEPS, scaled so that its diagonal is 1. N is symmetric, so its power is computed for a
 *      few columns at a time, which stay in the processor's cache.
 *
 * O(n^2) for the edges, O(STEPS n^2) for the walks; n^2 floats of memory. Sums are in double and in
 * a fixed order. */
#include "domain/clustering/auto/short_walks.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define STEPS         8
#define BLOCK_COLUMNS 16
#define WAVE          2 /* blocks per worker that have room at once */

/* Compressed rows of N: those of row i are entries begins[i] to begins[i + 1] - 1. */
struct graph {
    size_t n;
    size_t n_nearest;
    size_t *nearest; /* owned, n x n_nearest: most probable first */
    size_t *begins;  /* owned, n + 1 */
    size_t *others;  /* owned */
    double *weights; /* owned */
};

struct diffusion {
    const struct graph *graph;
    float *alike;
    double *returns; /* owned, n: the diagonal of N^STEPS, then its square roots */
    size_t first_block;
    double *room; /* owned: per block of a wave, 2 x n x BLOCK_COLUMNS */
};

static size_t n_blocks(size_t n)
{
    return (n + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
}

/* In a small set most images are no neighbours: 2 of 5 at most, rounded. */
static size_t count_nearest(size_t n)
{
    size_t few = (4 * (n - 1) + 5) / 10;
    return few < 1 ? 1 : ica_size_min(few, ICA_WALK_NEIGHBOURS);
}

static double probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

/* Put `image` into the `n` best so far, largest value first; of equal ones the earlier stays ahead.
 * Returns how many there are then, at most `most`. */
static size_t keep_best(size_t *best, double *values, size_t n, size_t most, size_t image,
                        double value)
{
    if (n == most && !(value > values[n - 1])) {
        return n;
    }
    size_t place = n < most ? n : n - 1;
    for (; place > 0 && value > values[place - 1]; place--) {
        best[place] = best[place - 1];
        values[place] = values[place - 1];
    }
    best[place] = image;
    values[place] = value;
    return n < most ? n + 1 : n;
}

static bool is_nearest(const struct graph *graph, size_t of, size_t image)
{
    for (size_t k = 0; k < graph->n_nearest; k++) {
        if (graph->nearest[of * graph->n_nearest + k] == image) {
            return true;
        }
    }
    return false;
}

static void find_nearest(struct graph *graph, const struct ica_distance_matrix *distances)
{
    for (size_t i = 0; i < graph->n; i++) {
        double values[ICA_WALK_NEIGHBOURS];
        size_t found = 0;
        for (size_t j = 0; j < graph->n; j++) {
            if (i != j) {
                found = keep_best(graph->nearest + i * graph->n_nearest, values, found,
                                  graph->n_nearest, j, -*ica_distance_matrix_at(distances, i, j));
            }
        }
    }
}

/* Call for each entry of A: with room for entries where `fill`, else to count them. */
static void enter(struct graph *graph, size_t row, size_t other, double weight, size_t *ends,
                  bool fill)
{
    if (fill) {
        graph->others[ends[row]] = other;
        graph->weights[ends[row]] = weight;
    }
    ends[row]++;
}

static void enter_all(struct graph *graph, const struct ica_distance_matrix *distances,
                      size_t *ends, bool fill)
{
    for (size_t i = 0; i < graph->n; i++) {
        enter(graph, i, i, 1, ends, fill);
        for (size_t k = 0; k < graph->n_nearest; k++) {
            size_t j = graph->nearest[i * graph->n_nearest + k];
            double weight = probability(-*ica_distance_matrix_at(distances, i, j));
            enter(graph, i, j, weight, ends, fill);
            if (!is_nearest(graph, j, i)) {
                enter(graph, j, i, weight, ends, fill);
            }
        }
    }
}

/* From A to N. `scales` has room for n. */
static void normalise(struct graph *graph, double *scales)
{
    for (size_t i = 0; i < graph->n; i++) {
        double sum = 0;
        for (size_t e = graph->begins[i]; e < graph->begins[i + 1]; e++) {
            sum += graph->weights[e];
        }
        scales[i] = 1 / sqrt(sum);
    }
    for (size_t i = 0; i < graph->n; i++) {
        for (size_t e = graph->begins[i]; e < graph->begins[i + 1]; e++) {
            graph->weights[e] *= scales[i] * scales[graph->others[e]];
        }
    }
}

static void graph_clear(struct graph *graph)
{
    free(graph->nearest);
    free(graph->begins);
    free(graph->others);
    free(graph->weights);
    *graph = (struct graph){0};
}

static enum ica_status graph_init(struct graph *graph, const struct ica_distance_matrix *distances,
                                  struct ica_error *err)
{
    size_t n = distances->base.n;
    size_t n_nearest = count_nearest(n);
    size_t most = 2 * n_nearest + 1; /* entries per image, on average */
    *graph = (struct graph){
        .n = n,
        .n_nearest = n_nearest,
        .nearest = ica_array_new(n, n_nearest * sizeof *graph->nearest),
        .begins = ica_array_new(n + 1, sizeof *graph->begins),
        .others = ica_array_new(n, most * sizeof *graph->others),
        .weights = ica_array_new(n, most * sizeof *graph->weights),
    };
    size_t *ends = ica_array_new(n, sizeof *ends);
    double *scales = ica_array_new(n, sizeof *scales);
    enum ica_status status = ICA_OK;
    if (!graph->nearest || !graph->begins || !graph->others || !graph->weights || !ends ||
        !scales) {
        status = ica_error_nomem(err, "the neighbours of images");
        graph_clear(graph);
        goto out;
    }
    find_nearest(graph, distances);
    enter_all(graph, distances, ends, false);
    for (size_t i = 0; i < n; i++) {
        graph->begins[i + 1] = graph->begins[i] + ends[i];
        ends[i] = graph->begins[i];
    }
    enter_all(graph, distances, ends, true);
    normalise(graph, scales);
out:
    free(scales);
    free(ends);
    return status;
}

/* to = N from, for `width` columns. */
static void step(const struct graph *graph, const double *from, double *to, size_t width)
{
    for (size_t i = 0; i < graph->n; i++) {
        double *sums = to + i * width;
        memset(sums, 0, width * sizeof *sums);
        for (size_t e = graph->begins[i]; e < graph->begins[i + 1]; e++) {
            const double *other = from + graph->others[e] * width;
            double weight = graph->weights[e];
            for (size_t c = 0; c < width; c++) {
                sums[c] += weight * other[c];
            }
        }
    }
}

static void walk_block(void *context, size_t i)
{
    const struct diffusion *d = context;
    size_t n = d->graph->n;
    size_t first = (d->first_block + i) * BLOCK_COLUMNS;
    size_t width = ica_size_min(n - first, BLOCK_COLUMNS);
    double *from = d->room + i * 2 * n * BLOCK_COLUMNS;
    double *to = from + n * BLOCK_COLUMNS;
    memset(from, 0, n * width * sizeof *from);
    for (size_t c = 0; c < width; c++) {
        from[(first + c) * width + c] = 1;
    }
    for (size_t s = 0; s < STEPS; s++) {
        step(d->graph, from, to, width);
        double *swap = from;
        from = to;
        to = swap;
    }
    for (size_t c = 0; c < width; c++) {
        float *alike = d->alike + (first + c) * n;
        for (size_t j = 0; j < n; j++) {
            alike[j] = (float)from[j * width + c];
        }
        d->returns[first + c] = sqrt(from[(first + c) * width + c]);
    }
}

static void scale(struct diffusion *d)
{
    size_t n = d->graph->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            d->alike[i * n + j] =
                (float)((double)d->alike[i * n + j] / (d->returns[i] * d->returns[j]));
        }
    }
}

enum ica_status ica_short_walks_init(struct ica_short_walks *walks,
                                     const struct ica_distance_matrix *distances,
                                     struct ica_parallel *parallel, struct ica_error *err)
{
    size_t n = distances->base.n;
    size_t wave = ica_size_min(n_blocks(n), WAVE * (parallel ? parallel->n_workers : 1));
    struct graph graph;
    enum ica_status status = graph_init(&graph, distances, err);
    *walks = (struct ica_short_walks){.n = n};
    if (status) {
        return status;
    }
    walks->alike = ica_array_new(n, n * sizeof *walks->alike);
    struct diffusion diffusion = {
        .graph = &graph,
        .alike = walks->alike,
        .returns = ica_array_new(n, sizeof *diffusion.returns),
        .room = ica_array_new(wave * n, 2 * BLOCK_COLUMNS * sizeof *diffusion.room),
    };
    if (!walks->alike || !diffusion.returns || !diffusion.room) {
        status = ica_error_nomem(err, "walks among images");
        ica_short_walks_clear(walks);
        goto out;
    }
    for (; diffusion.first_block < n_blocks(n); diffusion.first_block += wave) {
        ica_parallel_run(parallel, ica_size_min(wave, n_blocks(n) - diffusion.first_block),
                         walk_block, &diffusion);
    }
    scale(&diffusion);
out:
    free(diffusion.room);
    free(diffusion.returns);
    graph_clear(&graph);
    return status;
}

/* One more step: to the nearest images, or to stay, where nothing is alike. */
void ica_short_walks_extend(const struct ica_short_walks *walks, const double *log_odds,
                            double *alike)
{
    size_t nearest[ICA_WALK_NEIGHBOURS];
    double values[ICA_WALK_NEIGHBOURS];
    size_t most = count_nearest(walks->n);
    size_t found = 0;
    double total = 1;
    for (size_t j = 0; j < walks->n; j++) {
        found = keep_best(nearest, values, found, most, j, log_odds[j]);
    }
    for (size_t k = 0; k < found; k++) {
        total += probability(values[k]);
    }
    memset(alike, 0, walks->n * sizeof *alike);
    for (size_t k = 0; k < found; k++) {
        const float *row = walks->alike + nearest[k] * walks->n;
        double share = probability(values[k]) / total;
        for (size_t j = 0; j < walks->n; j++) {
            alike[j] += share * (double)row[j];
        }
    }
}

void ica_short_walks_clear(struct ica_short_walks *walks)
{
    free(walks->alike);
    *walks = (struct ica_short_walks){0};
}
