/* SPDX-License-Identifier: Apache-2.0 */
/* The dendrogram (dendrogram.h), the levels, and the groups at the levels.
 *
 * Levels are the number of clusters at hand times powers of the square root of 2, in both
 * directions, to 1 and to n: few, and each different enough from the next to be worth a look. A
 * group that is a cluster at several levels is one node. Together all levels have at most n - 1
 * nodes; a large set stops at fewer levels so that they have no more than MAX_MORE_NODES beside the
 * clusters at hand: first come the coarse ones from 1 upwards, then the fine ones. */
#include "domain/clustering/hierarchy/hierarchy_building.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/hierarchy/dendrogram.h"
#include "domain/clustering/hierarchy/means.h"
#include "domain/clustering/hierarchy/merge_heights.h"
#include "domain/clustering/index_sort.h"

#define MAX_MORE_NODES 4096
#define MAX_LEVELS     128 /* steps of sqrt 2 between 1 and any size_t */
#define NO_LEVEL       SIZE_MAX

struct building {
    struct ica_hierarchy *hierarchy;
    const struct ica_cosine_distance *rows;
    const size_t *order;
    const struct ica_monitor *monitor;
    size_t *parents; /* per merge: the merge that its group goes into, n - 1 for the last */
    size_t *turns;   /* per merge: which level, in the order in which they are taken, was the first
                        to have the group as a cluster; or NO_LEVEL */
    size_t *leaves;  /* the rows in an order in which each group is without a gap */
    size_t *begins;  /* per node: where its rows begin in `leaves` */
    int32_t *labels; /* per row: of the nodes of one turn, in their order */
    double *distances; /* per row: mean to the others of its node */
};

/* The merges as such, their heights, and which part of them the clusters are. */
static enum ica_status build_merges(struct ica_hierarchy *out,
                                    const struct ica_partition *partition,
                                    const struct ica_cosine_distance *rows,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor, struct ica_error *err)
{
    size_t n = partition->n;
    struct ica_means means = {0};
    struct ica_edge *edges = ica_array_new(n, sizeof *edges);
    enum ica_status status;
    out->n = n;
    out->merges = ica_array_new(n, sizeof *out->merges);
    if (!edges || !out->merges) {
        status = ica_error_nomem(err, "the hierarchy");
        goto out;
    }
    status = ica_means_init_rows(&means, rows, err);
    if (status) {
        goto out;
    }
    status = ica_dendrogram_build(&means, partition->labels, partition->n_clusters,
                                  partition->edges, parallel, monitor, edges, &out->n_chosen, err);
    if (status) {
        goto out;
    }
    status = ica_merge_tree_build(edges, n, out->merges, err);
    if (!status) {
        status = ica_merge_heights(&means, out->merges, err);
    }
out:
    ica_means_clear(&means);
    free(edges);
    return status;
}

/* The number of clusters `steps` steps from `n_clusters` on, in the direction of `sign`. */
static size_t step_from(size_t n_clusters, int steps, int sign)
{
    return (size_t)round((double)n_clusters * pow(2, sign * steps / 2.0));
}

/* Stop at `n_clusters`, if that makes no more than `max` new nodes. */
static bool take_level(struct building *b, size_t n_clusters, size_t max)
{
    struct ica_hierarchy *h = b->hierarchy;
    size_t n_merges = h->n - n_clusters;
    size_t n_new = 0;
    for (size_t i = 0; i < n_merges; i++) {
        n_new += b->parents[i] >= n_merges && b->turns[i] == NO_LEVEL;
    }
    if (n_new > max) {
        return false;
    }
    for (size_t i = 0; i < n_merges; i++) {
        if (b->parents[i] >= n_merges && b->turns[i] == NO_LEVEL) {
            b->turns[i] = h->n_levels;
        }
    }
    h->n_nodes += n_new;
    h->levels[h->n_levels++] = n_clusters;
    return true;
}

/* From 1 up to the clusters at hand. False when there is no room for more. */
static bool take_coarser_levels(struct building *b, size_t n_clusters, size_t max_nodes)
{
    int steps = 1;
    while (step_from(n_clusters, steps, -1) > 1) {
        steps++;
    }
    bool room = true;
    for (size_t last = 0; steps > 0 && room; steps--) {
        size_t next = step_from(n_clusters, steps, -1);
        if (next > last && next < n_clusters) {
            room = take_level(b, next, max_nodes - b->hierarchy->n_nodes);
            last = next;
        }
    }
    return room;
}

/* From the clusters at hand up to n. */
static void take_finer_levels(struct building *b, size_t n_clusters, size_t max_nodes)
{
    size_t n = b->hierarchy->n;
    size_t last = n_clusters;
    bool room = true;
    for (int steps = 1; last < n && room; steps++) {
        size_t next = step_from(n_clusters, steps, 1);
        next = next < n ? next : n;
        if (next > last) {
            room = take_level(b, next, max_nodes - b->hierarchy->n_nodes);
            last = next;
        }
    }
}

static int compare_numbers(const void *context, size_t a, size_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

static enum ica_status choose_levels(struct building *b, struct ica_error *err)
{
    struct ica_hierarchy *h = b->hierarchy;
    size_t n_clusters = h->n - h->n_chosen;
    h->levels = ica_array_new(MAX_LEVELS, sizeof *h->levels);
    if (!h->levels) {
        return ica_error_nomem(err, "the hierarchy");
    }
    (void)take_level(b, n_clusters, SIZE_MAX);
    size_t max_nodes = h->n_nodes + MAX_MORE_NODES;
    if (take_coarser_levels(b, n_clusters, max_nodes)) {
        take_finer_levels(b, n_clusters, max_nodes);
    }
    return ica_index_sort(h->levels, h->n_levels, compare_numbers, NULL)
               ? ICA_OK
               : ica_error_nomem(err, "the hierarchy");
}

static void find_parents(struct building *b)
{
    const struct ica_hierarchy *h = b->hierarchy;
    for (size_t i = 0; i + 1 < h->n; i++) {
        const size_t children[] = {h->merges[i].left, h->merges[i].right};
        for (size_t side = 0; side < 2; side++) {
            if (children[side] >= h->n) {
                b->parents[children[side] - h->n] = i;
            }
        }
        b->parents[i] = h->n - 1;
        b->turns[i] = NO_LEVEL;
    }
}

static size_t node_size(const struct ica_hierarchy *h, size_t node)
{
    return node < h->n ? 1 : h->merges[node - h->n].size;
}

/* The left part of each group before the right one. */
static void order_leaves(struct building *b)
{
    const struct ica_hierarchy *h = b->hierarchy;
    for (size_t i = h->n - 1; i-- > 0;) {
        const struct ica_merge *merge = h->merges + i;
        b->begins[merge->left] = b->begins[h->n + i];
        b->begins[merge->right] = b->begins[h->n + i] + node_size(h, merge->left);
    }
    for (size_t i = 0; i < h->n; i++) {
        b->leaves[b->begins[i]] = i;
    }
}

static int compare_centrality(const void *context, size_t a, size_t b)
{
    const double *distances = context;
    return (distances[a] > distances[b]) - (distances[a] < distances[b]);
}

/* The members of node number `label` of this turn, the most central first, as in a cluster. */
static enum ica_status fill_node(const struct building *b, const struct ica_centroids *centroids,
                                 size_t label, struct ica_hierarchy_node *node,
                                 struct ica_error *err)
{
    size_t *rows = b->leaves + b->begins[node->node];
    for (size_t i = 0; i < node->size; i++) {
        b->distances[rows[i]] = ica_centroids_member_distance(centroids, rows[i], label);
    }
    node->members = ica_array_new(node->size, sizeof *node->members);
    if (!node->members) {
        return ica_error_nomem(err, "the hierarchy");
    }
    memcpy(node->members, rows, node->size * sizeof *rows);
    if (!ica_index_sort(node->members, node->size, compare_numbers, NULL) ||
        !ica_index_sort(node->members, node->size, compare_centrality, b->distances)) {
        return ica_error_nomem(err, "the hierarchy");
    }
    for (size_t i = 0; i < node->size; i++) {
        node->members[i] = b->order[node->members[i]];
    }
    return ICA_OK;
}

/* Fill the nodes that the level taken at `turn` has brought. None shares a row with another. */
static enum ica_status fill_turn(struct building *b, size_t turn, struct ica_error *err)
{
    struct ica_hierarchy *h = b->hierarchy;
    size_t n_labels = 0;
    struct ica_centroids centroids = {0};
    for (size_t i = 0; i < h->n; i++) {
        b->labels[i] = ICA_NOISE;
    }
    for (size_t k = 0; k < h->n_nodes; k++) {
        const struct ica_hierarchy_node *node = h->nodes + k;
        const size_t *rows = b->leaves + b->begins[node->node];
        if (b->turns[node->node - h->n] != turn) {
            continue;
        }
        for (size_t i = 0; i < node->size; i++) {
            b->labels[rows[i]] = (int32_t)n_labels;
        }
        n_labels++;
    }
    enum ica_status status = ica_clustering_look(b->monitor, h->n, h->n, err);
    if (status) {
        return status;
    }
    status = ica_centroids_init(&centroids, b->rows, b->labels, n_labels, err);
    size_t label = 0;
    for (size_t k = 0; k < h->n_nodes && !status; k++) {
        if (b->turns[h->nodes[k].node - h->n] == turn) {
            status = fill_node(b, &centroids, label++, h->nodes + k, err);
        }
    }
    ica_centroids_clear(&centroids);
    return status;
}

static enum ica_status fill_nodes(struct building *b, struct ica_error *err)
{
    struct ica_hierarchy *h = b->hierarchy;
    size_t n_nodes = 0;
    enum ica_status status = ICA_OK;
    h->nodes = ica_array_new(h->n_nodes, sizeof *h->nodes);
    if (!h->nodes) {
        h->n_nodes = 0;
        return ica_error_nomem(err, "the hierarchy");
    }
    for (size_t i = 0; i + 1 < h->n; i++) {
        if (b->turns[i] != NO_LEVEL) {
            h->nodes[n_nodes++] =
                (struct ica_hierarchy_node){.node = h->n + i, .size = h->merges[i].size};
        }
    }
    for (size_t turn = 0; turn < h->n_levels && !status; turn++) {
        status = fill_turn(b, turn, err);
    }
    return status;
}

/* From canonical rows to those of the result. */
static void rename_rows(struct ica_hierarchy *h, const size_t *order)
{
    for (size_t i = 0; i + 1 < h->n; i++) {
        struct ica_merge *merge = h->merges + i;
        merge->left = merge->left < h->n ? order[merge->left] : merge->left;
        merge->right = merge->right < h->n ? order[merge->right] : merge->right;
    }
}

enum ica_status ica_hierarchy_build(struct ica_hierarchy *out,
                                    const struct ica_partition *partition,
                                    const struct ica_cosine_distance *rows, const size_t *order,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor, struct ica_error *err)
{
    size_t n = partition->n;
    struct building b = {
        .hierarchy = out,
        .rows = rows,
        .order = order,
        .monitor = monitor,
        .parents = ica_array_new(n, sizeof *b.parents),
        .turns = ica_array_new(n, sizeof *b.turns),
        .leaves = ica_array_new(n, sizeof *b.leaves),
        .begins = ica_array_new(2 * n, sizeof *b.begins),
        .labels = ica_array_new(n, sizeof *b.labels),
        .distances = ica_array_new(n, sizeof *b.distances),
    };
    enum ica_status status;
    if (!b.parents || !b.turns || !b.leaves || !b.begins || !b.labels || !b.distances) {
        status = ica_error_nomem(err, "the hierarchy");
        goto out;
    }
    status = build_merges(out, partition, rows, parallel, monitor, err);
    if (status) {
        goto out;
    }
    find_parents(&b);
    status = choose_levels(&b, err);
    if (status) {
        goto out;
    }
    order_leaves(&b);
    status = fill_nodes(&b, err);
    if (!status) {
        rename_rows(out, order);
    }
out:
    free(b.distances);
    free(b.labels);
    free(b.begins);
    free(b.leaves);
    free(b.turns);
    free(b.parents);
    if (status) {
        ica_hierarchy_clear(out);
    }
    return status;
}
