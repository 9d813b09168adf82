/* SPDX-License-Identifier: Apache-2.0 */
/* Disjoint sets of things that are joined two at a time (union-find). */
#ifndef ICA_DOMAIN_CLUSTERING_DISJOINT_SETS_H
#define ICA_DOMAIN_CLUSTERING_DISJOINT_SETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ica_disjoint_sets {
    size_t n;
    size_t *parents; /* owned, n; a root is its own */
    size_t *sizes;   /* owned, n: of the set, at its root */
};

/* The numbers 0 to n - 1, each a set of its own. ICA_ENOMEM. */
enum ica_status ica_disjoint_sets_init(struct ica_disjoint_sets *sets, size_t n,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* What stands for the set of `i` until the next join; the same for all in it. Changes nothing, so
 * several threads may ask at once. At most log2(n) steps. */
size_t ica_disjoint_sets_root(const struct ica_disjoint_sets *sets, size_t i);

/* Join the sets of `a` and `b`. False if they are the same. */
bool ica_disjoint_sets_join(struct ica_disjoint_sets *sets, size_t a, size_t b);

/* numbers[i] = the number of i's set, counted from 0 by lowest member. Returns how many sets. */
size_t ica_disjoint_sets_number(const struct ica_disjoint_sets *sets, size_t *numbers);

/* Accepts an all-zero struct. */
void ica_disjoint_sets_clear(struct ica_disjoint_sets *sets);

#endif
