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

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/density/pair_task.h"

#define FIRST_PANEL    8 /* rows */
#define PANEL_GROWTH   4
#define PANEL_PACKS    16
#define MAX_PANEL      (PANEL_PACKS * ICA_PACK_ROWS)
#define TASKS_PER_WAVE 8 /* per worker */
#define POOL_SHARE     2 /* the forest learns when n / this edges have been found */
#define LEAST_POOL     4096

/* Columns that the panel has still to meet, as the forest orders them now. */
static void list_todo(struct ica_pair_work *search)
{
    search->n_todo = 0;
    for (size_t p = 0; p < search->forest->n; p++) {
        uint32_t row = search->forest->order[p];
        if (search->places[row].remains && !search->places[row].met) {
            search->todo[search->n_todo++] = row;
        }
    }
}

static void learn(struct ica_pair_work *search)
{
    ica_reach_forest_add(search->forest, search->pool, search->n_pool);
    search->n_pool = 0;
}

static void give(struct ica_pair_work *search, uint32_t row, uint32_t other, double distance)
{
    struct ica_neighbour_lists *lists = search->how->lists;
    if (ica_neighbour_offer(lists, row, other, distance)) {
        search->limits[row] = ica_neighbour_limit(lists, row, search->error);
    }
}

/* What a task has found goes into the pool, which has room for all of a wave, and into the lists of
 * the panel. */
static void gather(struct ica_pair_work *search, const struct ica_pair_task *task)
{
    memcpy(search->pool + search->n_pool, task->edges, task->n_edges * sizeof *task->edges);
    search->n_pool += task->n_edges;
    for (size_t i = 0; i < task->n_pairs; i++) {
        const struct ica_near_pair *pair = task->pairs + i;
        give(search, pair->row, pair->column, pair->distance);
        if (search->places[pair->column].in_panel) {
            give(search, pair->column, pair->row, pair->distance);
        }
    }
    for (size_t i = 0; i < task->n && !task->overflowed; i++) {
        search->places[search->todo[task->first + i]].met = true;
    }
}

static enum ica_status report(const struct ica_pair_work *search, size_t n_done, size_t n_all,
                              struct ica_error *err)
{
    /* After a share x of the rows, 1 - (1 - x)^2 of the pairs are done. */
    double left = n_all > 0 ? 1 - (double)n_done / (double)n_all : 0;
    const struct ica_pair_search *how = search->how;
    size_t step = how->first_step + (size_t)((1 - left * left) * (double)how->n_steps);
    return ica_clustering_look(how->monitor, step, how->total_steps, err);
}

/* Set the tasks of a wave up for todo[first] and what follows; returns how many there are. */
static size_t begin_wave(struct ica_pair_work *search, size_t first)
{
    size_t n_tasks = 0;
    for (; n_tasks < search->n_tasks && first < search->n_todo; n_tasks++) {
        struct ica_pair_task *task = search->tasks + n_tasks;
        size_t rest = search->n_todo - first;
        task->first = first;
        task->n = rest < ICA_BLOCK_COLUMNS ? rest : ICA_BLOCK_COLUMNS;
        task->overflowed = false;
        task->n_edges = 0;
        task->n_pairs = 0;
        first += task->n;
    }
    return n_tasks;
}

/* Compare the panel with all columns that remain. */
static enum ica_status run_panel(struct ica_pair_work *search, size_t n_all, struct ica_error *err)
{
    list_todo(search);
    for (size_t first = 0; first < search->n_todo;) {
        size_t n_tasks = begin_wave(search, first);
        bool overflowed = false;
        ica_parallel_run(search->how->parallel, n_tasks, ica_pair_task_run, search);
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
static void draw_panel(struct ica_pair_work *search, size_t most)
{
    size_t seen = 0;
    size_t drawn = 0;
    search->n_panel = most < search->n_wanted ? most : search->n_wanted;
    for (size_t p = 0; p < search->forest->n; p++) {
        uint32_t row = search->forest->order[p];
        struct ica_pair_place *place = search->places + row;
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

static void dismiss_panel(struct ica_pair_work *search)
{
    for (size_t i = 0; i < search->n_panel; i++) {
        search->places[search->panel[i]] = (struct ica_pair_place){0};
    }
    search->n_wanted -= search->n_panel;
    search->n_remain -= search->n_panel;
}

static enum ica_status run_panels(struct ica_pair_work *search, struct ica_error *err)
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

static void clear(struct ica_pair_work *search)
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

static enum ica_status init_tasks(struct ica_pair_work *search, struct ica_error *err)
{
    for (size_t t = 0; t < search->n_tasks; t++) {
        struct ica_pair_task *task = search->tasks + t;
        task->edges = ica_array_new(ICA_TASK_PAIRS, sizeof *task->edges);
        task->pairs = ica_array_new(ICA_TASK_PAIRS, sizeof *task->pairs);
        if (!task->edges || !task->pairs) {
            return ica_error_nomem(err, "a search of pairs");
        }
        enum ica_status status =
            ica_row_packs_init(&task->packs, ICA_BLOCK_PACKS, search->how->rows->dim, err);
        if (status) {
            return status;
        }
    }
    return ICA_OK;
}

static void init_places(struct ica_pair_work *search)
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
            how->lists ? ica_neighbour_limit(how->lists, row, search->error) : ICA_UNREACHABLE;
    }
}

static enum ica_status init(struct ica_pair_work *search, struct ica_error *err)
{
    size_t n = search->forest->n;
    struct ica_parallel *parallel = search->how->parallel;
    search->n_tasks = TASKS_PER_WAVE * (parallel ? parallel->n_workers : 1);
    search->max_pool = n / POOL_SHARE > LEAST_POOL ? n / POOL_SHARE : LEAST_POOL;
    search->tasks = ica_array_new(search->n_tasks, sizeof *search->tasks);
    search->pool =
        ica_array_new(search->max_pool + search->n_tasks * ICA_TASK_PAIRS, sizeof *search->pool);
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
    struct ica_pair_work search = {
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
