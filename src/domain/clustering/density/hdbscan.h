/* SPDX-License-Identifier: Apache-2.0 */
/* HDBSCAN: clusters of varying density, with noise, from distances alone. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_HDBSCAN_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_HDBSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/distance.h"

enum ica_selection {
    ICA_SELECTION_UNSET,
    ICA_SELECTION_EOM,  /* excess of mass */
    ICA_SELECTION_LEAF, /* leaves of the condensed tree */
};

struct ica_hdbscan_options {
    size_t min_cluster_size; /* >= 2 */
    size_t min_samples;      /* neighbours that make a place dense; 1 to n - 1, else cut to that */
    enum ica_selection selection;
    double epsilon; /* clusters are not split below this distance; 0 = always */
};

/* How the neighbours of many rows are found. */
enum ica_neighbour_search {
    ICA_NEIGHBOURS_AUTO,        /* exact up to ICA_MAX_EXACT_ROWS rows */
    ICA_NEIGHBOURS_EXACT,       /* by a look at every pair */
    ICA_NEIGHBOURS_APPROXIMATE, /* most of them, in less than quadratic time */
};

/* What a search for neighbours was worth. */
struct ica_neighbour_quality {
    bool approximate; /* not every pair was looked at */
    double recall; /* share of the true nearest neighbours that were found: 1, or an estimate from
                      a sample where approximate */
};

/* Neighbours that may be held of all rows together: 2 GiB. */
#define ICA_MAX_HELD_NEIGHBOURS (UINT64_C(1) << 27)

/* Cluster rows by cosine distance, n >= 1. ICA_EINVALID: more rows times min_samples than may be
 * held. The rest is as below. */
enum ica_status ica_hdbscan_run_rows(const struct ica_cosine_distance *rows,
                                     const struct ica_hdbscan_options *options,
                                     enum ica_neighbour_search search,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, struct ica_partition *out,
                                     struct ica_neighbour_quality *quality,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Cluster the rows of `distance`, n >= 1. Outlier scores are GLOSH, persistence is in [0, 1].
 * Results depend on the order of the rows only where edges of the spanning tree tie.
 * ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty then. */
enum ica_status ica_hdbscan_run(const struct ica_distance *distance,
                                const struct ica_hdbscan_options *options,
                                struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                struct ica_partition *out, struct ica_error *err) ICA_MUST_CHECK;

/* The second half of the above: the same from the n - 1 edges of the mutual reachability graph's
 * minimum spanning tree, sorted by weight. ICA_ENOMEM. */
enum ica_status ica_hdbscan_from_edges(const struct ica_edge *edges, size_t n,
                                       const struct ica_hdbscan_options *options,
                                       struct ica_partition *out,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* The number of neighbours that `options` mean for n rows. */
size_t ica_hdbscan_neighbours(const struct ica_hdbscan_options *options, size_t n);

#endif
