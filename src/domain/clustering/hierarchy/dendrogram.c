/* SPDX-License-Identifier: Apache-2.0 */
/* Some strategies find their groups as a cut of a tree; that tree then is the answer. For all other
 * groups Ward's method makes one: within each group from single rows up to the group, the joins of
 * all groups ordered by cost, and above that from the groups up to one. Joins are in the order in
 * which they are made, so any number of them is a clustering.
 *
 * Average linkage would leave the outliers and small groups alone until the end, so that coarse
 * cuts are one huge group and many tiny ones. 600 photos of 30 kinds of object, cut into the 9
 * kinds that those are of (insects, plants, instruments of music, ...): joining the groups by
 * average linkage came to an adjusted Rand index of 0.03, by Ward's method to 0.29, and the own
 * tree of `auto` to 0.39. */
#include "domain/clustering/hierarchy/dendrogram.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/hierarchy/ward_tree.h"
#include "domain/clustering/index_sort.h"

#define NONE SIZE_MAX

struct groups {
    size_t n;
    size_t n_groups;
    size_t *numbers; /* per row: its group, in the order of the lowest rows */
    size_t *begins;  /* per group, and one more: where its rows begin in `members` */
    size_t *members; /* ascending within a group */
};

static void number_groups(struct groups *groups, const int32_t *labels, size_t n_labels,
                          size_t *known)
{
    for (size_t label = 0; label < n_labels; label++) {
        known[label] = NONE;
    }
    for (size_t i = 0; i < groups->n; i++) {
        bool alone = labels[i] < 0 || (size_t)labels[i] >= n_labels;
        size_t number = alone ? NONE : known[labels[i]];
        if (number == NONE) {
            number = groups->n_groups++;
        }
        if (!alone) {
            known[labels[i]] = number;
        }
        groups->numbers[i] = number;
        groups->begins[number + 1]++;
    }
}

static void sort_members(struct groups *groups, size_t *ends)
{
    for (size_t g = 0; g < groups->n_groups; g++) {
        groups->begins[g + 1] += groups->begins[g];
        ends[g] = groups->begins[g];
    }
    for (size_t i = 0; i < groups->n; i++) {
        groups->members[ends[groups->numbers[i]]++] = i;
    }
}

static void groups_clear(struct groups *groups)
{
    free(groups->numbers);
    free(groups->begins);
    free(groups->members);
}

static enum ica_status groups_init(struct groups *groups, const int32_t *labels, size_t n,
                                   size_t n_labels, struct ica_error *err)
{
    *groups = (struct groups){
        .n = n,
        .numbers = ica_array_new(n, sizeof *groups->numbers),
        .begins = ica_array_new(n + 1, sizeof *groups->begins),
        .members = ica_array_new(n, sizeof *groups->members),
    };
    size_t *scratch = ica_array_new(n > n_labels ? n : n_labels, sizeof *scratch);
    enum ica_status status = ICA_OK;
    if (!groups->numbers || !groups->begins || !groups->members || !scratch) {
        groups_clear(groups);
        status = ica_error_nomem(err, "a dendrogram");
    } else {
        number_groups(groups, labels, n_labels, scratch);
        sort_members(groups, scratch);
    }
    free(scratch);
    return status;
}

/* As many edges of a tree as the groups need join their rows exactly if none crosses groups. */
static bool is_cut(const struct groups *groups, const struct ica_edge *edges)
{
    for (size_t i = 0; i < groups->n - groups->n_groups; i++) {
        if (groups->numbers[edges[i].a] != groups->numbers[edges[i].b]) {
            return false;
        }
    }
    return true;
}

static enum ica_status join_within(const struct groups *groups, const struct ica_means *rows,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_edge *edges, struct ica_error *err)
{
    size_t n_edges = 0;
    for (size_t g = 0; g < groups->n_groups; g++) {
        size_t size = groups->begins[g + 1] - groups->begins[g];
        if (size == 1) {
            continue;
        }
        enum ica_status status = ica_clustering_look(monitor, groups->n, groups->n, err);
        if (!status) {
            status = ica_ward_tree(rows, groups->members + groups->begins[g], size, parallel,
                                   monitor, groups->n, edges + n_edges, err);
        }
        if (status) {
            return status;
        }
        n_edges += size - 1;
    }
    return ica_edges_sort(edges, n_edges, err);
}

static enum ica_status join_groups(const struct groups *groups, const struct ica_means *rows,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_edge *edges, struct ica_error *err)
{
    struct ica_means means = {0};
    size_t n = groups->n_groups;
    size_t *numbers = ica_array_new(n, sizeof *numbers);
    enum ica_status status = ica_clustering_look(monitor, groups->n, groups->n, err);
    if (status) {
        goto out;
    }
    status = numbers ? ica_means_init_groups(&means, rows, groups->members, groups->begins, n, err)
                     : ica_error_nomem(err, "a dendrogram");
    if (status) {
        goto out;
    }
    ica_index_fill(numbers, n);
    status = ica_ward_tree(&means, numbers, n, parallel, monitor, groups->n, edges, err);
    for (size_t i = 0; !status && i + 1 < n; i++) {
        edges[i].a = groups->members[groups->begins[edges[i].a]];
        edges[i].b = groups->members[groups->begins[edges[i].b]];
    }
out:
    ica_means_clear(&means);
    free(numbers);
    return status;
}

enum ica_status ica_dendrogram_build(const struct ica_means *rows, const int32_t *labels,
                                     size_t n_labels, const struct ica_edge *own,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, struct ica_edge *edges,
                                     size_t *n_within, struct ica_error *err)
{
    struct groups groups;
    size_t n = rows->base.n;
    enum ica_status status = groups_init(&groups, labels, n, n_labels, err);
    if (status) {
        return status;
    }
    *n_within = n - groups.n_groups;
    if (own && is_cut(&groups, own)) {
        memcpy(edges, own, (n - 1) * sizeof *edges);
    } else {
        status = join_within(&groups, rows, parallel, monitor, edges, err);
        if (!status) {
            status = join_groups(&groups, rows, parallel, monitor, edges + *n_within, err);
        }
    }
    groups_clear(&groups);
    return status;
}

/* The lowest row of the group that `row` is in; halves the path on the way. */
static size_t find_lowest(size_t *lower, size_t row)
{
    while (lower[row] != row) {
        lower[row] = lower[lower[row]];
        row = lower[row];
    }
    return row;
}

size_t ica_dendrogram_cut(const struct ica_edge *edges, size_t n_merges, size_t n, size_t *groups)
{
    size_t n_groups = 0;
    ica_index_fill(groups, n);
    for (size_t i = 0; i < n_merges; i++) {
        size_t a = find_lowest(groups, edges[i].a);
        size_t b = find_lowest(groups, edges[i].b);
        groups[a > b ? a : b] = a > b ? b : a;
    }
    for (size_t i = 0; i < n; i++) {
        groups[i] = groups[groups[i]]; /* lower rows know theirs already */
    }
    for (size_t i = 0; i < n; i++) {
        groups[i] = groups[i] == i ? n_groups++ : groups[groups[i]];
    }
    return n_groups;
}
