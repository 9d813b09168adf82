/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two images are joined by many short paths through images that are alike: what tells
 * groups apart where single similarities do not. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_SHORT_WALKS_H
#define ICA_DOMAIN_CLUSTERING_AUTO_SHORT_WALKS_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance_matrix.h"

/* Edges that a walk may take from an image; those of others that lead to it come on top. */
#define ICA_WALK_NEIGHBOURS 7

/* Starts all zero. */
struct ica_short_walks {
    size_t n;
    float *alike; /* owned, n x n, symmetric but for rounding: 0 to 1, 1 from an image to itself */
};

/* The images are those of `distances`, the negative log-odds that two of them belong together.
 * n >= 2. ICA_ENOMEM; `*walks` is empty then. */
enum ica_status ica_short_walks_init(struct ica_short_walks *walks,
                                     const struct ica_distance_matrix *distances,
                                     struct ica_parallel *parallel,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* alike[i] = the same between a further image and image i of the set, as seen through the images
 * of the set that it is likely together with: its log-odds with image i are log_odds[i]. */
void ica_short_walks_extend(const struct ica_short_walks *walks, const double *log_odds,
                            double *alike);

/* Accepts an all-zero struct. */
void ica_short_walks_clear(struct ica_short_walks *walks);

#endif
