/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest neighbours of many rows by cosine distance, nearly all of them, without a look at
 * every pair. */
#ifndef ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_GRAPH_H
#define ICA_DOMAIN_CLUSTERING_NEIGHBOURS_NEIGHBOUR_GRAPH_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/neighbours/neighbour_lists.h"
#include "domain/vectors/cosine_distance.h"
#include "domain/vectors/product_kernel.h"

#define ICA_MAX_GRAPH_ROUNDS 8

struct ica_graph_options {
    size_t k;          /* neighbours per row, 1 <= k < n */
    size_t n_homes;    /* cells that each row is sought in, >= 1 (cells.h) */
    size_t n_next;     /* further ones for a row that is in nobody's list */
    size_t max_rounds; /* of looking among neighbours' neighbours, up to ICA_MAX_GRAPH_ROUNDS */
    const struct ica_product_kernel *kernel;
    struct ica_parallel *parallel;     /* may be NULL */
    const struct ica_monitor *monitor; /* may be NULL; hears of `n_steps` steps */
    size_t n_steps;
    size_t total_steps;
};

/* Fill the all-zero `*lists` for the n >= 2 rows; they stay unsorted. All distances are exact; a
 * neighbour may be missing, and a list be short. Every kernel and number of threads gives the same.
 * ICA_ECANCELLED, ICA_ENOMEM; `*lists` is empty then. */
enum ica_status ica_neighbour_graph(const struct ica_cosine_distance *rows,
                                    const struct ica_graph_options *options,
                                    struct ica_neighbour_lists *lists,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* The share of the true nearest neighbours that sorted `lists` have, from `n_sample` of the rows,
 * drawn evenly and compared with all. A neighbour counts as true if it is no farther than the
 * farthest true one. ICA_ENOMEM. */
enum ica_status ica_neighbour_graph_recall(const struct ica_cosine_distance *rows,
                                           const struct ica_neighbour_lists *lists,
                                           const struct ica_graph_options *options, size_t n_sample,
                                           double *recall, struct ica_error *err) ICA_MUST_CHECK;

#endif
