/* SPDX-License-Identifier: Apache-2.0 */
/* Linkage by nearest-neighbour chains (Benzecri 1982; Murtagh 1983, "A survey of recent advances in
 * hierarchical clustering algorithms"). From any group follow nearest neighbours until two groups
 * are each other's nearest: they merge, since no later merge can bring anything nearer to either.
 * That holds for average linkage and for Ward's method ("Hierarchical grouping to optimize an
 * objective function", 1963). Distances are updated in place (Lance and Williams 1967). Merges come
 * out of order and are sorted at the end. O(n^2) time, and no memory beside the matrix but O(n). */
#include "domain/clustering/agglomerative/linkage.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct linkage {
    struct ica_distance_matrix *distances;
    size_t n;
    size_t *groups; /* lowest rows of the groups that remain, ascending */
    size_t n_groups;
    double *sizes; /* per lowest row */
    bool ward;
    size_t *chain;
    size_t chain_length;
};

static double distance(const struct linkage *linkage, size_t a, size_t b)
{
    return *ica_distance_matrix_at(linkage->distances, a, b);
}

/* The group nearest to `group`: `previous` where it is among the nearest, so that chains end, else
 * the lowest of equal ones. */
static size_t nearest_group(const struct linkage *linkage, size_t group, size_t previous)
{
    size_t nearest = previous;
    double least = previous == group ? HUGE_VAL : distance(linkage, group, previous);
    for (size_t i = 0; i < linkage->n_groups; i++) {
        size_t other = linkage->groups[i];
        if (other != group && distance(linkage, group, other) < least) {
            least = distance(linkage, group, other);
            nearest = other;
        }
    }
    return nearest;
}

static void remove_group(struct linkage *linkage, size_t group)
{
    size_t kept = 0;
    for (size_t i = 0; i < linkage->n_groups; i++) {
        if (linkage->groups[i] != group) {
            linkage->groups[kept++] = linkage->groups[i];
        }
    }
    linkage->n_groups = kept;
}

/* The mean of two means. Rounding must not take it outside of them: that nothing comes nearer is
 * what makes chains end and merges come after their parts. */
static double weighted_mean(double x, double size_x, double y, double size_y)
{
    double mean = (size_x * x + size_y * y) / (size_x + size_y);
    return fmin(fmax(mean, fmin(x, y)), fmax(x, y));
}

/* The cost of joining `c` to groups `a` and `b` at once. Rounding must not take it below the nearer
 * of the two, for the same reason. */
static double ward_cost(const struct linkage *linkage, size_t a, size_t b, size_t c)
{
    const double *sizes = linkage->sizes;
    double to_a = distance(linkage, a, c);
    double to_b = distance(linkage, b, c);
    double cost = ((sizes[a] + sizes[c]) * to_a + (sizes[b] + sizes[c]) * to_b -
                   sizes[c] * distance(linkage, a, b)) /
                  (sizes[a] + sizes[b] + sizes[c]);
    return fmax(cost, fmin(to_a, to_b));
}

/* Join two groups under the lower name. */
static struct ica_edge join(struct linkage *linkage, size_t one, size_t other)
{
    size_t a = one < other ? one : other;
    size_t b = one < other ? other : one;
    double height = distance(linkage, a, b);
    remove_group(linkage, b);
    for (size_t i = 0; i < linkage->n_groups; i++) {
        size_t c = linkage->groups[i];
        if (c != a) {
            *ica_distance_matrix_at(linkage->distances, a, c) =
                linkage->ward ? ward_cost(linkage, a, b, c)
                              : weighted_mean(distance(linkage, a, c), linkage->sizes[a],
                                              distance(linkage, b, c), linkage->sizes[b]);
        }
    }
    linkage->sizes[a] += linkage->sizes[b];
    return (struct ica_edge){.a = a, .b = b, .weight = height};
}

static void run_chains(struct linkage *linkage, struct ica_edge *edges)
{
    for (size_t n_edges = 0; n_edges + 1 < linkage->n;) {
        size_t *chain = linkage->chain;
        if (linkage->chain_length == 0) {
            chain[linkage->chain_length++] = linkage->groups[0];
        }
        size_t tip = chain[linkage->chain_length - 1];
        size_t previous = linkage->chain_length > 1 ? chain[linkage->chain_length - 2] : tip;
        size_t nearest = nearest_group(linkage, tip, previous);
        if (nearest == previous) {
            edges[n_edges++] = join(linkage, tip, previous);
            linkage->chain_length -= 2;
        } else {
            chain[linkage->chain_length++] = nearest;
        }
    }
}

/* By Ward's method where there are `weights`, else by average linkage. */
static enum ica_status link_groups(struct ica_distance_matrix *distances, const double *weights,
                                   struct ica_edge *edges, struct ica_error *err)
{
    size_t n = distances->base.n;
    enum ica_status status = ICA_OK;
    struct linkage linkage = {
        .distances = distances,
        .n = n,
        .groups = ica_array_new(n, sizeof *linkage.groups),
        .n_groups = n,
        .sizes = ica_array_new(n, sizeof *linkage.sizes),
        .chain = ica_array_new(n, sizeof *linkage.chain),
        .ward = weights != NULL,
    };
    if (!linkage.groups || !linkage.sizes || !linkage.chain) {
        status = ica_error_nomem(err, "linkage");
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        linkage.groups[i] = i;
        linkage.sizes[i] = weights ? weights[i] : 1;
    }
    run_chains(&linkage, edges);
    status = ica_edges_sort(edges, n - 1, err);
out:
    free(linkage.chain);
    free(linkage.sizes);
    free(linkage.groups);
    return status;
}

enum ica_status ica_average_linkage(struct ica_distance_matrix *distances, struct ica_edge *edges,
                                    struct ica_error *err)
{
    return link_groups(distances, NULL, edges, err);
}

enum ica_status ica_ward_linkage(struct ica_distance_matrix *distances, const double *weights,
                                 struct ica_edge *edges, struct ica_error *err)
{
    return link_groups(distances, weights, edges, err);
}
