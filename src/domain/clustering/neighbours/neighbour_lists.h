/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest other rows of each row that a search has met so far. */
#ifndef ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_LISTS_H
#define ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/vectors/cosine_distance.h"

#define ICA_NO_NEIGHBOUR UINT32_MAX

struct ica_neighbour {
    double distance; /* HUGE_VAL in a place that is still free */
    uint32_t row;    /* ICA_NO_NEIGHBOUR there */
};

/* Starts all zero. A list is a heap with the farthest on top until it is sorted. Of neighbours at
 * the same distance the one with the lower number is nearer, so the lists do not depend on the
 * order in which neighbours are met. */
struct ica_neighbour_lists {
    size_t n;                    /* rows */
    size_t k;                    /* neighbours per row, > 0 */
    struct ica_neighbour *items; /* owned, n x k */
};

/* Empty lists. ICA_ENOMEM. */
enum ica_status ica_neighbour_lists_init(struct ica_neighbour_lists *lists, size_t n, size_t k,
                                         struct ica_error *err) ICA_MUST_CHECK;

static inline struct ica_neighbour *ica_neighbours_of(const struct ica_neighbour_lists *lists,
                                                      size_t row)
{
    return lists->items + row * lists->k;
}

/* Whether a neighbour is nearer than the farthest in the unsorted list of `row`, and not in it. */
bool ica_neighbour_wanted(const struct ica_neighbour_lists *lists, size_t row, uint32_t other,
                          double distance);

/* Put a neighbour into the unsorted list of `row` if it is wanted, in place of the farthest.
 * Returns whether it was. Lists of different rows are independent. */
bool ica_neighbour_offer(struct ica_neighbour_lists *lists, size_t row, uint32_t other,
                         double distance);

/* The least product, as a kernel computes it with an error of at most `error`, that a row must have
 * with `row` to have a chance in its unsorted list. */
float ica_neighbour_limit(const struct ica_neighbour_lists *lists, size_t row, double error);

/* Sort the list of `row`, nearest first. */
void ica_neighbours_sort(struct ica_neighbour_lists *lists, size_t row);

/* Sort it farthest first: it stays a heap, and whatever was put into it before, in whatever order,
 * the same neighbours are at the same places. */
void ica_neighbours_sort_heap(struct ica_neighbour_lists *lists, size_t row);

/* Accepts an all-zero struct. */
void ica_neighbour_lists_clear(struct ica_neighbour_lists *lists);

#endif
