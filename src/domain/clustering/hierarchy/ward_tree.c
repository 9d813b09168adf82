/* SPDX-License-Identifier: Apache-2.0 */
/* Up to ICA_WARD_BLOCK points: Ward's method on the matrix of all pairs. More are first divided
 * into blocks of like points (division.h); each block gets its own tree, and the blocks, as groups
 * with a mean and a size, are points of one more tree. That is no longer Ward's method exactly, but
 * it ends in the same way, with the coarsest divisions of the set, and takes one small matrix. */
#include "domain/clustering/hierarchy/ward_tree.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/agglomerative/linkage.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/hierarchy/division.h"
#include "domain/clustering/index_sort.h"
#include "domain/vectors/distance_matrix.h"

#define LEAST_PARALLEL 64 /* points that are worth waking threads for */

static enum ica_status link_block(const struct ica_means *means, const size_t *points, size_t n,
                                  struct ica_parallel *parallel, struct ica_edge *edges,
                                  struct ica_error *err)
{
    struct ica_distance_matrix costs = {0};
    double *weights = ica_array_new(n, sizeof *weights);
    enum ica_status status = weights ? ica_distance_matrix_init(&costs, n, err)
                                     : ica_error_nomem(err, "a tree of images");
    if (status) {
        goto out;
    }
    ica_distance_matrix_fill(&costs, &means->base, points, n < LEAST_PARALLEL ? NULL : parallel);
    for (size_t i = 0; i < n; i++) {
        weights[i] = means->weights[points[i]];
    }
    status = ica_ward_linkage(&costs, weights, edges, err);
    for (size_t i = 0; !status && i + 1 < n; i++) {
        edges[i].a = points[edges[i].a];
        edges[i].b = points[edges[i].b];
    }
out:
    ica_distance_matrix_clear(&costs);
    free(weights);
    return status;
}

/* Joins of blocks, named by the block, become joins of points, and cost no less than those within:
 * `tops` has the most that a block costs. */
static void name_by_points(struct ica_edge *edges, size_t n_edges, const size_t *points,
                           const size_t *begins, double *tops)
{
    for (size_t i = 0; i < n_edges; i++) {
        struct ica_edge *edge = edges + i;
        edge->weight = fmax(edge->weight, fmax(tops[edge->a], tops[edge->b]));
        tops[edge->a] = edge->weight;
        tops[edge->b] = edge->weight;
        edge->a = points[begins[edge->a]];
        edge->b = points[begins[edge->b]];
    }
}

/* The blocks as points of one more tree. */
static enum ica_status link_blocks(const struct ica_means *means, const size_t *points,
                                   const size_t *begins, size_t n_blocks, double *tops,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   size_t n_rows, struct ica_edge *edges, struct ica_error *err)
{
    struct ica_means blocks = {0};
    size_t *numbers = ica_array_new(n_blocks, sizeof *numbers);
    enum ica_status status =
        numbers ? ica_means_init_groups(&blocks, means, points, begins, n_blocks, err)
                : ica_error_nomem(err, "a tree of images");
    if (status) {
        goto out;
    }
    ica_index_fill(numbers, n_blocks);
    status = ica_ward_tree(&blocks, numbers, n_blocks, parallel, monitor, n_rows, edges, err);
    if (!status) {
        name_by_points(edges, n_blocks - 1, points, begins, tops);
    }
out:
    ica_means_clear(&blocks);
    free(numbers);
    return status;
}

static enum ica_status link_divided(const struct ica_means *means, size_t *points, size_t n,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor, size_t n_rows,
                                    struct ica_edge *edges, struct ica_error *err)
{
    size_t n_blocks = 0;
    size_t n_edges = 0;
    size_t *begins = ica_array_new(n + 1, sizeof *begins);
    double *tops = ica_array_new(n, sizeof *tops);
    enum ica_status status = begins && tops ? ica_divide(means, points, n, ICA_WARD_BLOCK, parallel,
                                                         monitor, n_rows, begins, &n_blocks, err)
                                            : ica_error_nomem(err, "a tree of images");
    for (size_t b = 0; b < n_blocks && !status; b++) {
        size_t size = begins[b + 1] - begins[b];
        status = ica_clustering_look(monitor, n_rows, n_rows, err);
        if (!status) {
            status = link_block(means, points + begins[b], size, parallel, edges + n_edges, err);
        }
        n_edges += size - 1;
        tops[b] = size > 1 ? edges[n_edges - 1].weight : 0;
    }
    if (!status) {
        status = link_blocks(means, points, begins, n_blocks, tops, parallel, monitor, n_rows,
                             edges + n_edges, err);
    }
    free(tops);
    free(begins);
    return status ? status : ica_edges_sort(edges, n - 1, err);
}

enum ica_status ica_ward_tree(const struct ica_means *means, size_t *points, size_t n,
                              struct ica_parallel *parallel, const struct ica_monitor *monitor,
                              size_t n_rows, struct ica_edge *edges, struct ica_error *err)
{
    return n <= ICA_WARD_BLOCK
               ? link_block(means, points, n, parallel, edges, err)
               : link_divided(means, points, n, parallel, monitor, n_rows, edges, err);
}
