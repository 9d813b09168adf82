/* SPDX-License-Identifier: Apache-2.0 */
/* Where to cut a dendrogram when nobody said: where the silhouette is best. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_SILHOUETTE_CUT_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_SILHOUETTE_CUT_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/vectors/distance.h"

#define ICA_SILHOUETTE_SAMPLE 2048 /* rows that are compared pair by pair */

struct ica_silhouette_cut {
    size_t n_groups;
    double silhouette; /* mean, in (0, 1]; 0 where no cut has one above 0, and all are one group */
};

/* Of the cuts of `edges`, the n - 1 sorted merges of the n >= 1 `rows`, into 2 to `max_groups`
 * groups, the one with the largest mean silhouette; of equal ones the coarser. Not each number of
 * groups is tried beyond 16, but steps of a sixteenth; and of more than ICA_SILHOUETTE_SAMPLE rows
 * only so many are looked at, every k-th. `monitor` hears that all rows are done. ICA_ECANCELLED,
 * ICA_ENOMEM. */
enum ica_status ica_silhouette_cut(const struct ica_distance *rows, const struct ica_edge *edges,
                                   size_t max_groups, struct ica_parallel *parallel,
                                   const struct ica_monitor *monitor,
                                   struct ica_silhouette_cut *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
