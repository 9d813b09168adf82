/* SPDX-License-Identifier: Apache-2.0 */
/* A coarse division of many rows: each row is at home in the few cells whose centres are nearest to
 * it. What is near in space shares a cell, mostly. */
#ifndef ICA_DOMAIN_CLUSTERING_NEIGHBOURS_CELLS_H
#define ICA_DOMAIN_CLUSTERING_NEIGHBOURS_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/neighbours/neighbour_lists.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

/* Starts all zero. */
struct ica_cells {
    size_t n_cells;
    size_t n_homes;                   /* cells that a row is a member of */
    struct ica_neighbour_lists homes; /* of each row, and its next nearest cells, in this order */
    size_t *starts;    /* owned, n_cells + 1: where the members of a cell begin in `members` */
    uint32_t *members; /* owned: rows, ascending within a cell */
};

/* Divide the n >= 1 rows into about sqrt(n) * `n_homes` cells, each row a member of `n_homes` of
 * them, so that a cell has about sqrt(n) members; and find the `n_next` cells that are nearest
 * after these. There may be fewer of either, where there are fewer cells. Every kernel gives the
 * same cells. O(n^1.5 dim). ICA_ENOMEM. */
enum ica_status ica_cells_init(struct ica_cells *cells, const struct ica_cosine_distance *rows,
                               size_t n_homes, size_t n_next,
                               const struct ica_product_kernel *kernel,
                               struct ica_parallel *parallel, struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_cells_clear(struct ica_cells *cells);

#endif
