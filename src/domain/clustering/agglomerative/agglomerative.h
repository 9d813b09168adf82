/* SPDX-License-Identifier: Apache-2.0 */
/* Agglomerative clustering: groups join, nearest first, until they are few or far enough. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_AGGLOMERATIVE_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_AGGLOMERATIVE_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/hierarchy/merge_tree.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

struct ica_agglomerative_options {
    enum ica_linkage linkage;
    size_t n_clusters; /* 0 = as the threshold says */
    double threshold;  /* negative = none; without both, as the silhouette says */
};

/* Fill `edges` with the n - 1 merges of the n >= 1 `rows`, lowest first. The first `*n_twins` of
 * them, of height 0, join equal rows, which have to be neighbours, as in canonical_order.h.
 * `monitor` hears how many rows are done. ICA_EINVALID (more rows than the linkage takes),
 * ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_agglomerative_tree(const struct ica_cosine_distance *rows,
                                       enum ica_linkage linkage, struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor, struct ica_edge *edges,
                                       size_t *n_twins, struct ica_error *err) ICA_MUST_CHECK;

/* Group the rows, n >= 1, in canonical order. Equal rows are never parted, so that there may be
 * fewer groups than asked for; groups of one row are noise. The numbers of the partition are those
 * of rating.h. Writes a sentence on what was done into `reason`. Errors as above; `*out` is empty
 * then. */
enum ica_status ica_agglomerative_run(const struct ica_cosine_distance *rows,
                                      const struct ica_agglomerative_options *options,
                                      struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, struct ica_partition *out,
                                      char *reason, size_t reason_size,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
