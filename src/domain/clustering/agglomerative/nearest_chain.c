/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest-neighbour chain (Benzecri 1982; Murtagh 1983; Muellner 2011, "Modern hierarchical,
 * agglomerative clustering algorithms"), without a matrix. From any group follow nearest neighbours
 * until two groups are each other's nearest: they merge, since no later merge can bring anything
 * nearer to either ("reducibility": average and complete linkage and Ward's method have it). Merges
 * come out of order and are sorted at the end.
 *
 * For the same reason a neighbour that was found stays the nearest until it joins another group
 * itself. So first all points are searched for in blocks, where each other point that is read from
 * memory serves several; the chain then takes what is known and searches where the neighbour has
 * changed, for the next such groups in the same pass as for its tip.
 *
 * At most 3 n searches of the chain's own, whatever the points: O(n^2) distances, O(n) memory
 * beside the metric's. Distances fall along the chain, a group that is as near as the one before it
 * in the chain does not replace that, and a merge is never lower than those of its parts; so
 * rounding can neither make the chain endless nor a tree that turns back. Threads share out whole
 * searches, whose best are compared in a fixed order. */
#include "domain/clustering/agglomerative/nearest_chain.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/index_sort.h"

#define OTHERS_A_TASK 256
#define WAVE          2 /* blocks per worker between two looks at the monitor */

struct agglomeration {
    struct ica_group_metric *metric;
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    size_t *groups; /* lowest points of the groups that remain, ascending */
    size_t n_groups;
    struct ica_nearest_group *nearest; /* per group: what was found last */
    size_t *versions;                  /* per group: how often it has changed or ceased to be */
    size_t *seen;                      /* per group: the version of its nearest that was found */
    double *heights;                   /* per group: at which it was made */
    size_t *chain;
    size_t chain_length;
    struct ica_nearest_group *found; /* per task, ICA_GROUP_METRIC_ROWS each */
    size_t wanted[ICA_GROUP_METRIC_ROWS];
    size_t n_wanted;
    size_t first_block; /* of this wave */
};

static bool is_known(const struct agglomeration *a, size_t group)
{
    const struct ica_nearest_group *nearest = a->nearest + group;
    return nearest->distance < HUGE_VAL && a->seen[group] == a->versions[nearest->group];
}

static void know(struct agglomeration *a, size_t group, struct ica_nearest_group nearest)
{
    a->nearest[group] = nearest;
    a->seen[group] = a->versions[nearest.group];
}

/* The points of one block among all points. */
static void search_block(void *context, size_t task)
{
    struct agglomeration *a = context;
    size_t first = (a->first_block + task) * ICA_GROUP_METRIC_ROWS;
    size_t n = ica_size_min(ICA_GROUP_METRIC_ROWS, a->metric->n - first);
    for (size_t i = first; i < first + n; i++) {
        a->nearest[i] = (struct ica_nearest_group){.distance = HUGE_VAL};
    }
    a->metric->search(a->metric, a->groups + first, n, a->groups, a->n_groups, a->nearest + first);
}

static enum ica_status search_all(struct agglomeration *a, struct ica_error *err)
{
    size_t n = a->metric->n;
    size_t n_blocks = (n + ICA_GROUP_METRIC_ROWS - 1) / ICA_GROUP_METRIC_ROWS;
    size_t wave = WAVE * (a->parallel ? a->parallel->n_workers : 1);
    for (a->first_block = 0; a->first_block < n_blocks; a->first_block += wave) {
        size_t n_done = (a->metric->known ? n : a->first_block * ICA_GROUP_METRIC_ROWS) / 2;
        enum ica_status status = ica_clustering_look(a->monitor, n_done, n, err);
        if (status) {
            return status;
        }
        ica_parallel_run(a->parallel, ica_size_min(wave, n_blocks - a->first_block), search_block,
                         a);
    }
    return ICA_OK;
}

/* The wanted groups among some of the others. */
static void search_others(void *context, size_t task)
{
    const struct agglomeration *a = context;
    struct ica_nearest_group *found = a->found + task * ICA_GROUP_METRIC_ROWS;
    size_t first = task * OTHERS_A_TASK;
    size_t n = ica_size_min(OTHERS_A_TASK, a->n_groups - first);
    for (size_t i = 0; i < a->n_wanted; i++) {
        found[i] = (struct ica_nearest_group){.distance = HUGE_VAL};
    }
    a->metric->search(a->metric, a->wanted, a->n_wanted, a->groups + first, n, found);
}

/* Where `group` is among those that remain. */
static size_t place_of(const struct agglomeration *a, size_t group)
{
    size_t low = 0;
    size_t high = a->n_groups;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (a->groups[middle] <= group) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Learn the nearest of `tip`, and of the next groups whose nearest is not known. */
static void search(struct agglomeration *a, size_t tip)
{
    size_t most = a->metric->known ? 1 : ICA_GROUP_METRIC_ROWS;
    a->wanted[0] = tip;
    a->n_wanted = 1;
    for (size_t place = place_of(a, tip) + 1; place < a->n_groups && a->n_wanted < most; place++) {
        if (!is_known(a, a->groups[place])) {
            a->wanted[a->n_wanted++] = a->groups[place];
        }
    }
    size_t n_tasks = (a->n_groups + OTHERS_A_TASK - 1) / OTHERS_A_TASK;
    ica_parallel_run(n_tasks > 1 ? a->parallel : NULL, n_tasks, search_others, a);
    for (size_t i = 0; i < a->n_wanted; i++) {
        struct ica_nearest_group best = a->found[i];
        for (size_t task = 1; task < n_tasks; task++) {
            const struct ica_nearest_group *found = a->found + task * ICA_GROUP_METRIC_ROWS + i;
            best = found->distance < best.distance ? *found : best;
        }
        know(a, a->wanted[i], best);
    }
}

/* Two groups become one under the lower name. */
static enum ica_status join(struct agglomeration *a, size_t one, size_t other, double distance,
                            struct ica_edge *edge, struct ica_error *err)
{
    size_t low = ica_size_min(one, other);
    size_t high = one < other ? other : one;
    double height = fmax(distance, fmax(a->heights[low], a->heights[high]));
    *edge = (struct ica_edge){.a = low, .b = high, .weight = height};
    size_t place = place_of(a, high);
    a->n_groups--;
    memmove(a->groups + place, a->groups + place + 1, (a->n_groups - place) * sizeof *a->groups);
    a->heights[low] = height;
    a->versions[low]++;
    a->versions[high]++;
    a->nearest[low].distance = HUGE_VAL;
    return a->metric->join(a->metric, low, high, a->groups, a->n_groups, err);
}

/* Go one step along the chain, or merge its last two groups. */
static enum ica_status step(struct agglomeration *a, struct ica_edge *edges, size_t *n_edges,
                            struct ica_error *err)
{
    size_t *chain = a->chain;
    if (a->chain_length == 0) {
        chain[a->chain_length++] = a->groups[0];
    }
    size_t tip = chain[a->chain_length - 1];
    if (!is_known(a, tip)) {
        size_t n_done = (a->metric->n + *n_edges) / 2;
        enum ica_status status = ica_clustering_look(a->monitor, n_done, a->metric->n, err);
        if (status) {
            return status;
        }
        search(a, tip);
    }
    if (a->chain_length > 1) {
        size_t previous = chain[a->chain_length - 2];
        double distance = a->metric->distance(a->metric, tip, previous);
        if (distance <= a->nearest[tip].distance) {
            a->chain_length -= 2;
            return join(a, tip, previous, distance, edges + (*n_edges)++, err);
        }
    }
    chain[a->chain_length++] = a->nearest[tip].group;
    return ICA_OK;
}

static enum ica_status run(struct agglomeration *a, struct ica_edge *edges, struct ica_error *err)
{
    size_t n_edges = 0;
    enum ica_status status = search_all(a, err);
    for (size_t i = 0; i < a->n_groups && !status; i++) {
        know(a, i, a->nearest[i]);
    }
    while (!status && n_edges + 1 < a->metric->n) {
        status = step(a, edges, &n_edges, err);
    }
    return status ? status : ica_edges_sort(edges, n_edges, err);
}

enum ica_status ica_nearest_chain(struct ica_group_metric *metric, struct ica_parallel *parallel,
                                  const struct ica_monitor *monitor, struct ica_edge *edges,
                                  struct ica_error *err)
{
    size_t n = metric->n;
    size_t n_tasks = n / OTHERS_A_TASK + 1;
    enum ica_status status;
    struct agglomeration a = {
        .metric = metric,
        .parallel = parallel,
        .monitor = monitor,
        .groups = ica_array_new(n, sizeof *a.groups),
        .n_groups = n,
        .nearest = ica_array_new(n, sizeof *a.nearest),
        .versions = ica_array_new(n, sizeof *a.versions),
        .seen = ica_array_new(n, sizeof *a.seen),
        .heights = ica_array_new(n, sizeof *a.heights),
        .chain = ica_array_new(n, sizeof *a.chain),
        .found = ica_array_new(n_tasks, ICA_GROUP_METRIC_ROWS * sizeof *a.found),
    };
    if (!a.groups || !a.nearest || !a.versions || !a.seen || !a.heights || !a.chain || !a.found) {
        status = ica_error_nomem(err, "linkage");
    } else {
        ica_index_fill(a.groups, n);
        status = n > 1 ? run(&a, edges, err) : ICA_OK;
    }
    free(a.found);
    free(a.chain);
    free(a.heights);
    free(a.seen);
    free(a.versions);
    free(a.nearest);
    free(a.groups);
    return status;
}
