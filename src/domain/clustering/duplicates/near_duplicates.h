/* SPDX-License-Identifier: Apache-2.0 */
/* Images that show the same: copies that were saved again, made smaller or larger, or cut a little.
 */
#ifndef ICA_DOMAIN_CLUSTERING_DUPLICATES_NEAR_DUPLICATES_H
#define ICA_DOMAIN_CLUSTERING_DUPLICATES_NEAR_DUPLICATES_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"

#define ICA_DEFAULT_DUPLICATE_THRESHOLD 0.05 /* near_duplicates.c says why */
#define ICA_MAX_DUPLICATE_THRESHOLD     0.5
#define ICA_MAX_EXACT_DUPLICATES        100000 /* images that are different */

struct ica_duplicate_set {
    size_t *members;  /* owned; rows, the most central first (by mean cosine distance) */
    size_t n_members; /* > 1 */
};

/* Starts all zero. */
struct ica_near_duplicates {
    size_t n_sets;
    struct ica_duplicate_set *sets; /* owned; larger first; equal sizes by content */
};

/* Fill the all-zero `*out`: two images are near-duplicates if their cosine distance is at most
 * `threshold`, above 0 and up to ICA_MAX_DUPLICATE_THRESHOLD, and then so are the near-duplicates
 * of either. Images whose rows are all zero are those of each other. Row i of `rows` is row
 * order[i] of `out`, and lower rows go first where sizes or distances are equal. No matrix is made.
 * Exact for up to ICA_MAX_EXACT_DUPLICATES images; of more, some of the less near pairs may be
 * missed. ICA_EINVALID, ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty then. */
enum ica_status
ica_near_duplicates_find(struct ica_near_duplicates *out, const struct ica_cosine_distance *rows,
                         const size_t *order, double threshold, struct ica_parallel *parallel,
                         const struct ica_monitor *monitor, struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_near_duplicates_clear(struct ica_near_duplicates *duplicates);

#endif
