/* SPDX-License-Identifier: Apache-2.0 */
/* The lightest forest known so far of the mutual reachability graph, in which the weight of an edge
 * is max(core of either end, distance) (Campello, Moulavi, Sander 2013).
 *
 * Edges have a strict order: by weight, then distance, then rows. So there is one lightest spanning
 * tree, whatever way leads to it, and a row whose neighbourhood is sparse joins what is nearest. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_REACH_FOREST_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_REACH_FOREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ica_reach_edge {
    double weight;
    double distance;
    uint32_t low; /* the lower row */
    uint32_t high;
};

/* Rank of the edge that joins two rows which no edge joins yet: above all others. */
#define ICA_REACH_APART UINT32_MAX

/* Starts all zero.
 *
 * The rows are kept in an order in which each tree, and each part of one that its lightest edges
 * join, is a run. So the heaviest edge on the path between two rows - the one that a lighter edge
 * between them would replace - is the heaviest of those at the gaps between their places. */
struct ica_reach_forest {
    size_t n; /* rows */
    size_t n_edges;
    struct ica_reach_edge *edges; /* owned, up to n - 1, lightest first */
    uint32_t *order;              /* owned, n: the row at each place */
    uint32_t *places;             /* owned, n: the place of each row */
    /* Owned. maxima[0][p]: the rank (number in `edges` plus 1) of the edge at the gap after place
     * p; maxima[l][p]: the greatest rank of the 2^l gaps from p on (a sparse table). */
    uint32_t **maxima;
    size_t n_levels;
    struct ica_reach_edge *spare; /* owned, n - 1: of the merge */
    uint32_t *scratch;            /* owned, 4 n */
};

/* The edge between two rows of these core distances. */
struct ica_reach_edge ica_reach_edge_make(size_t a, size_t b, const double *cores, double distance);

/* Whether `a` comes before `b` in the order of edges. */
bool ica_reach_edge_is_lighter(const struct ica_reach_edge *a, const struct ica_reach_edge *b);

/* `n` rows and no edge. ICA_ENOMEM. */
enum ica_status ica_reach_forest_init(struct ica_reach_forest *forest, size_t n,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* The lightest forest of its edges and `candidates`, whose order changes. O(n log n) beside the
 * sorting of the candidates. */
void ica_reach_forest_add(struct ica_reach_forest *forest, struct ica_reach_edge *candidates,
                          size_t n_candidates);

/* Weigh its edges anew; they stay the same ones. ICA_ENOMEM. */
enum ica_status ica_reach_forest_reweigh(struct ica_reach_forest *forest, const double *cores,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* The greatest rank of the gaps between two places: 0 if they are one, ICA_REACH_APART if no path
 * joins their rows. O(1). */
uint32_t ica_reach_forest_rank(const struct ica_reach_forest *forest, size_t place_a,
                               size_t place_b);

/* The weight of the edge of that rank: less than any other for 0, more for ICA_REACH_APART. */
double ica_reach_forest_weight(const struct ica_reach_forest *forest, uint32_t rank);

/* Whether `edge` would replace another one of the forest, or join two of its trees. */
bool ica_reach_forest_wants(const struct ica_reach_forest *forest,
                            const struct ica_reach_edge *edge);

/* Accepts an all-zero struct. */
void ica_reach_forest_clear(struct ica_reach_forest *forest);

#endif
