/* SPDX-License-Identifier: Apache-2.0 */
/* A few members that show what is in a cluster. */
#ifndef ICA_DOMAIN_CLUSTERING_REPRESENTATIVES_H
#define ICA_DOMAIN_CLUSTERING_REPRESENTATIVES_H

#include <stddef.h>

#include "domain/clustering/clustering.h"
#include "domain/vectors/distance.h"

/* Choose up to ICA_MAX_REPRESENTATIVES of the `n` >= 1 rows `members`, the most central first.
 * `chosen` receives the first member, then each time the one that is farthest from those before,
 * the lowest row of equal ones; nothing twice, nor what looks the same. Returns how many.
 * `scratch` has room for `n`. */
size_t ica_representatives(const struct ica_distance *distance, const size_t *members, size_t n,
                           double *scratch, size_t chosen[ICA_MAX_REPRESENTATIVES]);

#endif
