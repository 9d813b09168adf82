/* SPDX-License-Identifier: Apache-2.0 */
/* What the `auto` strategy found out about each image, and how that becomes a partition. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_PLACEMENT_H
#define ICA_DOMAIN_CLUSTERING_AUTO_PLACEMENT_H

#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/partition.h"
#include "domain/features.h"

/* Where one image is. */
struct ica_place {
    size_t group;
    double own;  /* mean probability of belonging together with the others of the group */
    double next; /* the largest such mean with another group */
};

struct ica_placement {
    size_t n;
    struct ica_place *places; /* owned, n, in canonical order */
    size_t n_groups;
    size_t n_given_up; /* images that were left alone without a comparison with all others */
};

/* No groups yet. ICA_ENOMEM. */
enum ica_status ica_placement_init(struct ica_placement *placement, size_t n,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* The same image twice is one thing, in one group and with the same numbers: without this, rounding
 * could tell the two apart, and a sample could hold one of them. A group of one image many times is
 * sure of itself. Place i is image order[i] of `features`. ICA_ENOMEM. */
enum ica_status ica_placement_level_twins(struct ica_placement *placement,
                                          const struct ica_features *features, const size_t *order,
                                          struct ica_error *err) ICA_MUST_CHECK;

/* Label the groups of two and more; images alone become noise. The partition's numbers: the
 * probability is `own`; the outlier score is how far `own` falls behind the most typical image of
 * the group, or 1 - `next` for an image alone; the persistence of a group is how much more probable
 * it is, in the mean, than the next group. ICA_ENOMEM. */
enum ica_status ica_placement_fill(const struct ica_placement *placement, struct ica_partition *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Write a sentence or two on the result of ica_placement_fill() into `reason`. */
void ica_placement_explain(const struct ica_placement *placement,
                           const struct ica_partition *partition, char *reason, size_t reason_size);

/* Accepts an all-zero struct. */
void ica_placement_clear(struct ica_placement *placement);

#endif
