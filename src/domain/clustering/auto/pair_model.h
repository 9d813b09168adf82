/* SPDX-License-Identifier: Apache-2.0 */
/* A small fitted model of "these two images belong into one group", for the images of one set. */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_PAIR_MODEL_H
#define ICA_DOMAIN_CLUSTERING_AUTO_PAIR_MODEL_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/auto/pair_features.h"
#include "domain/clustering/auto/short_walks.h"
#include "domain/vectors/distance_matrix.h"

/* Most images that ica_pair_model_compare() takes at once. */
#define ICA_PAIR_MODEL_BLOCK 16

/* Starts all zero. */
struct ica_pair_model {
    const struct ica_pair_looks *looks;
    struct ica_pair_set set;
    struct ica_short_walks walks;
};

/* What ica_pair_model_compare() works in: room for ICA_PAIR_MODEL_BLOCK images. */
struct ica_pair_room {
    double *rest;    /* ICA_PAIR_MODEL_BLOCK x n */
    double *alike;   /* n */
    float *contexts; /* ICA_PAIR_MODEL_BLOCK x n_landmarks */
};

/* Learn about the set of the `n` rows `images`, 2 <= n <= ICA_MAX_DISTANCE_MATRIX, and set
 * `distances`, of n rows, to the negative log-odds of each pair. `classes` may be NULL. Borrows its
 * inputs until the clear, but not `distances`. ICA_EINVALID, ICA_ENOMEM; `*model` is empty then. */
enum ica_status ica_pair_model_init(struct ica_pair_model *model,
                                    const struct ica_distance *embeddings,
                                    const struct ica_distance *classes, const size_t *images,
                                    size_t n, struct ica_parallel *parallel,
                                    struct ica_distance_matrix *distances,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* values[r * n + c] = log-odds of others[r], no image of the set, and image c of the set, for up
 * to ICA_PAIR_MODEL_BLOCK others. */
void ica_pair_model_compare(const struct ica_pair_model *model, const size_t *others,
                            size_t n_others, double *values, const struct ica_pair_room *room);

/* Accepts an all-zero struct. */
void ica_pair_model_clear(struct ica_pair_model *model);

#endif
