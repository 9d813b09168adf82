/* SPDX-License-Identifier: Apache-2.0 */
/* Distances between groups that join: what makes one linkage differ from another. */
#ifndef ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_METRIC_H
#define ICA_DOMAIN_CLUSTERING_AGGLOMERATIVE_GROUP_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Most groups that are searched for at once. */
#define ICA_GROUP_METRIC_ROWS 8

/* What is nearest to a group, as far as was looked. Starts as {.distance = HUGE_VAL}. */
struct ica_nearest_group {
    double distance;
    size_t group;
};

/* Embedded first in a struct with the data. Groups are of `n` points, each alone at first, and are
 * named by their lowest point. A group of two that join is never nearer to a third than the nearer
 * of the two was, but for rounding. */
struct ica_group_metric {
    size_t n;
    bool known; /* the distances are in memory: searching for several groups at once gains nothing,
                   and half of the work is done */

    /* Finite, not negative, the same bits both ways. */
    double (*distance)(const struct ica_group_metric *self, size_t a, size_t b);

    /* For 1 to ICA_GROUP_METRIC_ROWS groups: nearest[i] becomes the group of the `others`,
     * ascending, that is nearest to groups[i], the lowest of equal ones, if it is nearer than what
     * is there. A group is not its own neighbour. Called from several threads at once. */
    void (*search)(const struct ica_group_metric *self, const size_t *groups, size_t n_groups,
                   const size_t *others, size_t n_others, struct ica_nearest_group *nearest);

    /* Group `b` joins group `a`; a < b. `others` are all other groups. ICA_ENOMEM. */
    enum ica_status (*join)(struct ica_group_metric *self, size_t a, size_t b, const size_t *others,
                            size_t n_others, struct ica_error *err);
};

#endif
