/* SPDX-License-Identifier: Apache-2.0 */
/* Rows are put into an order in which what is near lies together: that of a forest of the edges to
 * each row's nearest neighbours (reach_forest.h). A group is a run of that order. What it may be
 * near to: the rows in its lists, the rows in whose lists it is, and the rows in the lists of
 * these. Where that is too much, what was named most often is taken.
 *
 * Groups go in waves of a fixed size; within one they see the lists as they were before it. */
#include "domain/clustering/neighbours/neighbour_rounds.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/density/reach_forest.h"
#include "domain/vectors/row_packs.h"

#define GROUP_ROWS     ICA_PACK_ROWS
#define WAVE_GROUPS    64
#define MAX_NEAR       2048 /* rows that are near to a group at once */
#define MAX_NAMED      (MAX_NEAR * 16)
#define MAX_OTHERS     1536
#define ORDERING_EDGES 3 /* per row */

/* In whose lists each row is. */
struct reverse_lists {
    size_t *starts; /* n + 1 */
    uint32_t *rows;
};

/* A group and what it may be near to. */
struct group {
    uint32_t *named; /* MAX_NAMED: with repetitions, then sorted out */
    size_t n_named;
    uint32_t *counts; /* MAX_NAMED: how often */
};

struct round {
    const struct ica_list_search *search;
    struct reverse_lists reverse;
    const uint32_t *order; /* n rows */
    size_t first_group;    /* of the wave */
    struct group *groups;  /* WAVE_GROUPS */
};

static enum ica_status init_reverse(struct reverse_lists *reverse,
                                    const struct ica_neighbour_lists *lists, struct ica_error *err)
{
    size_t n = lists->n;
    reverse->starts = ica_array_new(n + 2, sizeof *reverse->starts);
    reverse->rows = ica_array_new(n, lists->k * sizeof *reverse->rows);
    if (!reverse->starts || !reverse->rows) {
        return ica_error_nomem(err, "a graph of neighbours");
    }
    size_t *ends = reverse->starts + 1; /* of each row's part; first where it starts */
    for (size_t i = 0; i < n * lists->k; i++) {
        if (lists->items[i].row != ICA_NO_NEIGHBOUR) {
            ends[lists->items[i].row + 1]++;
        }
    }
    for (size_t row = 0; row < n; row++) {
        ends[row + 1] += ends[row];
    }
    for (size_t i = 0; i < n * lists->k; i++) {
        if (lists->items[i].row != ICA_NO_NEIGHBOUR) {
            reverse->rows[ends[lists->items[i].row]++] = (uint32_t)(i / lists->k);
        }
    }
    return ICA_OK;
}

static void name(struct group *group, uint32_t row)
{
    if (row != ICA_NO_NEIGHBOUR && group->n_named < MAX_NAMED) {
        group->named[group->n_named++] = row;
    }
}

static int compare_rows(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Sort what was named and count repetitions, each row once then. */
static void sort_out(struct group *group)
{
    size_t kept = 0;
    qsort(group->named, group->n_named, sizeof *group->named, compare_rows);
    for (size_t i = 0; i < group->n_named; i++) {
        if (kept > 0 && group->named[kept - 1] == group->named[i]) {
            group->counts[kept - 1]++;
        } else {
            group->named[kept] = group->named[i];
            group->counts[kept++] = 1;
        }
    }
    group->n_named = kept;
}

/* Keep the up to `max` rows that were named most often, of equal ones the first. */
static void keep_frequent(struct group *group, size_t max)
{
    size_t floor = 1;
    size_t n_above = group->n_named;
    while (n_above > max) {
        floor++;
        n_above = 0;
        for (size_t i = 0; i < group->n_named; i++) {
            n_above += group->counts[i] >= floor;
        }
    }
    size_t room = max - n_above; /* for rows just below the floor */
    size_t kept = 0;
    for (size_t i = 0; i < group->n_named; i++) {
        bool below = group->counts[i] + 1 == floor && room > 0;
        if (group->counts[i] >= floor || below) {
            room -= below;
            group->named[kept] = group->named[i];
            group->counts[kept++] = group->counts[i];
        }
    }
    group->n_named = kept;
}

static size_t group_size(const struct round *round, size_t number)
{
    size_t rest = round->search->lists->n - number * GROUP_ROWS;
    return rest < GROUP_ROWS ? rest : GROUP_ROWS;
}

static void gather(void *context, size_t i)
{
    const struct round *round = context;
    const struct ica_neighbour_lists *lists = round->search->lists;
    const struct reverse_lists *reverse = &round->reverse;
    struct group *group = round->groups + i;
    size_t number = round->first_group + i;
    const uint32_t *rows = round->order + number * GROUP_ROWS;
    group->n_named = 0;
    for (size_t r = 0; r < group_size(round, number); r++) {
        name(group, rows[r]);
        for (size_t j = 0; j < lists->k; j++) {
            name(group, ica_neighbours_of(lists, rows[r])[j].row);
        }
        size_t end = reverse->starts[rows[r] + 1];
        for (size_t j = reverse->starts[rows[r]];
             j < end && j < reverse->starts[rows[r]] + lists->k; j++) {
            name(group, reverse->rows[j]);
        }
    }
    sort_out(group);
    keep_frequent(group, MAX_NEAR);
    size_t n_near = group->n_named;
    for (size_t v = 0; v < n_near; v++) {
        for (size_t j = 0; j < lists->k; j++) {
            name(group, ica_neighbours_of(lists, group->named[v])[j].row);
        }
    }
    sort_out(group);
    keep_frequent(group, MAX_OTHERS);
}

static enum ica_status run_waves(struct round *round, struct ica_error *err)
{
    struct ica_list_task tasks[WAVE_GROUPS];
    size_t n_groups = (round->search->lists->n + GROUP_ROWS - 1) / GROUP_ROWS;
    enum ica_status status = ICA_OK;
    for (; !status && round->first_group < n_groups; round->first_group += WAVE_GROUPS) {
        size_t rest = n_groups - round->first_group;
        size_t n = rest < WAVE_GROUPS ? rest : WAVE_GROUPS;
        ica_parallel_run(round->search->parallel, n, gather, round);
        for (size_t i = 0; i < n; i++) {
            size_t number = round->first_group + i;
            tasks[i] = (struct ica_list_task){
                .rows = round->order + number * GROUP_ROWS,
                .n_rows = group_size(round, number),
                .others = round->groups[i].named,
                .n_others = round->groups[i].n_named,
            };
        }
        status = ica_list_search_run(round->search, tasks, n, err);
    }
    return status;
}

/* An order of the rows in which neighbours lie together. */
static enum ica_status order_rows(const struct ica_neighbour_lists *lists,
                                  struct ica_reach_forest *forest, struct ica_error *err)
{
    size_t n = lists->n;
    size_t n_edges = ORDERING_EDGES < lists->k ? ORDERING_EDGES : lists->k;
    struct ica_reach_edge *edges = ica_array_new(n, n_edges * sizeof *edges);
    enum ica_status status = edges ? ICA_OK : ica_error_nomem(err, "a graph of neighbours");
    if (!status) {
        status = ica_reach_forest_init(forest, n, err);
    }
    size_t n_candidates = 0;
    for (size_t row = 0; !status && row < n; row++) {
        const struct ica_neighbour *list = ica_neighbours_of(lists, row);
        for (size_t j = lists->k - n_edges; j < lists->k; j++) { /* the nearest */
            if (list[j].row != ICA_NO_NEIGHBOUR) {
                edges[n_candidates++] = (struct ica_reach_edge){
                    .weight = list[j].distance,
                    .distance = list[j].distance,
                    .low = (uint32_t)(row < list[j].row ? row : list[j].row),
                    .high = (uint32_t)(row < list[j].row ? list[j].row : row),
                };
            }
        }
    }
    if (!status) {
        ica_reach_forest_add(forest, edges, n_candidates);
    }
    free(edges);
    return status;
}

static enum ica_status init_groups(struct round *round, struct ica_error *err)
{
    round->groups = ica_array_new(WAVE_GROUPS, sizeof *round->groups);
    for (size_t i = 0; round->groups && i < WAVE_GROUPS; i++) {
        round->groups[i].named = ica_array_new(MAX_NAMED, sizeof *round->groups[i].named);
        round->groups[i].counts = ica_array_new(MAX_NAMED, sizeof *round->groups[i].counts);
        if (!round->groups[i].named || !round->groups[i].counts) {
            return ica_error_nomem(err, "a graph of neighbours");
        }
    }
    return round->groups ? ICA_OK : ica_error_nomem(err, "a graph of neighbours");
}

static void clear(struct round *round)
{
    for (size_t i = 0; round->groups && i < WAVE_GROUPS; i++) {
        free(round->groups[i].named);
        free(round->groups[i].counts);
    }
    free(round->groups);
    free(round->reverse.starts);
    free(round->reverse.rows);
}

enum ica_status ica_neighbour_round(const struct ica_list_search *search, bool *changed,
                                    struct ica_error *err)
{
    const struct ica_neighbour_lists *lists = search->lists;
    struct ica_reach_forest forest = {0};
    struct round round = {.search = search};
    double *farthest = ica_array_new(lists->n, sizeof *farthest);
    enum ica_status status = farthest ? ICA_OK : ica_error_nomem(err, "a graph of neighbours");
    for (size_t row = 0; !status && row < lists->n; row++) {
        ica_neighbours_sort_heap(search->lists, row);
        farthest[row] = ica_neighbours_of(lists, row)->distance;
    }
    if (!status) {
        status = order_rows(lists, &forest, err);
    }
    if (!status) {
        status = init_reverse(&round.reverse, lists, err);
    }
    if (!status) {
        status = init_groups(&round, err);
    }
    if (!status) {
        round.order = forest.order;
        status = run_waves(&round, err);
    }
    size_t n_changed = 0;
    for (size_t row = 0; !status && row < lists->n; row++) {
        n_changed += ica_neighbours_of(lists, row)->distance < farthest[row];
    }
    *changed = n_changed * 1000 > lists->n;
    clear(&round);
    ica_reach_forest_clear(&forest);
    free(farthest);
    return status;
}
