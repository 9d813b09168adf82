/* SPDX-License-Identifier: Apache-2.0 */
/* The step that all searches for neighbours are made of: some rows are compared with some others,
 * and each keeps what is nearest. Products in float32 (product_kernel.h) tell which pairs have a
 * chance; the distance of those is computed in double, and that alone decides. */
#ifndef ICA_DOMAIN_CLUSTERING_NEIGHBOURS_LIST_SEARCH_H
#define ICA_DOMAIN_CLUSTERING_NEIGHBOURS_LIST_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/neighbours/neighbour_lists.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

/* What a search works on; all borrowed. */
struct ica_list_search {
    const struct ica_cosine_distance *rows;   /* lists are theirs */
    const struct ica_cosine_distance *others; /* what the lists name; may be `rows` */
    const struct ica_product_kernel *kernel;
    struct ica_parallel *parallel; /* may be NULL */
    struct ica_neighbour_lists *lists;
};

/* Rows to compare with others. */
struct ica_list_task {
    const uint32_t *rows; /* no row is in two tasks of a call */
    size_t n_rows;
    const uint32_t *others;
    size_t n_others;
};

/* Offer the lists of each task's rows each of its others; no row is offered to itself. The results
 * do not depend on how tasks are cut nor on the kernel. ICA_ENOMEM. */
enum ica_status ica_list_search_run(const struct ica_list_search *search,
                                    const struct ica_list_task *tasks, size_t n_tasks,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
