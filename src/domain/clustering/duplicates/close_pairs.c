/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs in blocks, with as few distances as possible:
 *
 *   1. each row gets a sketch whose distances are never larger than the row's         sketch.h
 *   2. rows whose sketches are alike come into one block                              row_blocks.h
 *   3. two blocks are looked at only if their boxes are near enough
 *   4. of those, two rows only if their sketches are, and if other rows have not joined them before
 *   5. then a bound in float, and where that is near enough, the distance in double decides
 *
 * That is exact. Steps 3 to 5 are quadratic in the number of rows, in the worst case, but the steps
 * that reach many pairs are cheap. For a set that is too large even for that, step 2 is done TREES
 * times with another choice of columns, and only rows of one block, or of one and the next, are
 * looked at: O(n log n). Rows that are near are parted by a division only if they lie on either
 * side of a median, so the nearer they are the less they are missed; and sets are joined by way of
 * others.
 *
 * Memory is O(n). Block pairs are looked at in waves, so that joining needs no lock. In which order
 * rows are joined makes no difference to the sets. */
#include "domain/clustering/duplicates/close_pairs.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/duplicates/row_blocks.h"
#include "domain/clustering/duplicates/sketch.h"

#define BLOCK      ICA_ROW_BLOCK
#define STRIP      ICA_DISTANCE_BLOCK_ROWS
#define MANY_SHARE 4               /* candidates that are more than one in so many pairs */
#define WAVE       1024            /* block pairs */
#define MAX_JOINS  (2 * BLOCK - 1) /* of the rows of two blocks */
#define TREES      24

struct block_pair {
    size_t a;
    size_t b;
    size_t n_joins;
    uint8_t joins[MAX_JOINS][2]; /* places of rows, those of block b after those of block a */
};

struct search {
    const struct ica_cosine_distance *rows;
    const size_t *points;
    double threshold;
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    struct ica_disjoint_sets *sets;
    struct ica_row_blocks blocks;
    struct block_pair *pairs; /* of the wave */
    size_t n_pairs;
};

/* The rows of two blocks, and which of them are joined by now. */
struct rows_of_two {
    size_t rows[2 * BLOCK];
    size_t roots[2 * BLOCK]; /* in the sets before the wave */
    uint8_t parents[2 * BLOCK];
    size_t n;
};

static void collect(const struct search *s, size_t block, struct rows_of_two *two)
{
    for (size_t i = s->blocks.begins[block]; i < s->blocks.begins[block + 1]; i++) {
        two->rows[two->n] = s->points[s->blocks.points[i]];
        two->roots[two->n] = ica_disjoint_sets_root(s->sets, two->rows[two->n]);
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
    const struct ica_row_blocks *blocks = &s->blocks;
    ica_sketch_multiply(blocks->values + blocks->offsets[pair->a] + i,
                        ica_row_blocks_stride(blocks, pair->a),
                        blocks->values + blocks->offsets[pair->b],
                        ica_row_blocks_stride(blocks, pair->b), products);
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
    const size_t *begins = s->blocks.begins;
    size_t n_a = begins[pair->a + 1] - begins[pair->a];
    size_t i = place < n_a ? begins[pair->a] + place : begins[pair->b] + place - n_a;
    return s->points[s->blocks.points[i]];
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

/* Wait with the others until a wave is full. */
static enum ica_status add_pair(struct search *s, size_t a, size_t b, struct ica_error *err)
{
    s->pairs[s->n_pairs++] = (struct block_pair){.a = a, .b = b};
    return s->n_pairs == WAVE ? run_wave(s, err) : ICA_OK;
}

static enum ica_status look_at_all(struct search *s, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t a = 0; a < s->blocks.n_blocks && !status; a++) {
        for (size_t b = a; b < s->blocks.n_blocks && !status; b++) {
            if (ica_row_blocks_near(&s->blocks, a, b, s->threshold)) {
                status = add_pair(s, a, b, err);
            }
        }
    }
    return status ? status : run_wave(s, err);
}

static enum ica_status look_at_neighbours(struct search *s, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t a = 0; a < s->blocks.n_blocks && !status; a++) {
        status = add_pair(s, a, a, err);
        if (!status && a + 1 < s->blocks.n_blocks) {
            status = add_pair(s, a, a + 1, err);
        }
    }
    return status ? status : run_wave(s, err);
}

static enum ica_status search(struct search *s, const struct ica_sketch *sketch, bool exact,
                              struct ica_error *err)
{
    size_t n_trees = exact ? 1 : TREES;
    enum ica_status status = ICA_OK;
    for (size_t tree = 0; tree < n_trees && !status; tree++) {
        status = ica_row_blocks_init(&s->blocks, sketch, (unsigned)tree, s->monitor,
                                     s->rows->base.n, err);
        if (!status) {
            status = exact ? look_at_all(s, err) : look_at_neighbours(s, err);
        }
        ica_row_blocks_clear(&s->blocks);
    }
    return status;
}

enum ica_status ica_close_pairs_join(const struct ica_cosine_distance *rows, const size_t *points,
                                     size_t n, double threshold, bool exact,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor,
                                     struct ica_disjoint_sets *sets, struct ica_error *err)
{
    struct ica_sketch sketch = {0};
    struct search s = {
        .rows = rows,
        .points = points,
        .threshold = threshold,
        .parallel = parallel,
        .monitor = monitor,
        .sets = sets,
        .pairs = ica_array_new(WAVE, sizeof *s.pairs),
    };
    enum ica_status status = s.pairs ? ica_sketch_init(&sketch, rows, points, n, parallel, err)
                                     : ica_error_nomem(err, "comparing images");
    if (!status && n > 0) {
        status = search(&s, &sketch, exact, err);
    }
    ica_sketch_clear(&sketch);
    free(s.pairs);
    return status;
}
