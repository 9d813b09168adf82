/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of a strategy, made finer or coarser on request. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_REGROUPING_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_REGROUPING_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

/* Cut the dendrogram through `partition`, in which an image of no cluster counts as a group of its
 * own, where `granularity` says. Groups of one image are no cluster then, and count as noise. Adds
 * to the sentence `reason` what was done, and keeps the dendrogram as the partition's own. Nothing
 * changes where the cut is the partition. The numbers of a new partition are those of rating.h.
 * ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_regroup(struct ica_partition *partition, double granularity,
                            const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                            const struct ica_monitor *monitor, char *reason, size_t reason_size,
                            struct ica_error *err) ICA_MUST_CHECK;

#endif
