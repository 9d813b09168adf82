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
#include "domain/clustering/index_sort.h"
#include "domain/clustering/sketch.h"

#define BLOCK      64
#define STRIP      ICA_DISTANCE_BLOCK_ROWS
#define MANY_SHARE 4               /* candidates that are more than one in so many pairs */
#define WAVE       1024            /* block pairs */
#define MAX_JOINS  (2 * BLOCK - 1) /* of the rows of two blocks */
#define WIDTH      ICA_SKETCH_WIDTH

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
    struct ica_sketch sketch; /* until they are divided */
    size_t *places;           /* of `points`, by block */
    size_t *begins;           /* per block, and one more */
    size_t *offsets;          /* per block: in `values` */
    float *values;            /* the sketches of a block, value by value */
    struct box *boxes;
    size_t n_blocks;
    struct block_pair *pairs; /* of the wave */
    size_t n_pairs;
};

static struct box bounding_box(const struct search *s, size_t begin, size_t end)
{
    struct box box;
    for (size_t k = 0; k < WIDTH; k++) {
        box.low[k] = HUGE_VALF;
        box.high[k] = -HUGE_VALF;
    }
    for (size_t i = begin; i < end; i++) {
        const float *sketch = s->sketch.values + s->places[i] * WIDTH;
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

/* Places that are kept for the block's sketches. */
static size_t block_stride(const struct search *s, size_t block)
{
    size_t size = s->begins[block + 1] - s->begins[block];
    return (size + ICA_SKETCH_LANES - 1) / ICA_SKETCH_LANES * ICA_SKETCH_LANES;
}

/* Lay the sketches out for ica_sketch_multiply(). */
static enum ica_status lay_out(struct search *s, struct ica_error *err)
{
    size_t offset = 0;
    for (size_t b = 0; b < s->n_blocks; b++) {
        s->offsets[b] = offset;
        offset += block_stride(s, b) * WIDTH;
    }
    s->values = ica_array_new(offset, sizeof *s->values);
    if (!s->values) {
        return ica_error_nomem(err, "comparing images");
    }
    for (size_t b = 0; b < s->n_blocks; b++) {
        size_t stride = block_stride(s, b);
        for (size_t i = s->begins[b]; i < s->begins[b + 1]; i++) {
            float *to = s->values + s->offsets[b] + (i - s->begins[b]);
            const float *from = s->sketch.values + s->places[i] * WIDTH;
            for (size_t k = 0; k < WIDTH; k++) {
                to[k * stride] = from[k];
            }
        }
    }
    ica_sketch_clear(&s->sketch);
    return ICA_OK;
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
    size_t roots[2 * BLOCK]; /* in the sets before the wave */
    uint8_t parents[2 * BLOCK];
    size_t n;
};

static void collect(const struct search *s, size_t block, struct rows_of_two *two)
{
    for (size_t i = s->begins[block]; i < s->begins[block + 1]; i++) {
        size_t place = s->places[i];
        two->rows[two->n] = s->points[place];
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

/* Join the two rows if their distance, at least `bound`, is near enough. */
static void join_rows(const struct search *s, struct block_pair *pair, struct rows_of_two *two,
                      size_t i, size_t j, double bound)
{
    double distance;
    if (bound > s->threshold || are_joined(two, i, j)) {
        return;
    }
    ica_distance_block(&s->rows->base, &two->rows[i], 1, &two->rows[j], 1, &distance);
    if (distance <= s->threshold) {
        two->parents[local_root(two, i)] = local_root(two, j);
        pair->joins[pair->n_joins][0] = (uint8_t)i;
        pair->joins[pair->n_joins++][1] = (uint8_t)j;
    }
}

/* The rows of block b, from `first_b` on, whose sketches are near enough to that of row `i` of
 * block a, and that are not joined with it. Returns how many. */
static size_t find_candidates(const struct search *s, const struct block_pair *pair,
                              const struct rows_of_two *two, size_t i, size_t first_b,
                              uint8_t candidates[BLOCK])
{
    const float least = (float)(1 - s->threshold - 2 * ICA_SKETCH_SLACK);
    float products[BLOCK];
    size_t n = 0;
    ica_sketch_multiply(s->values + s->offsets[pair->a] + i, block_stride(s, pair->a),
                        s->values + s->offsets[pair->b], block_stride(s, pair->b), products);
    for (size_t j = pair->a == pair->b ? i + 1 : 0; j < two->n - first_b; j++) {
        if (products[j] >= least && !are_joined(two, i, first_b + j)) {
            candidates[n++] = (uint8_t)(first_b + j);
        }
    }
    return n;
}

/* Candidates of up to STRIP rows of block a: the bounds of all of them with all of block b at once,
 * which shares the reading of rows, or of each with its own few. */
static void look_at_strip(const struct search *s, struct block_pair *pair, struct rows_of_two *two,
                          size_t first, size_t n_rows, size_t first_b)
{
    uint8_t candidates[STRIP][BLOCK];
    size_t counts[STRIP];
    double bounds[STRIP * BLOCK];
    size_t n_b = two->n - first_b;
    size_t total = 0;
    for (size_t r = 0; r < n_rows; r++) {
        counts[r] = find_candidates(s, pair, two, first + r, first_b, candidates[r]);
        total += counts[r];
    }
    bool all = total > n_rows * n_b / MANY_SHARE;
    if (all) {
        ica_distance_bounds(&s->rows->base, two->rows + first, n_rows, two->rows + first_b, n_b,
                            bounds);
    }
    for (size_t r = 0; r < n_rows; r++) {
        size_t columns[BLOCK];
        double *own = bounds + r * n_b;
        for (size_t k = 0; k < counts[r]; k++) {
            columns[k] = two->rows[candidates[r][k]];
        }
        if (!all) {
            ica_distance_bounds(&s->rows->base, two->rows + first + r, 1, columns, counts[r], own);
        }
        for (size_t k = 0; k < counts[r]; k++) {
            size_t j = candidates[r][k];
            join_rows(s, pair, two, first + r, j, own[all ? j - first_b : k]);
        }
    }
}

static void look_at_pair(void *context, size_t task)
{
    const struct search *s = context;
    struct block_pair *pair = s->pairs + task;
    struct rows_of_two two = {0};
    collect(s, pair->a, &two);
    size_t n_a = two.n;
    size_t first_b = 0;
    if (pair->a != pair->b) {
        collect(s, pair->b, &two);
        first_b = n_a;
    }
    for (size_t i = 0; i < n_a; i += STRIP) {
        look_at_strip(s, pair, &two, i, n_a - i < STRIP ? n_a - i : STRIP, first_b);
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
        .offsets = ica_array_new(max_blocks, sizeof *s.offsets),
        .boxes = ica_array_new(max_blocks, sizeof *s.boxes),
        .pairs = ica_array_new(WAVE, sizeof *s.pairs),
    };
    enum ica_status status = ICA_OK;
    if (!s.places || !s.begins || !s.offsets || !s.boxes || !s.pairs) {
        status = ica_error_nomem(err, "comparing images");
    } else {
        status = ica_sketch_init(&s.sketch, rows, points, n, parallel, err);
    }
    if (!status && n > 0) {
        ica_index_fill(s.places, n);
        status = divide(&s, 0, n, err);
        s.begins[s.n_blocks] = n;
    }
    status = status ? status : lay_out(&s, err);
    status = status ? status : run_waves(&s, err);
    ica_sketch_clear(&s.sketch);
    free(s.values);
    free(s.offsets);
    free(s.pairs);
    free(s.boxes);
    free(s.begins);
    free(s.places);
    return status;
}
