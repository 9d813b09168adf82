/* SPDX-License-Identifier: Apache-2.0 */
/* Condensing the single linkage tree (Campello, Moulavi, Sander 2013; McInnes and Healy 2017): a
 * walk from the root, level by level, so that clusters are numbered as they are born. O(n). */
#include "domain/clustering/density/condensed_tree.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* A node of the merge tree that is part of a cluster. */
struct visit {
    size_t node;
    size_t cluster;
};

struct walk {
    struct ica_condensed_tree *tree;
    const struct ica_merge *merges;
    size_t min_cluster_size;
    struct visit *queue; /* nodes still to split; each node enters once at most */
    size_t n_queued;
    size_t *stack; /* nodes of a part whose rows leave */
};

static size_t node_size(const struct walk *walk, size_t node)
{
    return node < walk->tree->n ? 1 : walk->merges[node - walk->tree->n].size;
}

static void row_leaves(struct walk *walk, size_t row, size_t cluster, double lambda)
{
    struct ica_condensed_cluster *c = walk->tree->clusters + cluster;
    walk->tree->row_clusters[row] = cluster;
    walk->tree->row_lambdas[row] = lambda;
    c->death = fmax(c->death, lambda);
    if (lambda > c->birth) {
        c->stability += lambda - c->birth;
    }
}

static void part_leaves(struct walk *walk, size_t node, size_t cluster, double lambda)
{
    size_t n = walk->tree->n;
    size_t depth = 0;
    walk->stack[depth++] = node;
    while (depth > 0) {
        size_t top = walk->stack[--depth];
        if (top < n) {
            row_leaves(walk, top, cluster, lambda);
        } else {
            walk->stack[depth++] = walk->merges[top - n].right;
            walk->stack[depth++] = walk->merges[top - n].left;
        }
    }
}

/* Continue with `node`, which is large enough, as part of `cluster`. */
static void part_stays(struct walk *walk, size_t node, size_t cluster)
{
    walk->queue[walk->n_queued++] = (struct visit){.node = node, .cluster = cluster};
}

static void cluster_begins(struct walk *walk, size_t node, size_t parent, double lambda)
{
    struct ica_condensed_tree *tree = walk->tree;
    struct ica_condensed_cluster *p = tree->clusters + parent;
    size_t size = node_size(walk, node);
    size_t cluster = tree->n_clusters++;
    tree->clusters[cluster] = (struct ica_condensed_cluster){
        .parent = parent,
        .size = size,
        .birth = lambda,
    };
    p->child = p->child ? p->child : cluster;
    p->death = fmax(p->death, lambda);
    if (lambda > p->birth) {
        p->stability += (lambda - p->birth) * (double)size;
    }
    part_stays(walk, node, cluster);
}

static void split(struct walk *walk, struct visit visit)
{
    const struct ica_merge *merge = walk->merges + (visit.node - walk->tree->n);
    double lambda = merge->height > 0 ? 1 / merge->height : HUGE_VAL;
    bool left_lives = node_size(walk, merge->left) >= walk->min_cluster_size;
    bool right_lives = node_size(walk, merge->right) >= walk->min_cluster_size;
    if (left_lives && right_lives) {
        cluster_begins(walk, merge->left, visit.cluster, lambda);
        cluster_begins(walk, merge->right, visit.cluster, lambda);
        return;
    }
    if (left_lives) {
        part_stays(walk, merge->left, visit.cluster);
    } else {
        part_leaves(walk, merge->left, visit.cluster, lambda);
    }
    if (right_lives) {
        part_stays(walk, merge->right, visit.cluster);
    } else {
        part_leaves(walk, merge->right, visit.cluster, lambda);
    }
}

enum ica_status ica_condensed_tree_init(struct ica_condensed_tree *tree,
                                        const struct ica_merge *merges, size_t n,
                                        size_t min_cluster_size, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    *tree = (struct ica_condensed_tree){
        .n = n,
        .n_clusters = 1,
        .clusters = ica_array_new(n, sizeof *tree->clusters),
        .row_clusters = ica_array_new(n, sizeof *tree->row_clusters),
        .row_lambdas = ica_array_new(n, sizeof *tree->row_lambdas),
    };
    struct walk walk = {
        .tree = tree,
        .merges = merges,
        .min_cluster_size = min_cluster_size,
        .queue = ica_array_new(n, sizeof *walk.queue),
        .stack = ica_array_new(n, sizeof *walk.stack),
    };
    if (!tree->clusters || !tree->row_clusters || !tree->row_lambdas || !walk.queue ||
        !walk.stack) {
        ica_condensed_tree_clear(tree);
        status = ica_error_nomem(err, "a condensed tree");
        goto out;
    }
    tree->clusters[0].size = n;
    part_stays(&walk, 2 * n - 2, 0);
    for (size_t i = 0; i < walk.n_queued; i++) {
        split(&walk, walk.queue[i]);
    }
out:
    free(walk.stack);
    free(walk.queue);
    return status;
}

void ica_condensed_tree_clear(struct ica_condensed_tree *tree)
{
    free(tree->clusters);
    free(tree->row_clusters);
    free(tree->row_lambdas);
    *tree = (struct ica_condensed_tree){0};
}
