/* SPDX-License-Identifier: Apache-2.0 */
/* Spherical k-means: each image in the group whose mean direction is nearest to its own. */
#ifndef ICA_DOMAIN_CLUSTERING_KMEANS_SPHERICAL_KMEANS_H
#define ICA_DOMAIN_CLUSTERING_KMEANS_SPHERICAL_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

#define ICA_MAX_KMEANS_CLUSTERS 20000 /* 20 bytes for each of their numbers */

struct ica_kmeans_options {
    size_t n_clusters; /* 0 = as the silhouette says; 1 is allowed, more than rows too */
    uint64_t seed;     /* of the random numbers that it starts from */
};

/* Group the rows, n >= 1, in canonical order: the result depends on nothing but the rows and the
 * options. Equal rows are never parted, so that there may be fewer groups than asked for; groups of
 * one row are noise. The numbers of the partition are those of rating.h. Writes a sentence on what
 * was done into `reason`. `monitor` hears how many rows are done. ICA_EINVALID (more than
 * ICA_MAX_KMEANS_CLUSTERS, and more images than those), ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty
 * then. */
enum ica_status ica_kmeans_run(const struct ica_cosine_distance *rows,
                               const struct ica_kmeans_options *options,
                               struct ica_parallel *parallel, const struct ica_monitor *monitor,
                               struct ica_partition *out, char *reason, size_t reason_size,
                               struct ica_error *err) ICA_MUST_CHECK;

#endif
