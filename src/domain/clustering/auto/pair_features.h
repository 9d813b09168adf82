/* SPDX-License-Identifier: Apache-2.0 */
/* What can be told of two images of a set by similarities alone: cosines of embeddings, and of
 * square roots of class probabilities (the Bhattacharyya coefficient). */
#ifndef ICA_DOMAIN_CLUSTERING_AUTO_PAIR_FEATURES_H
#define ICA_DOMAIN_CLUSTERING_AUTO_PAIR_FEATURES_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/distance_matrix.h"

#define ICA_MAX_LANDMARKS 512

/* Of one pair. */
struct ica_pair_features {
    double cosine;  /* of the embeddings */
    double centred; /* cosine after the set's mean is taken off */
    double context; /* whether both see the other images of the set alike */
    double classes; /* overlap of the class probabilities */
    double mean;    /* of all cosines in the set */
    double spread;  /* their standard deviation */
};

/* How one image stands to the set. */
struct ica_pair_standing {
    double pull;          /* scalar product with the set's centre */
    double deviation;     /* squared length of the context */
    const float *context; /* n_landmarks: cosines beyond what both images' means explain */
    double mean;          /* of all cosines in the set, the image included */
    double spread;        /* the same */
};

/* Starts all zero. */
struct ica_pair_set {
    const struct ica_distance *embeddings; /* borrowed: cosine distances */
    const struct ica_distance *classes;    /* borrowed, may be NULL */
    const size_t *images;                  /* borrowed, n: rows of the two above */
    size_t n;
    struct ica_distance_matrix cosines; /* cosine distances within the set */
    double mean;                        /* of the cosines */
    double spread;                      /* their standard deviation */
    double centre;                      /* the centre's scalar product with itself */
    double *row_means;                  /* owned, n: mean cosine with the others */
    size_t n_landmarks;
    size_t *landmarks;                   /* owned, n_landmarks: images of the set, ascending */
    size_t *places;                      /* owned, n: among the landmarks, or n_landmarks */
    float *contexts;                     /* owned, n x n_landmarks */
    struct ica_pair_standing *standings; /* owned, n */
};

/* Learn about the set of the `n` rows `images`, 2 <= n <= ICA_MAX_DISTANCE_MATRIX. Borrows its
 * inputs until the clear. ICA_EINVALID, ICA_ENOMEM; `*set` is empty then. */
enum ica_status ica_pair_set_init(struct ica_pair_set *set, const struct ica_distance *embeddings,
                                  const struct ica_distance *classes, const size_t *images,
                                  size_t n, struct ica_parallel *parallel,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* The features of images i and j of the set, i not j. `dot` is the scalar product of their
 * contexts, `overlap` that of the roots of their class probabilities, 0 without classes. */
struct ica_pair_features ica_pair_set_features(const struct ica_pair_set *set, size_t i, size_t j,
                                               double dot, double overlap);

/* How an image outside of the set stands to it. `distances` are the n cosine distances to its
 * images; `context` has room for n_landmarks floats and is borrowed by the result. */
struct ica_pair_standing ica_pair_set_place(const struct ica_pair_set *set, const double *distances,
                                            float *context);

/* The same features for such an image and image j of the set. */
struct ica_pair_features ica_pair_set_compare(const struct ica_pair_set *set,
                                              const struct ica_pair_standing *other, size_t j,
                                              double cosine, double dot, double overlap);

/* Accepts an all-zero struct. */
void ica_pair_set_clear(struct ica_pair_set *set);

#endif
