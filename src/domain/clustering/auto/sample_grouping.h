/* SPDX-License-Identifier: Apache-2.0 */
/* The groups among images that are few enough to be compared pair by pair. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_SAMPLE_GROUPING_H
#define ICA_DOMAIN_CLUSTERING_AUTO_SAMPLE_GROUPING_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/auto/clear_cut.h"
#include "domain/clustering/auto/pair_model.h"
#include "domain/clustering/hierarchy/merge_tree.h"

/* All borrowed. */
struct ica_sample_input {
    const struct ica_distance *embeddings; /* cosine distances */
    const struct ica_distance *classes;    /* between roots of class probabilities; may be NULL */
    const size_t *images;                  /* n: rows of the two */
    size_t n;                              /* 2 to ICA_MAX_DISTANCE_MATRIX */
    size_t step;                           /* what the monitor hears now and then */
    size_t total_steps;
};

/* Find the `model` of the sample, which borrows what the input does, the clearest `cut`, and the
 * n - 1 `edges` of the tree that it is a cut of, to be freed by the caller. All start as zero.
 * ICA_EINVALID, ICA_ECANCELLED, ICA_ENOMEM; the caller clears all three also then. */
enum ica_status ica_sample_group(const struct ica_sample_input *input,
                                 struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                 struct ica_pair_model *model, struct ica_clear_cut *cut,
                                 struct ica_edge **edges, struct ica_error *err) ICA_MUST_CHECK;

#endif
