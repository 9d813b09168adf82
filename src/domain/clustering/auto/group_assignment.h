/* SPDX-License-Identifier: Apache-2.0 */
/* Brings further images into the groups that were found among a sample. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_GROUP_ASSIGNMENT_H
#define ICA_DOMAIN_CLUSTERING_AUTO_GROUP_ASSIGNMENT_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/auto/pair_model.h"

/* Where an image belongs best. */
struct ica_group_match {
    size_t group; /* with the largest mean probability, the first of equal ones */
    double own;   /* mean probability of belonging together with its images */
    double next;  /* the same with the second best group; 0 if there is none */
};

/* Fill matches[i] for each of the `n_images` rows images[i], none of which is in the model's set.
 * The model's image j is in group groups[j] below `n_groups`. Calls `monitor` with steps from
 * `first_step` of `total_steps`, n_images of them. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_group_assignment(const struct ica_pair_model *model, const size_t *groups,
                                     size_t n_groups, const size_t *images, size_t n_images,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, size_t first_step,
                                     size_t total_steps, struct ica_group_match *matches,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
