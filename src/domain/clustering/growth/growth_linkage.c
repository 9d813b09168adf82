/* SPDX-License-Identifier: Apache-2.0 */
/* Agglomeration with constraints (Davidson, Ravi 2005), where clusters that there are never join
 * each other. The gain of a join is the mean log-odds over the pairs that it brings together,
 * beyond the threshold; the best one is done, until none gains. An image that is like a cluster,
 * but more like other new ones, first joins those, and then all of them together are compared with
 * the cluster: so new kinds are born beside old ones that resemble them.
 *
 * Each node knows its best partner, which is looked up again only if that has changed: O(k^2) for k
 * nodes in all but contrived cases, beside O(n^2) for the sums. */
#include "domain/clustering/growth/growth_linkage.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* A group's images differ, so that one that belongs is like some and unlike others. Tried from -0.5
 * to -1.6 on sets of clothes and of objects, 70 % clustered before: lower is a little better where
 * all that comes belongs to a cluster, higher where three tenths of the kinds are new; this is good
 * at either. */
#define LEAST_LOG_ODDS (-0.65)
#define NOBODY         SIZE_MAX

struct linkage {
    struct ica_growth_groups *groups;
    const size_t *units;
    size_t n;
    double *sums;     /* n x n: log-odds of the pairs between two nodes */
    double *sizes;    /* per node: rows; 0 for one that has joined another */
    size_t *partners; /* per node: with the largest gain, the lowest of equal ones; or NOBODY */
    double *gains;    /* per node: of joining that; not above 0 if there is none */
};

static void sum_up(struct linkage *l, const struct ica_distance_matrix *distances,
                   const size_t *nodes)
{
    for (size_t i = 0; i < distances->base.n; i++) {
        l->sizes[nodes[i]]++;
        for (size_t j = i + 1; j < distances->base.n; j++) {
            double log_odds = -*ica_distance_matrix_at(distances, i, j);
            l->sums[nodes[i] * l->n + nodes[j]] += log_odds;
            if (nodes[i] != nodes[j]) {
                l->sums[nodes[j] * l->n + nodes[i]] += log_odds;
            }
        }
    }
}

static enum ica_growth_kind kind_of(const struct linkage *l, size_t node)
{
    return ica_growth_groups_kind(l->groups, l->units[node]);
}

/* What joining gains; -HUGE_VAL if they may not. */
static double gain(const struct linkage *l, size_t a, size_t b)
{
    enum ica_growth_kind x = kind_of(l, a);
    enum ica_growth_kind y = kind_of(l, b);
    if (a == b || l->sizes[b] == 0 || (x != ICA_GROWTH_OPEN && y != ICA_GROWTH_OPEN)) {
        return -HUGE_VAL;
    }
    double gained = l->sums[a * l->n + b] / (l->sizes[a] * l->sizes[b]) - LEAST_LOG_ODDS;
    return gained > 0 && ica_growth_groups_may_join(l->groups, l->units[a], l->units[b])
               ? gained
               : -HUGE_VAL;
}

static void find_partner(struct linkage *l, size_t node)
{
    l->partners[node] = NOBODY;
    l->gains[node] = -HUGE_VAL;
    for (size_t other = 0; other < l->n && l->sizes[node] > 0; other++) {
        double gained = gain(l, node, other);
        if (gained > l->gains[node]) {
            l->gains[node] = gained;
            l->partners[node] = other;
        }
    }
}

/* `b` becomes part of `a`. */
static void join(struct linkage *l, size_t a, size_t b)
{
    ica_growth_groups_join(l->groups, l->units[a], l->units[b]);
    for (size_t other = 0; other < l->n; other++) {
        l->sums[a * l->n + other] += l->sums[b * l->n + other];
        l->sums[other * l->n + a] = l->sums[a * l->n + other];
    }
    l->sizes[a] += l->sizes[b];
    l->sizes[b] = 0;
    l->partners[b] = NOBODY;
    l->gains[b] = -HUGE_VAL;
    find_partner(l, a);
    for (size_t other = 0; other < l->n; other++) {
        if (other == a || l->sizes[other] == 0) {
            continue;
        }
        double gained = gain(l, other, a);
        if (l->partners[other] == a || l->partners[other] == b) {
            find_partner(l, other);
        } else if (gained > l->gains[other] ||
                   (gained == l->gains[other] && a < l->partners[other])) {
            l->gains[other] = gained;
            l->partners[other] = gained > 0 ? a : NOBODY;
        }
    }
}

static void join_all(struct linkage *l)
{
    for (size_t node = 0; node < l->n; node++) {
        find_partner(l, node);
    }
    for (;;) {
        size_t best = 0;
        for (size_t node = 1; node < l->n; node++) {
            best = l->gains[node] > l->gains[best] ? node : best;
        }
        size_t partner = l->partners[best];
        if (partner == NOBODY) {
            return;
        }
        join(l, best < partner ? best : partner, best < partner ? partner : best);
    }
}

enum ica_status ica_growth_linkage(const struct ica_distance_matrix *distances, const size_t *nodes,
                                   const size_t *units, size_t n_nodes,
                                   struct ica_growth_groups *groups, struct ica_error *err)
{
    struct linkage l = {
        .groups = groups,
        .units = units,
        .n = n_nodes,
        .sums = ica_array_new(n_nodes, n_nodes * sizeof *l.sums),
        .sizes = ica_array_new(n_nodes, sizeof *l.sizes),
        .partners = ica_array_new(n_nodes, sizeof *l.partners),
        .gains = ica_array_new(n_nodes, sizeof *l.gains),
    };
    enum ica_status status = ICA_OK;
    if (!l.sums || !l.sizes || !l.partners || !l.gains) {
        status = ica_error_nomem(err, "growing groups");
    } else if (n_nodes > 0) {
        sum_up(&l, distances, nodes);
        join_all(&l);
    }
    free(l.gains);
    free(l.partners);
    free(l.sizes);
    free(l.sums);
    return status;
}
