/* SPDX-License-Identifier: Apache-2.0 */
/* Where k-means starts: the same in every run for the same seed. */
#ifndef ICA_DOMAIN_CLUSTERING_KMEANS_KMEANS_SEEDING_H
#define ICA_DOMAIN_CLUSTERING_KMEANS_KMEANS_SEEDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance.h"

/* SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). */
struct ica_random {
    uint64_t state; /* any number is a seed */
};

/* A number of at least 0 and less than 1. */
double ica_random_real(struct ica_random *random);

/* Choose up to `n_seeds` >= 1 of the n >= 1 `rows` into `seeds`, which are far from each other: no
 * two are equal, so that `*n_found` may be less. `monitor` hears that `n_done` rows are done.
 * ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_kmeans_seeds(const struct ica_distance *rows, size_t n_seeds,
                                 struct ica_random *random, struct ica_parallel *parallel,
                                 const struct ica_monitor *monitor, size_t n_done, size_t *seeds,
                                 size_t *n_found, struct ica_error *err) ICA_MUST_CHECK;

#endif
