/* SPDX-License-Identifier: Apache-2.0 */
/* An edge is light for a forest if it is lighter than the heaviest edge on the path between its
 * ends, or if there is no path. The others are the heaviest on a cycle and belong to no lightest
 * tree. Karger, Klein and Tarjan (1995) showed that the forest of a random share p of all edges
 * leaves only n / p light ones among them all. So a few rows, drawn evenly, are compared with all
 * first, then four times as many, and so on; what was found goes into the forest in between, and
 * each such step finds about 3 n light edges: O(n log n) of n^2 / 2 pairs.
 *
 * To tell for all n^2 / 2 pairs whether they are light must cost little beside their product. In
 * the order of reach_forest.h the heaviest edge between a row and a column is that of the gaps
 * between the row and a border of the column's block, or of the gaps between that border and the
 * column: one number per row, one per column. Products in float32 (product_kernel.h) are compared
 * with these, and with what the lists of neighbours ask for; the distance of what reaches either is
 * computed in double, and that decides.
 *
 * Words: a panel is the set of rows that are compared with all columns that remain (itself
 * included), and then need no further look; a block is a run of columns, the work of one task; a
 * wave is a set of tasks, after which the forest may learn. A task owns the lists of its columns;
 * what it finds for the panel's rows, which all tasks share, it keeps until the wave ends. A task
 * whose room is too small gives up, and its columns come again when more is known.
 *
 * O(n^2 dim) time; memory is the panel's packs and some n edges. */
#include "domain/clustering/density/pair_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/vectors/row_packs.h"

#define FIRST_PANEL    8 /* rows */
#define PANEL_GROWTH   4
#define PANEL_PACKS    16
#define MAX_PANEL      (PANEL_PACKS * ICA_PACK_ROWS)
#define BLOCK_PACKS    4
#define BLOCK_COLUMNS  (BLOCK_PACKS * ICA_PACK_ROWS)
#define TASK_PAIRS     8192 /* that a task has room for */
#define TASKS_PER_WAVE 8    /* per worker */
#define POOL_SHARE     2    /* the forest learns when n / this edges have been found */
#define LEAST_POOL     4096

/* Two rows that a wave has found to be near: the row of the panel, and the column. */
struct pair {
    uint32_t row;
    uint32_t column;
    double distance;
};

/* A block of columns against the panel. */
struct task {
    size_t first; /* in todo[] */
    size_t n;
    bool overflowed;
    size_t n_edges;
    struct ica_reach_edge *edges; /* TASK_PAIRS */
    size_t n_pairs;
    struct pair *pairs;         /* TASK_PAIRS, for the lists of the panel's rows */
    struct ica_row_packs packs; /* of the block */
};

/* What a row is to the search. */
struct place {
    bool remains;  /* not yet compared with all columns */
    bool wanted;   /* still to be in a panel */
    bool in_panel; /* in the one at work */
    bool met;      /* by that panel */
};

struct search {
    const struct ica_pair_search *how;
    struct ica_reach_forest *forest;
    double error;         /* of a product */
    struct place *places; /* per row */
    size_t n_wanted;
    size_t n_remain;
    uint32_t *panel; /* rows, in the order of the forest */
    size_t n_panel;
    struct ica_row_packs panel_packs;
    float *limits;  /* per row: least product that its list asks for */
    uint32_t *todo; /* columns that the panel has not met, in the order of the forest */
    size_t n_todo;
    struct task *tasks;
    size_t n_tasks;
    struct ica_reach_edge *pool; /* light edges since the forest learnt last */
    size_t n_pool;
    size_t max_pool;
};

/* The columns of one pack, and what a product with them must reach. */
struct columns {
    const uint32_t *rows;
    size_t n;
    size_t first_place; /* of the whole block, in the forest's order */
    size_t last_place;
    float from_left[ICA_PACK_ROWS];  /* by the path from the block's left border, or the list */
    float from_right[ICA_PACK_ROWS]; /* by that from its right border, or the list */
};

static const float unreachable = 2; /* by a product */

static float smaller_of(float a, float b)
{
    return a < b ? a : b;
}

/* The least product of a pair that may be lighter than the edge of `rank`. */
static float least_product(const struct search *search, uint32_t rank)
{
    double least = 1 - ica_reach_forest_weight(search->forest, rank) - search->error;
    return nextafterf((float)least, -HUGE_VALF);
}

static void learn_columns(const struct search *search, const struct task *task, size_t pack,
                          struct columns *columns)
{
    const struct ica_reach_forest *forest = search->forest;
    const uint32_t *block = search->todo + task->first;
    size_t begin = pack * ICA_PACK_ROWS;
    columns->rows = block + begin;
    columns->n = task->n - begin < ICA_PACK_ROWS ? task->n - begin : ICA_PACK_ROWS;
    columns->first_place = forest->places[block[0]];
    columns->last_place = forest->places[block[task->n - 1]];
    for (size_t j = 0; j < ICA_PACK_ROWS; j++) {
        columns->from_left[j] = columns->from_right[j] = unreachable;
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
static void offer(struct search *search, struct task *task, uint32_t row, uint32_t column,
                  double distance)
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
    if (task->n_pairs == TASK_PAIRS) {
        task->overflowed = true;
        return;
    }
    task->pairs[task->n_pairs++] =
        (struct pair){.row = row, .column = column, .distance = distance};
}

/* What a pair is worth once its distance is known. */
static void consider(struct search *search, struct task *task, uint32_t row, uint32_t column)
{
    double distance = ica_cosine_distance_pair(search->how->rows, row, column);
    if (search->how->lists) {
        offer(search, task, row, column, distance);
    }
    struct ica_reach_edge edge = ica_reach_edge_make(row, column, search->how->cores, distance);
    if (!ica_reach_forest_wants(search->forest, &edge)) {
        return;
    }
    if (task->n_edges == TASK_PAIRS) {
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
static void take_row_within(struct search *search, struct task *task, uint32_t row,
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
static void take_row(struct search *search, struct task *task, uint32_t row,
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

static void run_task(void *context, size_t i)
{
    struct search *search = context;
    struct task *task = search->tasks + i;
    float products[ICA_PACK_ROWS * ICA_PACK_ROWS] __attribute__((aligned(ICA_PACK_ALIGNMENT)));
    struct columns columns[BLOCK_PACKS];
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

/* Columns that the panel has still to meet, as the forest orders them now. */
static void list_todo(struct search *search)
{
    search->n_todo = 0;
    for (size_t p = 0; p < search->forest->n; p++) {
        uint32_t row = search->forest->order[p];
        if (search->places[row].remains && !search->places[row].met) {
            search->todo[search->n_todo++] = row;
        }
    }
}

static void learn(struct search *search)
{
    ica_reach_forest_add(search->forest, search->pool, search->n_pool);
    search->n_pool = 0;
}

static void give(struct search *search, uint32_t row, uint32_t other, double distance)
{
    struct ica_neighbour_lists *lists = search->how->lists;
    if (ica_neighbour_offer(lists, row, other, distance)) {
        search->limits[row] = ica_neighbour_limit(lists, row, search->error);
    }
}

/* What a task has found goes into the pool, which has room for all of a wave, and into the lists of
 * the panel. */
static void gather(struct search *search, const struct task *task)
{
    memcpy(search->pool + search->n_pool, task->edges, task->n_edges * sizeof *task->edges);
    search->n_pool += task->n_edges;
    for (size_t i = 0; i < task->n_pairs; i++) {
        const struct pair *pair = task->pairs + i;
        give(search, pair->row, pair->column, pair->distance);
        if (search->places[pair->column].in_panel) {
            give(search, pair->column, pair->row, pair->distance);
        }
    }
    for (size_t i = 0; i < task->n && !task->overflowed; i++) {
        search->places[search->todo[task->first + i]].met = true;
    }
}

static enum ica_status report(const struct search *search, size_t n_done, size_t n_all,
                              struct ica_error *err)
{
    /* After a share x of the rows, 1 - (1 - x)^2 of the pairs are done. */
    double left = n_all > 0 ? 1 - (double)n_done / (double)n_all : 0;
    const struct ica_pair_search *how = search->how;
    size_t step = how->first_step + (size_t)((1 - left * left) * (double)how->n_steps);
    return ica_clustering_look(how->monitor, step, how->total_steps, err);
}

/* Set the tasks of a wave up for todo[first] and what follows; returns how many there are. */
static size_t begin_wave(struct search *search, size_t first)
{
    size_t n_tasks = 0;
    for (; n_tasks < search->n_tasks && first < search->n_todo; n_tasks++) {
        struct task *task = search->tasks + n_tasks;
        size_t rest = search->n_todo - first;
        task->first = first;
        task->n = rest < BLOCK_COLUMNS ? rest : BLOCK_COLUMNS;
        task->overflowed = false;
        task->n_edges = 0;
        task->n_pairs = 0;
        first += task->n;
    }
    return n_tasks;
}

/* Compare the panel with all columns that remain. */
static enum ica_status run_panel(struct search *search, size_t n_all, struct ica_error *err)
{
    list_todo(search);
    for (size_t first = 0; first < search->n_todo;) {
        size_t n_tasks = begin_wave(search, first);
        bool overflowed = false;
        ica_parallel_run(search->how->parallel, n_tasks, run_task, search);
        for (size_t t = 0; t < n_tasks; t++) {
            gather(search, &search->tasks[t]);
            overflowed |= search->tasks[t].overflowed;
            first += search->tasks[t].n;
        }
        if (overflowed || search->n_pool > search->max_pool) {
            learn(search);
            list_todo(search);
            first = 0;
        }
        enum ica_status status = report(search, n_all - search->n_wanted, n_all, err);
        if (status) {
            return status;
        }
    }
    return ICA_OK;
}

/* Draw `most` of the wanted rows, evenly in the order of the forest. */
static void draw_panel(struct search *search, size_t most)
{
    size_t seen = 0;
    size_t drawn = 0;
    search->n_panel = most < search->n_wanted ? most : search->n_wanted;
    for (size_t p = 0; p < search->forest->n; p++) {
        uint32_t row = search->forest->order[p];
        struct place *place = search->places + row;
        place->met = false;
        if (place->wanted && drawn < search->n_panel &&
            seen++ == drawn * search->n_wanted / search->n_panel) {
            search->panel[drawn++] = row;
            place->in_panel = true;
        }
    }
    for (size_t first = 0; first < search->n_panel; first += ICA_PACK_ROWS) {
        size_t rest = search->n_panel - first;
        ica_row_pack_fill(search->how->kernel, search->how->rows, search->panel + first,
                          rest < ICA_PACK_ROWS ? rest : ICA_PACK_ROWS,
                          ica_row_packs_at(&search->panel_packs, first / ICA_PACK_ROWS));
    }
}

static void dismiss_panel(struct search *search)
{
    for (size_t i = 0; i < search->n_panel; i++) {
        search->places[search->panel[i]] = (struct place){0};
    }
    search->n_wanted -= search->n_panel;
    search->n_remain -= search->n_panel;
}

static enum ica_status run_panels(struct search *search, struct ica_error *err)
{
    size_t n_all = search->n_wanted;
    for (size_t most = FIRST_PANEL; search->n_wanted > 0 && search->n_remain > 1;
         most = PANEL_GROWTH * most < MAX_PANEL ? PANEL_GROWTH * most : MAX_PANEL) {
        draw_panel(search, most);
        enum ica_status status = run_panel(search, n_all, err);
        if (status) {
            return status;
        }
        if (most < MAX_PANEL) {
            learn(search);
        }
        dismiss_panel(search);
    }
    learn(search);
    return report(search, n_all, n_all, err);
}

static void clear(struct search *search)
{
    for (size_t t = 0; search->tasks && t < search->n_tasks; t++) {
        free(search->tasks[t].edges);
        free(search->tasks[t].pairs);
        ica_row_packs_clear(&search->tasks[t].packs);
    }
    ica_row_packs_clear(&search->panel_packs);
    free(search->tasks);
    free(search->pool);
    free(search->places);
    free(search->limits);
    free(search->todo);
    free(search->panel);
}

static enum ica_status init_tasks(struct search *search, struct ica_error *err)
{
    for (size_t t = 0; t < search->n_tasks; t++) {
        struct task *task = search->tasks + t;
        task->edges = ica_array_new(TASK_PAIRS, sizeof *task->edges);
        task->pairs = ica_array_new(TASK_PAIRS, sizeof *task->pairs);
        if (!task->edges || !task->pairs) {
            return ica_error_nomem(err, "a search of pairs");
        }
        enum ica_status status =
            ica_row_packs_init(&task->packs, BLOCK_PACKS, search->how->rows->dim, err);
        if (status) {
            return status;
        }
    }
    return ICA_OK;
}

static void init_places(struct search *search)
{
    const struct ica_pair_search *how = search->how;
    for (size_t row = 0; row < search->forest->n; row++) {
        bool remains = !how->columns || how->columns[row];
        bool wanted = remains && (!how->wanted || how->wanted[row]);
        search->places[row].remains = remains;
        search->places[row].wanted = wanted;
        search->n_remain += remains;
        search->n_wanted += wanted;
        search->limits[row] =
            how->lists ? ica_neighbour_limit(how->lists, row, search->error) : unreachable;
    }
}

static enum ica_status init(struct search *search, struct ica_error *err)
{
    size_t n = search->forest->n;
    struct ica_parallel *parallel = search->how->parallel;
    search->n_tasks = TASKS_PER_WAVE * (parallel ? parallel->n_workers : 1);
    search->max_pool = n / POOL_SHARE > LEAST_POOL ? n / POOL_SHARE : LEAST_POOL;
    search->tasks = ica_array_new(search->n_tasks, sizeof *search->tasks);
    search->pool =
        ica_array_new(search->max_pool + search->n_tasks * TASK_PAIRS, sizeof *search->pool);
    search->places = ica_array_new(n, sizeof *search->places);
    search->limits = ica_array_new(n, sizeof *search->limits);
    search->todo = ica_array_new(n, sizeof *search->todo);
    search->panel = ica_array_new(MAX_PANEL, sizeof *search->panel);
    if (!search->tasks || !search->pool || !search->places || !search->limits || !search->todo ||
        !search->panel) {
        return ica_error_nomem(err, "a search of pairs");
    }
    init_places(search);
    enum ica_status status = init_tasks(search, err);
    return status
               ? status
               : ica_row_packs_init(&search->panel_packs, PANEL_PACKS, search->how->rows->dim, err);
}

enum ica_status ica_pair_search_run(const struct ica_pair_search *how,
                                    struct ica_reach_forest *forest, struct ica_error *err)
{
    struct search search = {
        .how = how,
        .forest = forest,
        .error = ica_product_error(ica_pack_depth(how->rows->dim)),
    };
    enum ica_status status = init(&search, err);
    if (!status) {
        status = run_panels(&search, err);
    }
    clear(&search);
    return status;
}
