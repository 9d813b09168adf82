/* SPDX-License-Identifier: Apache-2.0 */
/* One round of looking for nearer neighbours among the neighbours of neighbours. */
#ifndef ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_ROUNDS_H
#define ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_ROUNDS_H

#include <stdbool.h>

#include "base/error.h"
#include "domain/clustering/neighbours/list_search.h"

/* Improve the unsorted lists of `search`, of which rows and others are the same. `*changed` tells
 * whether a further round is worth while: whether more than one row in a thousand found something
 * nearer. ICA_ENOMEM. */
enum ica_status ica_neighbour_round(const struct ica_list_search *search, bool *changed,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
