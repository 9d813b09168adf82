/* SPDX-License-Identifier: Apache-2.0 */
/* One look at all pairs of many rows, for two things at once: the nearest neighbours of each row,
 * and the edges that a forest lacks to be the lightest spanning tree. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_PAIR_SEARCH_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_PAIR_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/density/reach_forest.h"
#include "domain/clustering/neighbours/neighbour_lists.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

/* What a search works on; all borrowed. */
struct ica_pair_search {
    const struct ica_cosine_distance *rows;
    const double *cores; /* core distance of each row, for the weights of edges */
    /* The pairs to look at: those of two columns of which one is wanted. Both are per row; NULL
     * means all rows. */
    const bool *columns;
    const bool *wanted;
    struct ica_neighbour_lists *lists; /* unsorted; NULL: only edges are sought */
    const struct ica_product_kernel *kernel;
    struct ica_parallel *parallel;     /* may be NULL */
    const struct ica_monitor *monitor; /* may be NULL; hears of `n_steps` steps from `first_step` */
    size_t first_step;
    size_t n_steps;
    size_t total_steps;
};

/* Make `forest` the lightest one of its own edges and of those between the pairs, and offer the
 * lists of both rows of each pair the other one. The results are the same for every kernel and
 * number of threads. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_pair_search_run(const struct ica_pair_search *how,
                                    struct ica_reach_forest *forest,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
