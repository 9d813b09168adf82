/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of a set that grows, and which of them may join. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_GROUPS_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "domain/clustering/disjoint_sets.h"
#include "domain/clustering/growth/constraints.h"

enum ica_growth_kind {
    ICA_GROWTH_RESTING, /* nothing but images that were in no cluster before */
    ICA_GROWTH_OPEN,    /* something new; may join anything */
    ICA_GROWTH_CLUSTER, /* a cluster that there was, or one that was born; keeps its members */
};

/* Units (constraints.h) in groups; a group is called by any of its units. */
struct ica_growth_groups {
    const struct ica_constraints *constraints; /* borrowed */
    struct ica_disjoint_sets sets;             /* of units */
    size_t *next;                              /* owned, per unit: the groups as rings */
    enum ica_growth_kind *kinds;               /* owned, per unit, right for roots */
};

/* Each unit a group of its own: those with a cluster are clusters, the others resting. Borrows
 * `constraints` until the clear. ICA_ENOMEM. */
enum ica_status ica_growth_groups_init(struct ica_growth_groups *groups,
                                       const struct ica_constraints *constraints,
                                       struct ica_error *err) ICA_MUST_CHECK;

enum ica_growth_kind ica_growth_groups_kind(const struct ica_growth_groups *groups, size_t unit);

void ica_growth_groups_set_kind(struct ica_growth_groups *groups, size_t unit,
                                enum ica_growth_kind kind);

/* Whether no unit of the one must be kept apart from a unit of the other, and they are not both
 * clusters, nor the same. */
bool ica_growth_groups_may_join(const struct ica_growth_groups *groups, size_t a, size_t b);

/* Join two groups that may; the kind is the stronger of theirs. */
void ica_growth_groups_join(struct ica_growth_groups *groups, size_t a, size_t b);

/* Accepts an all-zero struct. */
void ica_growth_groups_clear(struct ica_growth_groups *groups);

#endif
