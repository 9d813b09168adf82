/* SPDX-License-Identifier: Apache-2.0 */
/* Both ways begin with a graph of most nearest neighbours, which costs little, and the lightest
 * forest of its edges.
 *
 * Exact: one look at every pair completes the neighbours and the forest (pair_search.h). It weighs
 * edges with the core distances that the graph gave, which are too large where a neighbour had been
 * missed. For rows where that turns out, and only for those, the edges are looked at once more.
 * That is enough: the other edges that were dismissed were the heaviest on a cycle, and since then
 * edges only became lighter. O(n^2 dim) time, O(n (k + dim)) memory.
 *
 * Approximate: edges between the parts that the graph leaves apart are sought among a few rows of
 * each part. */
#include "domain/clustering/density/reach_tree.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/density/pair_search.h"
#include "domain/clustering/density/reach_forest.h"
#include "domain/clustering/neighbours/neighbour_graph.h"

#define LEAST_NEIGHBOURS  10 /* per row: more join the first forest better */
#define MOST_DISTANT      2  /* no cosine distance is larger */
#define EXACT_HOMES       2
#define EXACT_ROUNDS      2
#define APPROXIMATE_HOMES 3
#define APPROXIMATE_NEXT  9
#define PAIRS_PER_ROW     1000 /* that a search among representatives may cost */
#define RECALL_SAMPLE     192
/* Shares of the steps, in percent, that the graph takes */
#define EXACT_GRAPH_SHARE       10
#define APPROXIMATE_GRAPH_SHARE 80

struct work {
    const struct ica_cosine_distance *rows;
    const struct ica_reach_tree_options *options;
    size_t n;
    struct ica_neighbour_lists lists; /* heaps, farthest first */
    double *cores;
    struct ica_reach_forest forest;
    bool *marks; /* per row */
};

static struct ica_graph_options graph_options(const struct work *work)
{
    bool approximate = work->options->approximate;
    size_t least = LEAST_NEIGHBOURS < work->n ? LEAST_NEIGHBOURS : work->n - 1;
    return (struct ica_graph_options){
        .k = work->options->k > least ? work->options->k : least,
        .n_homes = approximate ? APPROXIMATE_HOMES : EXACT_HOMES,
        .n_next = approximate ? APPROXIMATE_NEXT : 0,
        .max_rounds = approximate ? ICA_MAX_GRAPH_ROUNDS : EXACT_ROUNDS,
        .kernel = work->options->kernel,
        .parallel = work->options->parallel,
        .monitor = work->options->monitor,
        .n_steps = work->n * (approximate ? APPROXIMATE_GRAPH_SHARE : EXACT_GRAPH_SHARE) / 100,
        .total_steps = work->n,
    };
}

/* Core distances, or bounds of them while neighbours are missing. Returns how many rows have
 * another one than before; `marks`, unless NULL, tells which. */
static size_t take_cores(struct work *work, bool *marks)
{
    size_t n_changed = 0;
    for (size_t row = 0; row < work->n; row++) {
        ica_neighbours_sort_heap(&work->lists, row);
        double distance =
            ica_neighbours_of(&work->lists, row)[work->lists.k - work->options->k].distance;
        double core = fmin(distance, MOST_DISTANT);
        bool changed = core != work->cores[row];
        work->cores[row] = core;
        n_changed += changed;
        if (marks) {
            marks[row] = changed;
        }
    }
    return n_changed;
}

/* The forest of the edges to all neighbours: to the nearest of all rows first, then the second, so
 * that only n candidates are held at a time. */
static enum ica_status join_neighbours(struct work *work, struct ica_error *err)
{
    struct ica_reach_edge *candidates = ica_array_new(work->n, sizeof *candidates);
    if (!candidates) {
        return ica_error_nomem(err, "a spanning tree");
    }
    for (size_t place = work->lists.k; place-- > 0;) {
        size_t n_candidates = 0;
        for (size_t row = 0; row < work->n; row++) {
            struct ica_neighbour to = ica_neighbours_of(&work->lists, row)[place];
            if (to.row == ICA_NO_NEIGHBOUR) {
                continue;
            }
            struct ica_reach_edge edge = ica_reach_edge_make(row, to.row, work->cores, to.distance);
            if (ica_reach_forest_wants(&work->forest, &edge)) {
                candidates[n_candidates++] = edge;
            }
        }
        ica_reach_forest_add(&work->forest, candidates, n_candidates);
    }
    free(candidates);
    return ICA_OK;
}

static struct ica_pair_search pair_search(const struct work *work, size_t first_step,
                                          size_t end_step)
{
    return (struct ica_pair_search){
        .rows = work->rows,
        .cores = work->cores,
        .kernel = work->options->kernel,
        .parallel = work->options->parallel,
        .monitor = work->options->monitor,
        .first_step = first_step,
        .n_steps = end_step - first_step,
        .total_steps = work->n,
    };
}

/* Every pair, then the pairs of those rows whose core distance has changed. */
static enum ica_status complete(struct work *work, struct ica_error *err)
{
    size_t begin = work->n * EXACT_GRAPH_SHARE / 100;
    size_t most = work->n - work->n / 20;
    struct ica_pair_search search = pair_search(work, begin, most);
    search.lists = &work->lists;
    enum ica_status status = ica_pair_search_run(&search, &work->forest, err);
    if (status || take_cores(work, work->marks) == 0) {
        return status;
    }
    status = ica_reach_forest_reweigh(&work->forest, work->cores, err);
    if (status) {
        return status;
    }
    search = pair_search(work, most, work->n);
    search.wanted = work->marks;
    return ica_pair_search_run(&search, &work->forest, err);
}

/* Mark up to `most` rows of the part at the places from `begin` to `end`, evenly. */
static void mark_part(struct work *work, size_t begin, size_t end, size_t most)
{
    size_t size = end - begin;
    size_t n = size < most ? size : most;
    for (size_t i = 0; i < n; i++) {
        work->marks[work->forest.order[begin + i * size / n]] = true;
    }
}

/* Join the parts by the best edges among representatives of each. */
static enum ica_status join_parts(struct work *work, struct ica_error *err)
{
    const uint32_t *gaps = work->forest.maxima[0];
    size_t n_parts = work->n - work->forest.n_edges;
    if (n_parts == 1) {
        return ICA_OK;
    }
    size_t in_all = (size_t)sqrt(2.0 * PAIRS_PER_ROW * (double)work->n);
    size_t most = in_all / n_parts > 1 ? in_all / n_parts : 1;
    for (size_t place = 0, begin = 0; place < work->n; place++) {
        if (gaps[place] == ICA_REACH_APART) { /* so it is at the end, too */
            mark_part(work, begin, place + 1, most);
            begin = place + 1;
        }
    }
    struct ica_pair_search search =
        pair_search(work, work->n * APPROXIMATE_GRAPH_SHARE / 100, work->n);
    search.columns = work->marks;
    return ica_pair_search_run(&search, &work->forest, err);
}

static enum ica_status run(struct work *work, double *recall, struct ica_error *err)
{
    struct ica_graph_options graph = graph_options(work);
    enum ica_status status = ica_neighbour_graph(work->rows, &graph, &work->lists, err);
    if (status) {
        return status;
    }
    (void)take_cores(work, NULL);
    status = ica_reach_forest_init(&work->forest, work->n, err);
    if (status) {
        return status;
    }
    status = join_neighbours(work, err);
    if (status) {
        return status;
    }
    *recall = 1;
    if (!work->options->approximate) {
        return complete(work, err);
    }
    status =
        ica_neighbour_graph_recall(work->rows, &work->lists, &graph, RECALL_SAMPLE, recall, err);
    return status ? status : join_parts(work, err);
}

static void take_edges(const struct ica_reach_forest *forest, struct ica_edge *edges)
{
    for (size_t i = 0; i < forest->n_edges; i++) {
        edges[i] = (struct ica_edge){
            .a = forest->edges[i].low,
            .b = forest->edges[i].high,
            .weight = forest->edges[i].weight,
            .twins = forest->edges[i].distance == 0,
        };
    }
}

enum ica_status ica_reach_tree_find(const struct ica_cosine_distance *rows,
                                    const struct ica_reach_tree_options *options,
                                    struct ica_edge *edges, double *recall, struct ica_error *err)
{
    size_t n = rows->base.n;
    struct work work = {
        .rows = rows,
        .options = options,
        .n = n,
        .cores = ica_array_new(n, sizeof *work.cores),
        .marks = ica_array_new(n, sizeof *work.marks),
    };
    enum ica_status status =
        work.cores && work.marks ? ICA_OK : ica_error_nomem(err, "a spanning tree");
    if (!status) {
        status = run(&work, recall, err);
    }
    if (!status) {
        take_edges(&work.forest, edges);
    }
    ica_reach_forest_clear(&work.forest);
    ica_neighbour_lists_clear(&work.lists);
    free(work.marks);
    free(work.cores);
    return status;
}
