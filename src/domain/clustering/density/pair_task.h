/* SPDX-License-Identifier: Apache-2.0 */
/* The work of one task of a search of pairs (pair_search.c): a block of columns against the panel.
 */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_PAIR_TASK_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_PAIR_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/clustering/density/pair_search.h"
#include "domain/vectors/row_packs.h"

#define ICA_BLOCK_PACKS   4
#define ICA_BLOCK_COLUMNS (ICA_BLOCK_PACKS * ICA_PACK_ROWS)
#define ICA_TASK_PAIRS    8192 /* that a task has room for */

/* No product is as large. */
#define ICA_UNREACHABLE 2.0F

/* Two rows that a wave has found to be near: the row of the panel, and the column. */
struct ica_near_pair {
    uint32_t row;
    uint32_t column;
    double distance;
};

/* A block of columns against the panel. */
struct ica_pair_task {
    size_t first; /* in todo[] */
    size_t n;
    bool overflowed;
    size_t n_edges;
    struct ica_reach_edge *edges; /* ICA_TASK_PAIRS */
    size_t n_pairs;
    struct ica_near_pair *pairs; /* ICA_TASK_PAIRS, for the lists of the panel's rows */
    struct ica_row_packs packs;  /* of the block */
};

/* What a row is to the search. */
struct ica_pair_place {
    bool remains;  /* not yet compared with all columns */
    bool wanted;   /* still to be in a panel */
    bool in_panel; /* in the one at work */
    bool met;      /* by that panel */
};

/* All that the tasks of a wave share. While they run, a task writes nothing but itself and the
 * lists and limits of its own columns that are not in the panel. */
struct ica_pair_work {
    const struct ica_pair_search *how;
    struct ica_reach_forest *forest;
    double error;                  /* of a product */
    struct ica_pair_place *places; /* per row */
    size_t n_wanted;
    size_t n_remain;
    uint32_t *panel; /* rows, in the order of the forest */
    size_t n_panel;
    struct ica_row_packs panel_packs;
    float *limits;  /* per row: least product that its list asks for */
    uint32_t *todo; /* columns that the panel has not met, in the order of the forest */
    size_t n_todo;
    struct ica_pair_task *tasks;
    size_t n_tasks;
    struct ica_reach_edge *pool; /* light edges since the forest learnt last */
    size_t n_pool;
    size_t max_pool;
};

/* Run task number `i` of `context`, a struct ica_pair_work. */
void ica_pair_task_run(void *context, size_t i);

#endif
