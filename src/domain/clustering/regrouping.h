/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of a strategy, made finer or coarser on request. */
#ifndef ICA_DOMAIN_CLUSTERING_REGROUPING_H
#define ICA_DOMAIN_CLUSTERING_REGROUPING_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/cosine_distance.h"
#include "domain/clustering/partition.h"

/* Cut the dendrogram through `partition`, in which an image of no cluster counts as a group of its
 * own, where `granularity` says. Groups of one image are no cluster then, and count as noise. Adds
 * to the sentence `reason` what was done, and keeps the dendrogram as the partition's own. Nothing
 * changes where the cut is the partition. ICA_ECANCELLED, ICA_ENOMEM.
 *
 * The numbers of a new partition, with a and b the mean cosine distances of an image to the others
 * of its cluster and to the nearest other cluster (b is 1 where there is none): the probability is
 * b / (a + b), which is 1/2 for an image between the two; the outlier score is how far 1 - a falls
 * behind the most central image of the cluster, or b for an image alone; the persistence of a
 * cluster is its mean silhouette (b - a) / max(a, b) (Rousseeuw 1987), or 0 if that is negative. */
enum ica_status ica_regroup(struct ica_partition *partition, double granularity,
                            const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                            const struct ica_monitor *monitor, char *reason, size_t reason_size,
                            struct ica_error *err) ICA_MUST_CHECK;

#endif
