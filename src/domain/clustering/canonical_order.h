/* SPDX-License-Identifier: Apache-2.0 */
/* An order of images by what they are, so that nothing depends on the order in which they came. */
#ifndef ICA_DOMAIN_CLUSTERING_CANONICAL_ORDER_H
#define ICA_DOMAIN_CLUSTERING_CANONICAL_ORDER_H

#include <stddef.h>

#include "base/error.h"
#include "domain/features.h"

/* Less than 0, 0 or greater than 0 when image `a` comes before, is the same as or comes after `b`.
 */
int ica_canonical_compare(const struct ica_features *features, size_t a, size_t b);

/* Fill order[0] to order[n - 1] with the rows, sorted by embedding, then by class probabilities:
 * element by element, smaller first. Rows that are equal in both stay in the order they are in.
 * ICA_ENOMEM. */
enum ica_status ica_canonical_order(const struct ica_features *features, size_t *order,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
