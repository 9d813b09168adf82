/* SPDX-License-Identifier: Apache-2.0 */
/* A small fitted model of "these two images belong into one group", for the images of one set.
 * It works on similarities alone: cosines of embeddings, and of square roots of class probabilities
 * (the Bhattacharyya coefficient). */
#ifndef ICA_DOMAIN_CLUSTERING_PAIR_MODEL_H
#define ICA_DOMAIN_CLUSTERING_PAIR_MODEL_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/distance_matrix.h"

/* Most images that ica_pair_model_compare() takes at once. */
#define ICA_PAIR_MODEL_BLOCK 16

/* What each feature of a pair adds to the log-odds. */
struct ica_pair_weights {
    double cosine;   /* of the embeddings */
    double centred;  /* cosine after the set's mean is taken off */
    double context;  /* whether both see the other images of the set alike */
    double classes;  /* overlap of the class probabilities */
    double mean;     /* mean cosine in the set */
    double spread;   /* standard deviation of the cosines in the set */
    double constant; /* always */
};

/* Starts all zero. */
struct ica_pair_model {
    const struct ica_pair_weights *weights;
    const struct ica_distance *embeddings; /* borrowed: cosine distances */
    const struct ica_distance *classes;    /* borrowed, may be NULL */
    const size_t *images;                  /* borrowed, n: rows of the two above */
    size_t n;
    struct ica_distance_matrix cosines; /* cosine distances within the set */
    double mean;                        /* of the cosines */
    double spread;
    double *row_means;  /* owned, n: mean cosine with the others */
    double *pulls;      /* owned, n: scalar product with the set's centre */
    double centre;      /* the centre's scalar product with itself */
    float *contexts;    /* owned, n x n: cosines beyond what both rows' means explain */
    double *deviations; /* owned, n: squared lengths of the rows of `contexts` */
};

/* Learn about the set of the `n` rows `images`, 2 <= n <= ICA_MAX_DISTANCE_MATRIX. Borrows its
 * inputs until the clear. ICA_EINVALID, ICA_ENOMEM; `*model` is empty then. */
enum ica_status ica_pair_model_init(struct ica_pair_model *model,
                                    const struct ica_distance *embeddings,
                                    const struct ica_distance *classes, const size_t *images,
                                    size_t n, struct ica_parallel *parallel,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Set `distances`, of n rows, to the negative log-odds of each pair of the set. */
void ica_pair_model_distances(const struct ica_pair_model *model, struct ica_parallel *parallel,
                              struct ica_distance_matrix *distances);

/* values[r * n + c] = log-odds of others[r], no image of the set, and image c of the set, for up
 * to ICA_PAIR_MODEL_BLOCK others. `scratch` has room for n_others * n floats. */
void ica_pair_model_compare(const struct ica_pair_model *model, const size_t *others,
                            size_t n_others, double *values, float *scratch);

/* Accepts an all-zero struct. */
void ica_pair_model_clear(struct ica_pair_model *model);

#endif
