/* SPDX-License-Identifier: Apache-2.0 */
/* No two clusters of one answer have the same text: what to do where they would. */
#ifndef ICA_DOMAIN_DESCRIPTION_DISTINCT_TEXTS_H
#define ICA_DOMAIN_DESCRIPTION_DISTINCT_TEXTS_H

#include <stddef.h>

#include "base/error.h"
#include "domain/description/description.h"

/* Append to equal texts among the `n` descriptions what `hints`, other texts for the same clusters,
 * say of them: "a pair of shoes (black shoes)". Where the hints are equal too, nothing changes.
 * ICA_ENOMEM. */
enum ica_status ica_texts_add_hints(struct ica_description *descriptions,
                                    const struct ica_description *hints, size_t n,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Append a number to each but the first of equal texts, in the order of the descriptions: "dogs",
 * "dogs (2)". Afterwards all texts differ, but for empty ones, which stay. ICA_ENOMEM. */
enum ica_status ica_texts_number(struct ica_description *descriptions, size_t n,
                                 struct ica_error *err) ICA_MUST_CHECK;

#endif
