/* SPDX-License-Identifier: Apache-2.0 */
/* Which images of the clusters that there are the new ones are compared with. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_SAMPLE_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"

#define ICA_GROWTH_SAMPLE 1024 /* images of clusters, at most */

/* Set chosen[i] for up to ICA_GROWTH_SAMPLE of the rows that are in clusters; other elements stay.
 * labels[i] is the cluster of row i below `n_clusters`, or negative. All are chosen if there are no
 * more; otherwise some of those clusters that are nearest to the `n_open` rows `open`, and some of
 * all. ICA_ENOMEM. */
enum ica_status ica_growth_sample(const struct ica_cosine_distance *rows, const int32_t *labels,
                                  size_t n_clusters, const size_t *open, size_t n_open,
                                  struct ica_parallel *parallel, bool *chosen,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Which of the `n_resting` rows `resting` are nearest to one of the `n_open` rows `open`: moves up
 * to `most` of them to the front, ascending, and returns how many. Nothing changes, and all count,
 * if there are no more than that. Of many open rows some are looked at. 0 if memory is short. */
size_t ica_growth_nearest_resting(const struct ica_cosine_distance *rows, const size_t *open,
                                  size_t n_open, size_t *resting, size_t n_resting, size_t most,
                                  struct ica_parallel *parallel);

#endif
