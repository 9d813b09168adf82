/* SPDX-License-Identifier: Apache-2.0 */
/* Directions that rows are near to: what k-means moves. */
#ifndef ICA_DOMAIN_CLUSTERING_KMEANS_CENTRES_H
#define ICA_DOMAIN_CLUSTERING_KMEANS_CENTRES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"

struct ica_centres {
    const struct ica_cosine_distance *rows; /* borrowed */
    size_t n;
    double *vectors; /* owned, n x dim: of unit length, or all zero */
    float *fast;     /* owned, n x dim: the same, rounded */
};

/* The centre that is nearest to a row. */
struct ica_nearest_centre {
    size_t centre;
    double
        distance; /* cosine distance, >= 0; all zeros are at distance 0 to each other, 1 to else */
};

/* `n` >= 1 centres of all zeros. Borrows `rows` until the clear. ICA_ENOMEM. */
enum ica_status ica_centres_init(struct ica_centres *centres,
                                 const struct ica_cosine_distance *rows, size_t n,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Centre `c` becomes the direction of a row. */
void ica_centres_set(struct ica_centres *centres, size_t c, size_t row);

/* Each centre becomes the mean direction of the rows that are nearest to it, all zeros if there are
 * none. */
void ica_centres_move(struct ica_centres *centres, const struct ica_nearest_centre *nearest,
                      struct ica_parallel *parallel);

/* After a move: the first centre without rows, if there is one, becomes the direction of the row
 * that is farthest from its own centre, unless all rows are at theirs. Returns whether it did. */
bool ica_centres_revive(struct ica_centres *centres, const struct ica_nearest_centre *nearest);

/* Find the nearest centre of each row, the first of equal ones. `nearest` has a guess for each row:
 * any centre, better one that is near. `monitor` hears that `n_done` rows are done.
 * ICA_ECANCELLED. */
enum ica_status ica_centres_search(const struct ica_centres *centres, struct ica_parallel *parallel,
                                   const struct ica_monitor *monitor, size_t n_done,
                                   struct ica_nearest_centre *nearest,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_centres_clear(struct ica_centres *centres);

#endif
