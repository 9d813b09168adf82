/* SPDX-License-Identifier: Apache-2.0 */
/* All pairs, in blocks, with as few distances as possible; the result is exact:
 *
 *   1. each row gets a sketch whose distances are never larger than the row's  sketch.h
 *   2. the rows are divided at the median of the sketches' widest column, again and again, down to
 *      blocks of BLOCK rows (a k-d tree's leaves; Bentley 1975), each with its bounding box
 *   3. two blocks are looked at only if their boxes are near enough
 *   4. of those, two rows only if their sketches are, and if other rows have not joined them before
 *   5. then a bound in float, and where that is near enough, the distance in double decides
 *
 * Steps 3 to 5 are quadratic in the number of rows in the worst case, but the steps that reach many
 * pairs are cheap; memory is O(n). Block pairs are looked at in waves, so that joining needs no
 * lock. In which order rows are joined makes no difference to the sets. */
#include "domain/clustering/close_pairs.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/dot.h"
#include "domain/clustering/index_sort.h"
#include "domain/clustering/sketch.h"

#define BLOCK     64
#define WAVE      1024            /* block pairs */
#define MAX_JOINS (2 * BLOCK - 1) /* of the rows of two blocks */
#define WIDTH     ICA_SKETCH_WIDTH

struct box {
    float low[WIDTH];
    float high[WIDTH];
};

struct block_pair {
    size_t a;
    size_t b;
    size_t n_joins;
    uint8_t joins[MAX_JOINS][2]; /* places of rows, those of block b after those of block a */
};

struct search {
    const struct ica_cosine_distance *rows;
    const size_t *points;
    size_t n;
    double threshold;
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    struct ica_disjoint_sets *sets;
    struct ica_sketch sketch;
    size_t *places; /* of `points` and sketches, by block */
    size_t *begins; /* per block, and one more */
    struct box *boxes;
    size_t n_blocks;
    struct block_pair *pairs; /* of the wave */
    size_t n_pairs;
};

static const float *sketch_of(const struct search *s, size_t place)
{
    return s->sketch.values + place * WIDTH;
}

static struct box bounding_box(const struct search *s, size_t begin, size_t end)
{
    struct box box;
    for (size_t k = 0; k < WIDTH; k++) {
        box.low[k] = HUGE_VALF;
        box.high[k] = -HUGE_VALF;
    }
    for (size_t i = begin; i < end; i++) {
        const float *sketch = sketch_of(s, s->places[i]);
        for (size_t k = 0; k < WIDTH; k++) {
            box.low[k] = fminf(box.low[k], sketch[k]);
            box.high[k] = fmaxf(box.high[k], sketch[k]);
        }
    }
    return box;
}

static int compare_column(const void *column, size_t a, size_t b)
{
    const float *values = column;
    float x = values[a * WIDTH];
    float y = values[b * WIDTH];
    return (x > y) - (x < y);
}

/* Divide the places from `begin` on; as they halve, the depth is logarithmic. */
static enum ica_status divide(struct search *s, size_t begin, size_t end, struct ica_error *err)
{
    struct box box = bounding_box(s, begin, end);
    if (end - begin <= BLOCK) {
        s->boxes[s->n_blocks] = box;
        s->begins[s->n_blocks++] = begin;
        return ICA_OK;
    }
    size_t widest = 0;
    for (size_t k = 1; k < WIDTH; k++) {
        if (box.high[k] - box.low[k] > box.high[widest] - box.low[widest]) {
            widest = k;
        }
    }
    if (!ica_index_sort(s->places + begin, end - begin, compare_column,
                        s->sketch.values + widest)) {
        return ica_error_nomem(err, "dividing images");
    }
    size_t middle = begin + (end - begin) / 2;
    enum ica_status status = ica_clustering_look(s->monitor, s->rows->base.n, s->rows->base.n, err);
    status = status ? status : divide(s, begin, middle, err);
    return status ? status : divide(s, middle, end, err);
}

/* Whether two blocks may have rows that are near enough. The squared length between unit rows is
 * twice their cosine distance. */
static bool boxes_are_near(const struct search *s, size_t a, size_t b)
{
    const struct box *x = s->boxes + a;
    const struct box *y = s->boxes + b;
    const float most = (float)(2 * (s->threshold + 2 * ICA_SKETCH_SLACK));
    float sum = 0;
    for (size_t k = 0; k < WIDTH && sum <= most; k++) {
        float gap = fmaxf(0, fmaxf(x->low[k] - y->high[k], y->low[k] - x->high[k]));
        sum += gap * gap;
    }
    return sum <= most;
}

/* The rows of two blocks, and which of them are joined by now. */
struct rows_of_two {
    size_t rows[2 * BLOCK];
    const float *sketches[2 * BLOCK];
    size_t roots[2 * BLOCK]; /* in the sets before the wave */
    uint8_t parents[2 * BLOCK];
    size_t n_a;
    size_t n;
};

static void collect(const struct search *s, size_t block, struct rows_of_two *two)
{
    for (size_t i = s->begins[block]; i < s->begins[block + 1]; i++) {
        size_t place = s->places[i];
        two->rows[two->n] = s->points[place];
        two->sketches[two->n] = sketch_of(s, place);
        two->roots[two->n] = ica_disjoint_sets_root(s->sets, s->points[place]);
        two->parents[two->n] = (uint8_t)two->n;
        two->n++;
    }
}

static uint8_t local_root(const struct rows_of_two *two, size_t i)
{
    while (two->parents[i] != i) {
        i = two->parents[i];
    }
    return (uint8_t)i;
}

static bool are_joined(const struct rows_of_two *two, size_t i, size_t j)
{
    return two->roots[i] == two->roots[j] || local_root(two, i) == local_root(two, j);
}

/* Row `i` joins those of the `n` rows `others` that are near enough. */
static void join_row(const struct search *s, struct block_pair *pair, struct rows_of_two *two,
                     size_t i, const uint8_t *others, size_t n)
{
    size_t columns[BLOCK];
    double bounds[BLOCK];
    for (size_t k = 0; k < n; k++) {
        columns[k] = two->rows[others[k]];
    }
    ica_distance_bounds(&s->rows->base, &two->rows[i], 1, columns, n, bounds);
    for (size_t k = 0; k < n; k++) {
        double distance = bounds[k];
        if (distance > s->threshold || are_joined(two, i, others[k])) {
            continue;
        }
        ica_distance_block(&s->rows->base, &two->rows[i], 1, &columns[k], 1, &distance);
        if (distance <= s->threshold) {
            two->parents[local_root(two, i)] = local_root(two, others[k]);
            pair->joins[pair->n_joins][0] = (uint8_t)i;
            pair->joins[pair->n_joins++][1] = others[k];
        }
    }
}

static void look_at_pair(void *context, size_t task)
{
    const struct search *s = context;
    struct block_pair *pair = s->pairs + task;
    struct rows_of_two two = {0};
    double products[BLOCK * BLOCK];
    const double least = 1 - s->threshold - ICA_SKETCH_SLACK - ica_dot_fast_error(WIDTH);
    collect(s, pair->a, &two);
    two.n_a = two.n;
    if (pair->a != pair->b) {
        collect(s, pair->b, &two);
    }
    size_t first_b = pair->a == pair->b ? 0 : two.n_a;
    size_t n_b = two.n - first_b;
    ica_dot_block_fast(two.sketches, two.n_a, two.sketches + first_b, n_b, WIDTH, products);
    for (size_t i = 0; i < two.n_a; i++) {
        uint8_t others[BLOCK];
        size_t n_others = 0;
        for (size_t j = pair->a == pair->b ? i + 1 : 0; j < n_b; j++) {
            if (products[i * n_b + j] >= least && !are_joined(&two, i, first_b + j)) {
                others[n_others++] = (uint8_t)(first_b + j);
            }
        }
        join_row(s, pair, &two, i, others, n_others);
    }
}

static size_t row_at(const struct search *s, const struct block_pair *pair, uint8_t place)
{
    size_t n_a = s->begins[pair->a + 1] - s->begins[pair->a];
    size_t i = place < n_a ? s->begins[pair->a] + place : s->begins[pair->b] + place - n_a;
    return s->points[s->places[i]];
}

/* Look at the block pairs that are waiting, and join. */
static enum ica_status run_wave(struct search *s, struct ica_error *err)
{
    ica_parallel_run(s->parallel, s->n_pairs, look_at_pair, s);
    for (size_t p = 0; p < s->n_pairs; p++) {
        const struct block_pair *pair = s->pairs + p;
        for (size_t j = 0; j < pair->n_joins; j++) {
            (void)ica_disjoint_sets_join(s->sets, row_at(s, pair, pair->joins[j][0]),
                                         row_at(s, pair, pair->joins[j][1]));
        }
    }
    s->n_pairs = 0;
    return ica_clustering_look(s->monitor, s->rows->base.n, s->rows->base.n, err);
}

static enum ica_status run_waves(struct search *s, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t a = 0; a < s->n_blocks && !status; a++) {
        for (size_t b = a; b < s->n_blocks && !status; b++) {
            if (boxes_are_near(s, a, b)) {
                s->pairs[s->n_pairs++] = (struct block_pair){.a = a, .b = b};
            }
            if (s->n_pairs == WAVE) {
                status = run_wave(s, err);
            }
        }
    }
    return status ? status : run_wave(s, err);
}

enum ica_status ica_close_pairs_join(const struct ica_cosine_distance *rows, const size_t *points,
                                     size_t n, double threshold, struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor,
                                     struct ica_disjoint_sets *sets, struct ica_error *err)
{
    size_t max_blocks = n / (BLOCK / 2) + 1; /* halving leaves more than half a block */
    struct search s = {
        .rows = rows,
        .points = points,
        .n = n,
        .threshold = threshold,
        .parallel = parallel,
        .monitor = monitor,
        .sets = sets,
        .places = ica_array_new(n, sizeof *s.places),
        .begins = ica_array_new(max_blocks + 1, sizeof *s.begins),
        .boxes = ica_array_new(max_blocks, sizeof *s.boxes),
        .pairs = ica_array_new(WAVE, sizeof *s.pairs),
    };
    enum ica_status status = ICA_OK;
    if (!s.places || !s.begins || !s.boxes || !s.pairs) {
        status = ica_error_nomem(err, "comparing images");
    } else {
        status = ica_sketch_init(&s.sketch, rows, points, n, parallel, err);
    }
    if (!status && n > 0) {
        ica_index_fill(s.places, n);
        status = divide(&s, 0, n, err);
        s.begins[s.n_blocks] = n;
    }
    status = status ? status : run_waves(&s, err);
    ica_sketch_clear(&s.sketch);
    free(s.pairs);
    free(s.boxes);
    free(s.begins);
    free(s.places);
    return status;
}
