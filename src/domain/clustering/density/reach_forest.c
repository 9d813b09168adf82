/* SPDX-License-Identifier: Apache-2.0 */
/* Kruskal's algorithm (1956) on the edges at hand and the candidates. That suffices: an edge that
 * was left out before is the heaviest on a cycle, and stays that. Where two trees join, the run of
 * one is put behind that of the other, with the edge at the gap; as later edges are heavier, the
 * heaviest edge on a path is the heaviest at the gaps. */
#include "domain/clustering/density/reach_forest.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct ica_reach_edge ica_reach_edge_make(size_t a, size_t b, const double *cores, double distance)
{
    return (struct ica_reach_edge){
        .weight = fmax(distance, fmax(cores[a], cores[b])),
        .distance = distance,
        .low = (uint32_t)(a < b ? a : b),
        .high = (uint32_t)(a < b ? b : a),
    };
}

static int compare(const void *left, const void *right)
{
    const struct ica_reach_edge *a = left;
    const struct ica_reach_edge *b = right;
    if (a->weight != b->weight) {
        return a->weight < b->weight ? -1 : 1;
    }
    if (a->distance != b->distance) {
        return a->distance < b->distance ? -1 : 1;
    }
    if (a->low != b->low) {
        return a->low < b->low ? -1 : 1;
    }
    return (a->high > b->high) - (a->high < b->high);
}

bool ica_reach_edge_is_lighter(const struct ica_reach_edge *a, const struct ica_reach_edge *b)
{
    return compare(a, b) < 0;
}

static bool make_tables(struct ica_reach_forest *forest)
{
    while ((size_t)1 << forest->n_levels < forest->n) {
        forest->n_levels++;
    }
    forest->n_levels++;
    forest->maxima = ica_array_new(forest->n_levels, sizeof *forest->maxima);
    for (size_t l = 0; forest->maxima && l < forest->n_levels; l++) {
        forest->maxima[l] = ica_array_new(forest->n, sizeof **forest->maxima);
        if (!forest->maxima[l]) {
            return false;
        }
    }
    return forest->maxima != NULL;
}

/* What the gaps say of longer stretches. */
static void fill_tables(struct ica_reach_forest *forest)
{
    size_t n_gaps = forest->n - 1;
    for (size_t l = 1; l < forest->n_levels; l++) {
        size_t half = (size_t)1 << (l - 1);
        const uint32_t *below = forest->maxima[l - 1];
        for (size_t p = 0; p + 2 * half <= n_gaps; p++) {
            forest->maxima[l][p] = below[p] > below[p + half] ? below[p] : below[p + half];
        }
    }
}

static uint32_t find(uint32_t *parents, uint32_t row)
{
    while (parents[row] != row) {
        parents[row] = parents[parents[row]];
        row = parents[row];
    }
    return row;
}

/* Trees while they join: each is a list of rows, named by the row that `parents` leads to. */
struct lists {
    uint32_t *parents; /* towards the name */
    uint32_t *firsts;  /* per name */
    uint32_t *lasts;   /* per name */
    uint32_t *nexts;   /* per row; ICA_REACH_APART at the end */
};

/* Join the trees of an edge, if they are two. The gap after the last row of the first one gets
 * `rank`. */
static bool join(struct lists *lists, const struct ica_reach_edge *edge, uint32_t *gaps,
                 uint32_t rank)
{
    uint32_t a = find(lists->parents, edge->low);
    uint32_t b = find(lists->parents, edge->high);
    if (a == b) {
        return false;
    }
    uint32_t last = lists->lasts[a];
    lists->nexts[last] = lists->firsts[b];
    gaps[last] = rank;
    lists->lasts[a] = lists->lasts[b];
    lists->parents[b] = a;
    return true;
}

/* From lists to places; `gaps` are per row. */
static void lay_out(struct ica_reach_forest *forest, const struct lists *lists,
                    const uint32_t *gaps)
{
    size_t place = 0;
    for (uint32_t name = 0; name < forest->n; name++) {
        if (lists->parents[name] != name) {
            continue;
        }
        for (uint32_t row = lists->firsts[name]; row != ICA_REACH_APART; row = lists->nexts[row]) {
            forest->maxima[0][place] = gaps[row]; /* before the place goes into the same array */
            forest->places[row] = (uint32_t)place;
            forest->order[place++] = row;
        }
    }
    fill_tables(forest);
}

static void rebuild(struct ica_reach_forest *forest, const struct ica_reach_edge *candidates,
                    size_t n_candidates)
{
    size_t n = forest->n;
    uint32_t *gaps = forest->places; /* overwritten at the end */
    struct lists lists = {
        .parents = forest->scratch,
        .firsts = forest->scratch + n,
        .lasts = forest->scratch + 2 * n,
        .nexts = forest->scratch + 3 * n,
    };
    for (uint32_t row = 0; row < n; row++) {
        lists.parents[row] = lists.firsts[row] = lists.lasts[row] = row;
        lists.nexts[row] = gaps[row] = ICA_REACH_APART;
    }
    size_t kept = 0;
    for (size_t i = 0, c = 0; (i < forest->n_edges || c < n_candidates) && kept + 1 < n;) {
        bool old = c == n_candidates ||
                   (i < forest->n_edges && compare(&forest->edges[i], &candidates[c]) <= 0);
        const struct ica_reach_edge *edge = old ? &forest->edges[i++] : &candidates[c++];
        if (join(&lists, edge, gaps, (uint32_t)kept + 1)) {
            forest->spare[kept++] = *edge;
        }
    }
    struct ica_reach_edge *edges = forest->spare;
    forest->spare = forest->edges;
    forest->edges = edges;
    forest->n_edges = kept;
    lay_out(forest, &lists, gaps);
}

enum ica_status ica_reach_forest_init(struct ica_reach_forest *forest, size_t n,
                                      struct ica_error *err)
{
    *forest = (struct ica_reach_forest){
        .n = n,
        .edges = ica_array_new(n, sizeof *forest->edges),
        .order = ica_array_new(n, sizeof *forest->order),
        .places = ica_array_new(n, sizeof *forest->places),
        .spare = ica_array_new(n, sizeof *forest->spare),
        .scratch = ica_array_new(n, 4 * sizeof *forest->scratch),
    };
    if (!forest->edges || !forest->order || !forest->places || !forest->spare || !forest->scratch ||
        !make_tables(forest)) {
        ica_reach_forest_clear(forest);
        return ica_error_nomem(err, "a spanning tree");
    }
    rebuild(forest, NULL, 0);
    return ICA_OK;
}

void ica_reach_forest_add(struct ica_reach_forest *forest, struct ica_reach_edge *candidates,
                          size_t n_candidates)
{
    if (n_candidates > 0) {
        qsort(candidates, n_candidates, sizeof *candidates, compare);
        rebuild(forest, candidates, n_candidates);
    }
}

enum ica_status ica_reach_forest_reweigh(struct ica_reach_forest *forest, const double *cores,
                                         struct ica_error *err)
{
    size_t n_edges = forest->n_edges;
    struct ica_reach_edge *edges = ica_array_new(n_edges, sizeof *edges);
    if (!edges) {
        return ica_error_nomem(err, "a spanning tree");
    }
    for (size_t i = 0; i < n_edges; i++) {
        const struct ica_reach_edge *old = forest->edges + i;
        edges[i] = ica_reach_edge_make(old->low, old->high, cores, old->distance);
    }
    forest->n_edges = 0;
    ica_reach_forest_add(forest, edges, n_edges);
    free(edges);
    return ICA_OK;
}

uint32_t ica_reach_forest_rank(const struct ica_reach_forest *forest, size_t place_a,
                               size_t place_b)
{
    size_t from = place_a < place_b ? place_a : place_b;
    size_t n_gaps = place_a < place_b ? place_b - place_a : place_a - place_b;
    if (n_gaps == 0) {
        return 0;
    }
    size_t level = sizeof(unsigned long long) * 8 - 1 - (size_t)__builtin_clzll(n_gaps);
    const uint32_t *maxima = forest->maxima[level];
    uint32_t left = maxima[from];
    uint32_t right = maxima[from + n_gaps - ((size_t)1 << level)];
    return left > right ? left : right;
}

double ica_reach_forest_weight(const struct ica_reach_forest *forest, uint32_t rank)
{
    if (rank == 0) {
        return -HUGE_VAL;
    }
    return rank == ICA_REACH_APART ? HUGE_VAL : forest->edges[rank - 1].weight;
}

bool ica_reach_forest_wants(const struct ica_reach_forest *forest,
                            const struct ica_reach_edge *edge)
{
    uint32_t rank =
        ica_reach_forest_rank(forest, forest->places[edge->low], forest->places[edge->high]);
    return rank == ICA_REACH_APART ||
           (rank > 0 && ica_reach_edge_is_lighter(edge, &forest->edges[rank - 1]));
}

void ica_reach_forest_clear(struct ica_reach_forest *forest)
{
    for (size_t l = 0; forest->maxima && l < forest->n_levels; l++) {
        free(forest->maxima[l]);
    }
    free(forest->maxima);
    free(forest->edges);
    free(forest->order);
    free(forest->places);
    free(forest->spare);
    free(forest->scratch);
    *forest = (struct ica_reach_forest){0};
}
