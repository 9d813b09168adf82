/* SPDX-License-Identifier: Apache-2.0 */
/* From a spanning tree's edges to a dendrogram, with a union-find forest over the nodes. */
#include "domain/clustering/hierarchy/merge_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"

static int compare_edges(const void *context, size_t a, size_t b)
{
    const struct ica_edge *left = (const struct ica_edge *)context + a;
    const struct ica_edge *right = (const struct ica_edge *)context + b;
    if (left->weight != right->weight) {
        return left->weight < right->weight ? -1 : 1;
    }
    return (int)right->twins - (int)left->twins;
}

enum ica_status ica_edges_sort(struct ica_edge *edges, size_t n_edges, struct ica_error *err)
{
    enum ica_status status = ICA_ENOMEM;
    size_t *order = ica_array_new(n_edges, sizeof *order);
    struct ica_edge *unsorted = ica_array_new(n_edges, sizeof *unsorted);
    if (!order || !unsorted) {
        goto out;
    }
    ica_index_fill(order, n_edges);
    if (!ica_index_sort(order, n_edges, compare_edges, edges)) {
        goto out;
    }
    memcpy(unsorted, edges, n_edges * sizeof *edges);
    for (size_t i = 0; i < n_edges; i++) {
        edges[i] = unsorted[order[i]];
    }
    status = ICA_OK;
out:
    free(unsorted);
    free(order);
    return !status ? ICA_OK : ica_error_nomem(err, "sorting edges");
}

/* The newest group that `node` is in; halves the path on the way. */
static size_t find_group(size_t *parents, size_t node)
{
    while (parents[node] != node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    return node;
}

enum ica_status ica_merge_tree_build(const struct ica_edge *edges, size_t n,
                                     struct ica_merge *merges, struct ica_error *err)
{
    size_t *parents = ica_array_new(2 * n, sizeof *parents);
    if (!parents) {
        return ica_error_nomem(err, "a merge tree");
    }
    ica_index_fill(parents, 2 * n);
    for (size_t i = 0; i + 1 < n; i++) {
        size_t left = find_group(parents, edges[i].a);
        size_t right = find_group(parents, edges[i].b);
        merges[i] = (struct ica_merge){
            .left = left,
            .right = right,
            .height = edges[i].weight,
            .size =
                (left < n ? 1 : merges[left - n].size) + (right < n ? 1 : merges[right - n].size),
        };
        parents[left] = n + i;
        parents[right] = n + i;
    }
    free(parents);
    return ICA_OK;
}
