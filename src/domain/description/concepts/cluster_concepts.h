/* SPDX-License-Identifier: Apache-2.0 */
/* What a classifier's probabilities say about the members of one cluster, in everyday concepts. */
#ifndef ICA_DOMAIN_DESCRIPTION_CONCEPTS_CLUSTER_CONCEPTS_H
#define ICA_DOMAIN_DESCRIPTION_CONCEPTS_CLUSTER_CONCEPTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/clustering/clustering.h"
#include "domain/description/concepts/taxonomy.h"
#include "domain/features.h"

#define ICA_MAX_CHOSEN_CONCEPTS    3
#define ICA_MAX_CONCEPT_CANDIDATES 16

struct ica_concept_candidate {
    uint32_t concept; /* index into the taxonomy's concepts */
    float support;    /* share of the cluster's evidence, [0, 1] */
};

struct ica_cluster_concepts {
    /* What to say: none when nothing is certain, several when the cluster is mixed, the commonest
     * first. No two of them overlap. */
    uint32_t chosen[ICA_MAX_CHOSEN_CONCEPTS];
    size_t n_chosen;
    double support; /* of the chosen together */
    /* What else there is evidence for, the most useful first. */
    struct ica_concept_candidate candidates[ICA_MAX_CONCEPT_CANDIDATES];
    size_t n_candidates;
};

/* Working memory for one thread; borrows the taxonomy. */
struct ica_concept_pool {
    const struct ica_taxonomy *taxonomy;
    double *evidence; /* one per class */
    double *support;  /* one per concept */
    uint16_t *strong; /* classes of the member at hand */
    float *shares;    /* their shares of its evidence */
};

/* ICA_ENOMEM. `*pool` must be all zero. */
enum ica_status ica_concept_pool_init(struct ica_concept_pool *pool,
                                      const struct ica_taxonomy *taxonomy,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_concept_pool_clear(struct ica_concept_pool *pool);

/* Weigh the evidence of `cluster` into `*out`. `features->n_classes` must be the taxonomy's. */
void ica_concept_pool_weigh(struct ica_concept_pool *pool, const struct ica_features *features,
                            const struct ica_cluster *cluster, struct ica_cluster_concepts *out);

#endif
