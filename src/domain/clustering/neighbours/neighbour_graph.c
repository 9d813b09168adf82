/* SPDX-License-Identifier: Apache-2.0 */
/* First each row is compared with the members of its cells (cells.h), then, in rounds, with the
 * neighbours of its neighbours, which are likely neighbours too (the idea of NN-descent: Dong,
 * Moses, Li 2011). Here rows do not descend alone: those that lie together go in groups, so that
 * what a group may be near to is compared with all of it at once, as a product of matrices.
 *
 * No path leads out of a wrong place: a row of which no neighbour is in its cells has a list of
 * strangers, and strangers' neighbours are strangers. Such a row is in nobody's list, so rows of
 * which that is true are sought in further cells, after a first round.
 *
 * O(n^1.5 n_homes dim) for the cells and O(n dim) times some hundreds for a round. */
#include "domain/clustering/neighbours/neighbour_graph.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/neighbours/cells.h"
#include "domain/clustering/neighbours/list_search.h"
#include "domain/clustering/neighbours/neighbour_rounds.h"

#define SAMPLE_TASK_ROWS 48

static enum ica_status look(const struct ica_graph_options *options, size_t done, size_t of,
                            struct ica_error *err)
{
    return ica_clustering_look(options->monitor, options->n_steps * done / of, options->total_steps,
                               err);
}

static struct ica_list_search search_of(const struct ica_cosine_distance *rows,
                                        const struct ica_graph_options *options,
                                        struct ica_neighbour_lists *lists)
{
    return (struct ica_list_search){
        .rows = rows,
        .others = rows,
        .kernel = options->kernel,
        .parallel = options->parallel,
        .lists = lists,
    };
}

/* For each cell, the rows that have it as home number `home`; of all rows, or of those marked. */
static void list_tasks(const struct ica_cells *cells, size_t home, const bool *marked,
                       uint32_t *rows, struct ica_list_task *tasks)
{
    const struct ica_neighbour_lists *homes = &cells->homes;
    for (size_t c = 0; c < cells->n_cells; c++) {
        tasks[c] = (struct ica_list_task){
            .others = cells->members + cells->starts[c],
            .n_others = cells->starts[c + 1] - cells->starts[c],
        };
    }
    for (size_t row = 0; row < homes->n; row++) {
        tasks[ica_neighbours_of(homes, row)[home].row].n_rows += !marked || marked[row];
    }
    for (size_t c = 0, n_rows = 0; c < cells->n_cells; c++) {
        tasks[c].rows = rows + n_rows;
        n_rows += tasks[c].n_rows;
        tasks[c].n_rows = 0;
    }
    for (size_t row = 0; row < homes->n; row++) {
        if (!marked || marked[row]) {
            struct ica_list_task *task = tasks + ica_neighbours_of(homes, row)[home].row;
            rows[task->rows - rows + (ptrdiff_t)task->n_rows++] = (uint32_t)row;
        }
    }
}

/* Rows meet the members of their homes from number `begin` on: the nearest first. */
static enum ica_status search_cells(const struct ica_list_search *search,
                                    const struct ica_cells *cells, size_t begin, size_t end,
                                    const bool *marked, struct ica_error *err)
{
    uint32_t *rows = ica_array_new(search->lists->n, sizeof *rows);
    struct ica_list_task *tasks = ica_array_new(cells->n_cells, sizeof *tasks);
    enum ica_status status = rows && tasks ? ICA_OK : ica_error_nomem(err, "a graph of neighbours");
    for (size_t home = begin; !status && home < end; home++) {
        list_tasks(cells, home, marked, rows, tasks);
        status = ica_list_search_run(search, tasks, cells->n_cells, err);
    }
    free(tasks);
    free(rows);
    return status;
}

/* Seek rows that are in nobody's list in the cells beyond their homes. */
static enum ica_status search_lost(const struct ica_list_search *search,
                                   const struct ica_cells *cells, struct ica_error *err)
{
    const struct ica_neighbour_lists *lists = search->lists;
    bool *lost = ica_array_new(lists->n, sizeof *lost);
    if (!lost) {
        return ica_error_nomem(err, "a graph of neighbours");
    }
    for (size_t row = 0; row < lists->n; row++) {
        lost[row] = true;
    }
    for (size_t i = 0; i < lists->n * lists->k; i++) {
        if (lists->items[i].row != ICA_NO_NEIGHBOUR) {
            lost[lists->items[i].row] = false;
        }
    }
    enum ica_status status = search_cells(search, cells, cells->n_homes, cells->homes.k, lost, err);
    free(lost);
    return status;
}

/* Rounds while they find something, and, after the first, the search for lost rows. */
static enum ica_status run_rounds(const struct ica_list_search *search,
                                  const struct ica_cells *cells,
                                  const struct ica_graph_options *options, struct ica_error *err)
{
    bool changed = cells->n_cells > 1; /* of one cell all is known */
    enum ica_status status = ICA_OK;
    for (size_t round = 0; !status && changed && round < options->max_rounds; round++) {
        status = look(options, round + 1, options->max_rounds + 1, err);
        if (!status) {
            status = ica_neighbour_round(search, &changed, err);
        }
        if (!status && round == 0 && options->n_next > 0) {
            status = search_lost(search, cells, err);
            changed = true;
        }
    }
    return status;
}

enum ica_status ica_neighbour_graph(const struct ica_cosine_distance *rows,
                                    const struct ica_graph_options *options,
                                    struct ica_neighbour_lists *lists, struct ica_error *err)
{
    struct ica_cells cells = {0};
    struct ica_list_search search = search_of(rows, options, lists);
    enum ica_status status = ica_neighbour_lists_init(lists, rows->base.n, options->k, err);
    if (!status) {
        status = look(options, 0, 1, err);
    }
    if (!status) {
        status = ica_cells_init(&cells, rows, options->n_homes, options->n_next, options->kernel,
                                options->parallel, err);
    }
    if (!status) {
        status = search_cells(&search, &cells, 0, cells.n_homes, NULL, err);
    }
    if (!status) {
        status = run_rounds(&search, &cells, options, err);
    }
    if (!status) {
        status = look(options, 1, 1, err);
    }
    ica_cells_clear(&cells);
    if (status) {
        ica_neighbour_lists_clear(lists);
    }
    return status;
}

/* Of `n` neighbours found, those no farther than the `k`-th true one; `row` itself is none. */
static size_t count_true(const struct ica_neighbour *found, const struct ica_neighbour *truth,
                         size_t k, uint32_t row)
{
    size_t n_true = 0;
    double farthest = 0;
    for (size_t i = 0, others = 0; i <= k && others < k; i++) {
        if (truth[i].row != row) {
            farthest = truth[i].distance;
            others++;
        }
    }
    for (size_t i = 0; i < k; i++) {
        n_true += found[i].row != ICA_NO_NEIGHBOUR && found[i].distance <= farthest;
    }
    return n_true;
}

/* The sample's rows, and all others, as tasks. */
struct sample {
    size_t n;
    const float **pointers; /* taken by `rows` */
    struct ica_cosine_distance rows;
    struct ica_neighbour_lists lists;
    uint32_t *numbers; /* 0, 1, 2, ... */
    struct ica_list_task *tasks;
    size_t n_tasks;
};

static enum ica_status init_sample(struct sample *sample, const struct ica_cosine_distance *rows,
                                   size_t k, struct ica_error *err)
{
    size_t n = rows->base.n;
    sample->n_tasks = (sample->n + SAMPLE_TASK_ROWS - 1) / SAMPLE_TASK_ROWS;
    sample->pointers = ica_array_new(sample->n, sizeof *sample->pointers);
    sample->numbers = ica_array_new(n, sizeof *sample->numbers);
    sample->tasks = ica_array_new(sample->n_tasks, sizeof *sample->tasks);
    if (!sample->pointers || !sample->numbers || !sample->tasks) {
        free(sample->pointers);
        return ica_error_nomem(err, "a sample of neighbours");
    }
    for (size_t i = 0; i < sample->n; i++) {
        sample->pointers[i] = rows->rows[i * n / sample->n];
    }
    for (size_t i = 0; i < n; i++) {
        sample->numbers[i] = (uint32_t)i;
    }
    for (size_t t = 0; t < sample->n_tasks; t++) {
        size_t first = t * SAMPLE_TASK_ROWS;
        size_t rest = sample->n - first;
        sample->tasks[t] = (struct ica_list_task){
            .rows = sample->numbers + first,
            .n_rows = rest < SAMPLE_TASK_ROWS ? rest : SAMPLE_TASK_ROWS,
            .others = sample->numbers,
            .n_others = n,
        };
    }
    enum ica_status status =
        ica_cosine_distance_init_rows(&sample->rows, sample->pointers, sample->n, rows->dim, err);
    return status ? status : ica_neighbour_lists_init(&sample->lists, sample->n, k + 1, err);
}

enum ica_status ica_neighbour_graph_recall(const struct ica_cosine_distance *rows,
                                           const struct ica_neighbour_lists *lists,
                                           const struct ica_graph_options *options, size_t n_sample,
                                           double *recall, struct ica_error *err)
{
    size_t n = rows->base.n;
    struct sample sample = {.n = n_sample < n ? n_sample : n};
    enum ica_status status = init_sample(&sample, rows, lists->k, err);
    if (!status) {
        struct ica_list_search search = search_of(rows, options, &sample.lists);
        search.rows = &sample.rows;
        status = ica_list_search_run(&search, sample.tasks, sample.n_tasks, err);
    }
    if (!status) {
        size_t n_true = 0;
        for (size_t i = 0; i < sample.n; i++) {
            size_t row = i * n / sample.n;
            ica_neighbours_sort(&sample.lists, i);
            n_true += count_true(ica_neighbours_of(lists, row), ica_neighbours_of(&sample.lists, i),
                                 lists->k, (uint32_t)row);
        }
        *recall = (double)n_true / (double)(sample.n * lists->k);
    }
    ica_neighbour_lists_clear(&sample.lists);
    ica_cosine_distance_clear(&sample.rows);
    free(sample.numbers);
    free(sample.tasks);
    return status;
}
