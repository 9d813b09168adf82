/* SPDX-License-Identifier: Apache-2.0 */
/* A product is compared with what the forest and the lists ask for; the distance of what reaches
 * either is computed in double. pair_search.c says why that is all. */
#include "domain/clustering/density/pair_task.h"

#include <math.h>

/* The columns of one pack, and what a product with them must reach. */
struct columns {
    const uint32_t *rows;
    size_t n;
    size_t first_place; /* of the whole block, in the forest's order */
    size_t last_place;
    float from_left[ICA_PACK_ROWS];  /* by the path from the block's left border, or the list */
    float from_right[ICA_PACK_ROWS]; /* by that from its right border, or the list */
};

static float smaller_of(float a, float b)
{
    return a < b ? a : b;
}

/* The least product of a pair that may be lighter than the edge of `rank`. */
static float least_product(const struct ica_pair_work *search, uint32_t rank)
{
    double least = 1 - ica_reach_forest_weight(search->forest, rank) - search->error;
    return nextafterf((float)least, -HUGE_VALF);
}

static void learn_columns(const struct ica_pair_work *search, const struct ica_pair_task *task,
                          size_t pack, struct columns *columns)
{
    const struct ica_reach_forest *forest = search->forest;
    const uint32_t *block = search->todo + task->first;
    size_t begin = pack * ICA_PACK_ROWS;
    columns->rows = block + begin;
    columns->n = task->n - begin < ICA_PACK_ROWS ? task->n - begin : ICA_PACK_ROWS;
    columns->first_place = forest->places[block[0]];
    columns->last_place = forest->places[block[task->n - 1]];
    for (size_t j = 0; j < ICA_PACK_ROWS; j++) {
        columns->from_left[j] = columns->from_right[j] = ICA_UNREACHABLE;
        if (j < columns->n) {
            uint32_t row = columns->rows[j];
            size_t place = forest->places[row];
            uint32_t left = ica_reach_forest_rank(forest, columns->first_place, place);
            uint32_t right = ica_reach_forest_rank(forest, place, columns->last_place);
            columns->from_left[j] = smaller_of(least_product(search, left), search->limits[row]);
            columns->from_right[j] = smaller_of(least_product(search, right), search->limits[row]);
        }
    }
}

/* The list of `column` belongs to the task unless the column is in the panel, too. */
static void offer(struct ica_pair_work *search, struct ica_pair_task *task, uint32_t row,
                  uint32_t column, double distance)
{
    struct ica_neighbour_lists *lists = search->how->lists;
    bool shared = search->places[column].in_panel;
    if (!shared && ica_neighbour_offer(lists, column, row, distance)) {
        search->limits[column] = ica_neighbour_limit(lists, column, search->error);
    }
    if (!ica_neighbour_wanted(lists, row, column, distance) &&
        !(shared && ica_neighbour_wanted(lists, column, row, distance))) {
        return;
    }
    if (task->n_pairs == ICA_TASK_PAIRS) {
        task->overflowed = true;
        return;
    }
    task->pairs[task->n_pairs++] =
        (struct ica_near_pair){.row = row, .column = column, .distance = distance};
}

/* What a pair is worth once its distance is known. */
static void consider(struct ica_pair_work *search, struct ica_pair_task *task, uint32_t row,
                     uint32_t column)
{
    double distance = ica_cosine_distance_pair(search->how->rows, row, column);
    if (search->how->lists) {
        offer(search, task, row, column, distance);
    }
    struct ica_reach_edge edge = ica_reach_edge_make(row, column, search->how->cores, distance);
    if (!ica_reach_forest_wants(search->forest, &edge)) {
        return;
    }
    if (task->n_edges == ICA_TASK_PAIRS) {
        task->overflowed = true;
        return;
    }
    task->edges[task->n_edges++] = edge;
}

/* Bit j: the product reaches the smaller of both limits. */
static uint64_t find_reaching(const float *products, float row_limit, const float *column_limits)
{
    uint64_t bits = 0;
    int any = 0;
    for (size_t j = 0; j < ICA_PACK_ROWS; j++) {
        any |= (products[j] >= row_limit) | (products[j] >= column_limits[j]);
    }
    for (size_t j = 0; any && j < ICA_PACK_ROWS; j++) {
        int reaches = (products[j] >= row_limit) | (products[j] >= column_limits[j]);
        bits |= (uint64_t)reaches << j;
    }
    return bits;
}

/* A row within the block: each pair has a path of its own. */
static void take_row_within(struct ica_pair_work *search, struct ica_pair_task *task, uint32_t row,
                            const struct columns *columns, const float *products)
{
    const struct ica_reach_forest *forest = search->forest;
    for (size_t j = 0; j < columns->n && !task->overflowed; j++) {
        uint32_t column = columns->rows[j];
        uint32_t rank = ica_reach_forest_rank(forest, forest->places[row], forest->places[column]);
        float limit = smaller_of(search->limits[row], search->limits[column]);
        if (column != row && products[j] >= smaller_of(limit, least_product(search, rank))) {
            consider(search, task, row, column);
        }
    }
}

/* A row of the panel with the columns of a pack. */
static void take_row(struct ica_pair_work *search, struct ica_pair_task *task, uint32_t row,
                     const struct columns *columns, const float *products)
{
    const struct ica_reach_forest *forest = search->forest;
    size_t place = forest->places[row];
    if (place >= columns->first_place && place <= columns->last_place) {
        take_row_within(search, task, row, columns, products);
        return;
    }
    bool left = place < columns->first_place;
    uint32_t rank =
        ica_reach_forest_rank(forest, place, left ? columns->first_place : columns->last_place);
    float limit = smaller_of(search->limits[row], least_product(search, rank));
    uint64_t bits = find_reaching(products, limit, left ? columns->from_left : columns->from_right);
    for (; bits && !task->overflowed; bits &= bits - 1) {
        size_t j = (size_t)__builtin_ctzll(bits);
        if (j < columns->n) {
            consider(search, task, row, columns->rows[j]);
        }
    }
}

void ica_pair_task_run(void *context, size_t i)
{
    struct ica_pair_work *search = context;
    struct ica_pair_task *task = search->tasks + i;
    float products[ICA_PACK_ROWS * ICA_PACK_ROWS] __attribute__((aligned(ICA_PACK_ALIGNMENT)));
    struct columns columns[ICA_BLOCK_PACKS];
    size_t n_packs = ica_pack_count(task->n);
    for (size_t pack = 0; pack < n_packs; pack++) {
        learn_columns(search, task, pack, &columns[pack]);
        ica_row_pack_fill(search->how->kernel, search->how->rows, columns[pack].rows,
                          columns[pack].n, ica_row_packs_at(&task->packs, pack));
    }
    size_t n_panel_packs = ica_pack_count(search->n_panel);
    for (size_t p = 0; p < n_panel_packs * n_packs && !task->overflowed; p++) {
        size_t first = p / n_packs * ICA_PACK_ROWS;
        size_t pack = p % n_packs;
        search->how->kernel->multiply(ica_row_packs_at(&search->panel_packs, p / n_packs),
                                      ica_row_packs_at(&task->packs, pack), task->packs.depth,
                                      products);
        for (size_t r = 0; r < ICA_PACK_ROWS && first + r < search->n_panel; r++) {
            take_row(search, task, search->panel[first + r], &columns[pack],
                     products + r * ICA_PACK_ROWS);
        }
    }
}
