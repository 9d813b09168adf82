/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy that needs no parameter. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_AUTO_CLUSTERING_H
#define ICA_DOMAIN_CLUSTERING_AUTO_AUTO_CLUSTERING_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/partition.h"
#include "domain/features.h"
#include "domain/vectors/cosine_distance.h"

/* Group the images of `features`, n >= 1. Row i of `rows` and of `out` is image order[i]. Compares
 * `sample_size` images at a time pair by pair, ICA_MIN_SAMPLE_SIZE to ICA_MAX_SAMPLE_SIZE. Writes a
 * sentence on what was chosen and why into `reason`. ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty
 * then. */
enum ica_status ica_auto_clustering_run(const struct ica_features *features, const size_t *order,
                                        const struct ica_cosine_distance *rows, size_t sample_size,
                                        struct ica_parallel *parallel,
                                        const struct ica_monitor *monitor,
                                        struct ica_partition *out, char *reason, size_t reason_size,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
