/* SPDX-License-Identifier: Apache-2.0 */
/* How well images sit in clusters that come without numbers of their own. */
#ifndef ICA_DOMAIN_CLUSTERING_RATING_H
#define ICA_DOMAIN_CLUSTERING_RATING_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

/* Fill all numbers of `partition` from its labels. With a and b the mean cosine distances of an
 * image to the others of its cluster and to the nearest other cluster (b is 1 where there is none):
 * the probability is b / (a + b), which is 1/2 for an image between the two; the outlier score is
 * how far 1 - a falls behind the most central image of the cluster, or b for an image in none; the
 * persistence of a cluster is its mean silhouette (b - a) / max(a, b) (Rousseeuw 1987), or 0 if
 * that is negative. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_rate(struct ica_partition *partition, const struct ica_cosine_distance *rows,
                         struct ica_parallel *parallel, const struct ica_monitor *monitor,
                         struct ica_error *err) ICA_MUST_CHECK;

#endif
