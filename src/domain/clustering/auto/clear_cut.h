/* SPDX-License-Identifier: Apache-2.0 */
/* Where to cut a dendrogram: at the partition whose groups are clearest. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_CLEAR_CUT_H
#define ICA_DOMAIN_CLUSTERING_AUTO_CLEAR_CUT_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* Of n images. Starts all zero. */
struct ica_clear_cut {
    size_t n;
    size_t n_groups;
    size_t *groups; /* owned, n: lowest image of the group */
    double *own;    /* owned, n: mean affinity to the others of the group; 0 if alone */
    double *next;   /* owned, n: largest mean affinity to another group; 0 if there is none */
};

/* `affinities` is n x n, symmetric, in [0, 1], with a diagonal of 0: how likely two images belong
 * together. It is used up. `edges` are the n - 1 merges of ica_average_linkage(). n >= 1. `monitor`
 * hears now and then of `step` of `total_steps`. ICA_ECANCELLED, ICA_ENOMEM; `*cut` is empty then.
 */
enum ica_status ica_clear_cut_init(struct ica_clear_cut *cut, double *affinities,
                                   const struct ica_edge *edges, size_t n,
                                   const struct ica_monitor *monitor, size_t step,
                                   size_t total_steps, struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_clear_cut_clear(struct ica_clear_cut *cut);

#endif
