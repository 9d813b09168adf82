/* SPDX-License-Identifier: Apache-2.0 */
/* From a clustering to the hierarchy that it is a cut of. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_HIERARCHY_BUILDING_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_HIERARCHY_BUILDING_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/hierarchy/hierarchy.h"
#include "domain/clustering/partition.h"
#include "domain/vectors/cosine_distance.h"

/* Fill the all-zero `*out` for `partition`, in which each row has a label: row i there is row
 * order[i] of `out`. ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty then. */
enum ica_status ica_hierarchy_build(struct ica_hierarchy *out,
                                    const struct ica_partition *partition,
                                    const struct ica_cosine_distance *rows, const size_t *order,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
