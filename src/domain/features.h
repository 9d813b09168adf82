/* SPDX-License-Identifier: Apache-2.0 */
/* What clustering sees of a set of images: one row of numbers per image. */
#ifndef ICA_DOMAIN_FEATURES_H
#define ICA_DOMAIN_FEATURES_H

#include <stddef.h>

#include "base/error.h"

/* A borrowed view; row i of both matrices belongs to image i. All values are finite. */
struct ica_features {
    size_t n;                   /* images */
    size_t dim;                 /* > 0 */
    const float *embeddings;    /* n x dim, of any length > 0 */
    size_t n_classes;           /* 0 when the model has no classifier */
    const float *probabilities; /* n x n_classes, each row sums to 1; NULL when n_classes is 0 */
};

/* ICA_EINVALID if a value is not finite; the message says which. */
enum ica_status ica_features_check(const struct ica_features *features,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
