/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that clustering and describing see of a run's readable images. */
#ifndef ICA_APPLICATION_RUNS_RUN_FEATURES_H
#define ICA_APPLICATION_RUNS_RUN_FEATURES_H

#include "application/runs/run_item.h"
#include "domain/features.h"

/* Starts all zero. */
struct ica_run_features {
    float *embeddings;
    float *probabilities;
    struct ica_colour_shares *colours;
    struct ica_features view; /* of the two matrices */
};

/* Move what the `n_items` processed items hold into the all-zero `features` and into the images and
 * errors of the all-zero `result`. With no readable image among them it fails with the first one's
 * status and a message that names it; ICA_EINVALID (no item), ICA_ENOMEM. Both are to be cleared
 * whatever is returned. */
enum ica_status ica_run_features_collect(struct ica_run_features *features,
                                         struct ica_run_item *const items[], size_t n_items,
                                         struct ica_result *result,
                                         struct ica_error *err) ICA_MUST_CHECK;

void ica_run_features_clear(struct ica_run_features *features);

#endif
