/* SPDX-License-Identifier: Apache-2.0 */
/* The differences are the squared distances of the rows' unit vectors to the mean of their group,
 * added up: the sum that Ward's method keeps small. A merge of groups of sizes v and w adds
 * v w / (v + w) times the squared distance of their means, so running sums of that, as shares of
 * the last one, are the heights.
 *
 * The means come from sums of vectors. A node's sum is built along its larger children, from a row
 * upwards, and the smaller child of each step is built in a place of its own: no more than log2 n +
 * 1 sums exist at a time. O(n dim) time. */
#include "domain/clustering/hierarchy/merge_heights.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MAX_DEPTH 64 /* halvings of any size_t */

struct building {
    const struct ica_means *rows;
    struct ica_merge *merges; /* heights are the costs, until they are added up */
    size_t n;
    size_t *parents;         /* per node */
    double *sums[MAX_DEPTH]; /* dim each, made when they are needed */
};

static size_t node_size(const struct building *b, size_t node)
{
    return node < b->n ? 1 : b->merges[node - b->n].size;
}

static size_t larger_child(const struct building *b, size_t node)
{
    const struct ica_merge *merge = b->merges + (node - b->n);
    return node_size(b, merge->left) >= node_size(b, merge->right) ? merge->left : merge->right;
}

/* What joining groups with these sums costs. */
static double join_cost(const double *sum_a, double size_a, const double *sum_b, double size_b,
                        size_t dim)
{
    double squared = 0;
    for (size_t k = 0; k < dim; k++) {
        double difference = sum_a[k] / size_a - sum_b[k] / size_b;
        squared += difference * difference;
    }
    return size_a * size_b / (size_a + size_b) * squared;
}

/* Sum of the unit vectors of `node` into sums[depth], and the costs of all merges below. */
static enum ica_status build(struct building *b, size_t node, size_t depth, struct ica_error *err)
{
    size_t dim = b->rows->directions.dim;
    size_t at = node;
    if (!b->sums[depth]) {
        b->sums[depth] = ica_array_new(dim, sizeof *b->sums[depth]);
        if (!b->sums[depth]) {
            return ica_error_nomem(err, "a dendrogram");
        }
    }
    while (at >= b->n) {
        at = larger_child(b, at);
    }
    double *sum = b->sums[depth];
    memset(sum, 0, dim * sizeof *sum);
    ica_means_add_direction(b->rows, at, 1, sum);
    for (; at != node; at = b->parents[at]) {
        struct ica_merge *merge = b->merges + (b->parents[at] - b->n);
        size_t sibling = merge->left == at ? merge->right : merge->left;
        enum ica_status status = build(b, sibling, depth + 1, err);
        if (status) {
            return status;
        }
        const double *other = b->sums[depth + 1];
        merge->height =
            join_cost(sum, (double)node_size(b, at), other, (double)node_size(b, sibling), dim);
        for (size_t k = 0; k < dim; k++) {
            sum[k] += other[k];
        }
    }
    return ICA_OK;
}

/* From costs to shares. What is left of equal rows is rounding. */
static void add_up(struct ica_merge *merges, size_t n)
{
    double total = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        total += merges[i].height;
        merges[i].height = total;
    }
    double least = (double)n * (double)n * DBL_EPSILON * DBL_EPSILON;
    for (size_t i = 0; i + 1 < n; i++) {
        merges[i].height = total > least ? merges[i].height / total : 0;
    }
}

enum ica_status ica_merge_heights(const struct ica_means *rows, struct ica_merge *merges,
                                  struct ica_error *err)
{
    size_t n = rows->base.n;
    struct building b = {.rows = rows, .merges = merges, .n = n};
    b.parents = ica_array_new(2 * n, sizeof *b.parents);
    if (!b.parents) {
        return ica_error_nomem(err, "a dendrogram");
    }
    for (size_t i = 0; i + 1 < n; i++) {
        b.parents[merges[i].left] = n + i;
        b.parents[merges[i].right] = n + i;
    }
    enum ica_status status = n > 1 ? build(&b, 2 * n - 2, 0, err) : ICA_OK;
    if (!status) {
        add_up(merges, n);
    }
    for (size_t depth = 0; depth < MAX_DEPTH; depth++) {
        free(b.sums[depth]);
    }
    free(b.parents);
    return status;
}
