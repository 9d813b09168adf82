/* SPDX-License-Identifier: Apache-2.0 */
/* For a model without a classifier: another model's classifier looks at the representatives of each
 * cluster, and at nothing else, so that concepts have something to go by. */
#ifndef ICA_APPLICATION_DESCRIBING_REPRESENTATIVE_SCORES_H
#define ICA_APPLICATION_DESCRIBING_REPRESENTATIVE_SCORES_H

#include "base/parallel.h"
#include "ports/describer.h"
#include "ports/embedder.h"
#include "ports/pictures.h"

/* Starts all zero. */
struct ica_representative_scores {
    size_t n;             /* images that were looked at */
    size_t *place_of_row; /* one per image of the run; SIZE_MAX = it was not looked at */
    float *embeddings;    /* n rows, copied from the run's */
    float *probabilities; /* n rows of the classifier */
    struct ica_colour_shares *colours; /* n */
    struct ica_features features;      /* of those matrices */
};

/* Look at the representatives of the request's clusters through its pictures. One that cannot be
 * had is left out. ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL. To be cleared whatever is returned. */
enum ica_status ica_representative_scores_init(struct ica_representative_scores *scores,
                                               const struct ica_describe_request *request,
                                               struct ica_embedder *classifier,
                                               const struct ica_monitor *monitor,
                                               struct ica_error *err) ICA_MUST_CHECK;

/* Describe the request's clusters by those of their members that were looked at; the clusters may
 * be others than those of init. */
enum ica_status ica_representative_scores_describe(const struct ica_representative_scores *scores,
                                                   struct ica_describer *describer,
                                                   const struct ica_describe_request *request,
                                                   const struct ica_monitor *monitor,
                                                   struct ica_description *out,
                                                   struct ica_error *err) ICA_MUST_CHECK;

void ica_representative_scores_clear(struct ica_representative_scores *scores);

#endif
