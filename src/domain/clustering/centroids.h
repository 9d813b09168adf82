/* SPDX-License-Identifier: Apache-2.0 */
/* Mean cosine distances between an image and the members of a cluster, without looking at each
 * member: they follow from the sum of the members' unit vectors. */
#ifndef ICA_DOMAIN_CLUSTERING_CENTROIDS_H
#define ICA_DOMAIN_CLUSTERING_CENTROIDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"

struct ica_centroids {
    const struct ica_cosine_distance *rows; /* borrowed */
    size_t n_clusters;
    double *sums;       /* owned, n_clusters x dim: of the members at unit length */
    size_t *sizes;      /* owned, n_clusters: members */
    size_t *zero_sizes; /* owned, n_clusters: members that are all zero and so add nothing */
};

/* From the labels of the rows; rows with labels outside 0 to n_clusters - 1 are in no cluster.
 * Borrows `rows` until the clear. ICA_ENOMEM. */
enum ica_status ica_centroids_init(struct ica_centroids *centroids,
                                   const struct ica_cosine_distance *rows, const int32_t *labels,
                                   size_t n_clusters, struct ica_error *err) ICA_MUST_CHECK;

/* Mean cosine distance from `row`, not a member, to the members of the non-empty `cluster`. */
double ica_centroids_distance(const struct ica_centroids *centroids, size_t row, size_t cluster);

/* Mean cosine distance from `row`, a member of `cluster`, to the other members; 0 if none. */
double ica_centroids_member_distance(const struct ica_centroids *centroids, size_t row,
                                     size_t cluster);

/* nearest[i] = the cluster of the first `n_candidates` ones, other than labels[i], with the
 * smallest mean distance to row i, the first of equal ones; ICA_NOISE if there is none. `monitor`
 * hears that all rows are done: the search comes after the strategy. ICA_ECANCELLED. */
enum ica_status ica_centroids_nearest(const struct ica_centroids *centroids, const int32_t *labels,
                                      size_t n_candidates, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, int32_t *nearest,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_centroids_clear(struct ica_centroids *centroids);

#endif
