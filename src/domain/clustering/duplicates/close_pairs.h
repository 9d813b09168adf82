/* SPDX-License-Identifier: Apache-2.0 */
/* Which images are nearer to each other than a threshold, directly or by way of others. */
#ifndef ICA_DOMAIN_CLUSTERING_DUPLICATES_CLOSE_PAIRS_H
#define ICA_DOMAIN_CLUSTERING_DUPLICATES_CLOSE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/disjoint_sets.h"
#include "domain/vectors/cosine_distance.h"

/* Join the sets of every two of the `n` rows `points` whose distance is at most `threshold`, below
 * 1. None of them is all zero; `sets` has a set for each row of `rows`. If it need not be `exact`,
 * a few joins may be missing, the same ones each time, and the time is not quadratic.
 * ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_close_pairs_join(const struct ica_cosine_distance *rows, const size_t *points,
                                     size_t n, double threshold, bool exact,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor,
                                     struct ica_disjoint_sets *sets,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
