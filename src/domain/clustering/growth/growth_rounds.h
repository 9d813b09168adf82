/* SPDX-License-Identifier: Apache-2.0 */
/* The search for the groups that new images belong to. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_ROUNDS_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_ROUNDS_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/growth/growth_groups.h"
#include "domain/vectors/cosine_distance.h"

/* What the search looks at. All of it is borrowed; places are rows in canonical order. */
struct ica_growth_scene {
    const struct ica_cosine_distance *rows;
    const struct ica_cosine_distance *classes; /* or NULL */
    const size_t *units;                       /* per place */
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
};

/* Join groups that belong together, where one of them is open; open groups of two places and more
 * are clusters afterwards. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_growth_rounds(const struct ica_growth_scene *scene,
                                  struct ica_growth_groups *groups,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
