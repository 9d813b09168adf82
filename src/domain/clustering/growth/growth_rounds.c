/* SPDX-License-Identifier: Apache-2.0 */
/* A round compares up to ROUND_GROUPS groups that are in no cluster with each other and with a
 * sample of the images in clusters, by the pair model that `auto` uses (pair_model.h), and joins
 * them by average linkage (growth_linkage.h). Where there are more, a pass has several rounds, each
 * with every k-th of them by content; what was born in one is there for the next. Those that no
 * round of the pass could place meet in another pass, of PASSES at most.
 *
 * Of the known images in no cluster only those that are nearest to something new are looked at. So
 * the time is linear in the new images for a set of a given size: O(s^3) for a round of s images,
 * beside the search for what is near. */
#include "domain/clustering/growth/growth_rounds.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/auto/pair_model.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/growth/growth_linkage.h"
#include "domain/clustering/growth/growth_sample.h"
#include "domain/vectors/distance_matrix.h"

#define ROUND_GROUPS 512
#define GROUP_PLACES 4 /* of a group in no cluster that are looked at */
#define LEAST_RESTING                                                                              \
    512 /* known images in no cluster that are looked at, if there are so many                     \
         */
#define PASSES 4
#define NOBODY SIZE_MAX

struct rounds {
    const struct ica_growth_scene *scene;
    struct ica_growth_groups *groups;
    size_t n; /* places */
    size_t n_units;
    /* Of the pass */
    size_t *pending; /* per unit, right for roots: number of the group that is looked at; NOBODY */
    size_t *seen;    /* per unit, right for roots: places of the group so far */
    size_t n_pending;
    /* Of the round */
    int32_t *labels;    /* per place: number of the cluster, or -1 */
    bool *chosen;       /* per place */
    size_t *node_of;    /* per unit, right for roots */
    size_t *set;        /* places, ascending */
    size_t *nodes;      /* per element of `set` */
    size_t *node_units; /* per node */
    size_t *open;       /* places */
};

static size_t root_at(const struct rounds *r, size_t place)
{
    return ica_disjoint_sets_root(&r->groups->sets, r->scene->units[place]);
}

static void forget(size_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = NOBODY;
    }
}

/* Places of groups of one kind go into `places`. Returns how many. */
static size_t places_of_kind(const struct rounds *r, enum ica_growth_kind kind, size_t *places)
{
    size_t n = 0;
    for (size_t place = 0; place < r->n; place++) {
        if (r->groups->kinds[root_at(r, place)] == kind) {
            places[n++] = place;
        }
    }
    return n;
}

/* Number the groups to be placed: the open ones and what rests near them, by their lowest place. */
static enum ica_status list_pending(struct rounds *r, struct ica_error *err)
{
    size_t *resting = r->set; /* not in use yet */
    size_t n_open = places_of_kind(r, ICA_GROWTH_OPEN, r->open);
    size_t n_resting = places_of_kind(r, ICA_GROWTH_RESTING, resting);
    size_t most = n_open > LEAST_RESTING ? n_open : LEAST_RESTING;
    r->n_pending = 0;
    if (n_open == 0) {
        return ICA_OK;
    }
    size_t n_near = ica_growth_nearest_resting(r->scene->rows, r->open, n_open, resting, n_resting,
                                               most, r->scene->parallel);
    if (n_near == 0 && n_resting > 0) {
        return ica_error_nomem(err, "growing groups");
    }
    forget(r->pending, r->n_units);
    size_t next_open = 0;
    size_t next_near = 0;
    for (size_t place = 0; place < r->n; place++) {
        bool is_open = next_open < n_open && r->open[next_open] == place;
        bool is_near = next_near < n_near && resting[next_near] == place;
        size_t root = root_at(r, place);
        if ((is_open || is_near) && r->pending[root] == NOBODY) {
            r->pending[root] = r->n_pending++;
        }
        next_open += is_open;
        next_near += is_near;
    }
    return ICA_OK;
}

/* Number the clusters by their lowest place; `node_of` is not in use yet. Returns how many. */
static size_t label_clusters(struct rounds *r)
{
    size_t n_clusters = 0;
    forget(r->node_of, r->n_units);
    for (size_t place = 0; place < r->n; place++) {
        size_t root = root_at(r, place);
        r->labels[place] = -1;
        if (r->groups->kinds[root] == ICA_GROWTH_CLUSTER) {
            if (r->node_of[root] == NOBODY) {
                r->node_of[root] = n_clusters++;
            }
            r->labels[place] = (int32_t)r->node_of[root];
        }
    }
    return n_clusters;
}

/* The places of the round's groups, a few of each. Returns how many. */
static size_t choose_open(struct rounds *r, size_t round, size_t n_rounds)
{
    size_t n_open = 0;
    for (size_t u = 0; u < r->n_units; u++) {
        r->seen[u] = 0;
    }
    for (size_t place = 0; place < r->n; place++) {
        size_t root = root_at(r, place);
        bool is_in = r->pending[root] != NOBODY && r->pending[root] % n_rounds == round;
        r->chosen[place] = is_in && r->seen[root]++ < GROUP_PLACES;
        if (r->chosen[place]) {
            r->open[n_open++] = place;
        }
    }
    return n_open;
}

/* From what is chosen to a set and its nodes. */
static size_t list_set(struct rounds *r, size_t *n_nodes)
{
    size_t n = 0;
    *n_nodes = 0;
    forget(r->node_of, r->n_units);
    for (size_t place = 0; place < r->n; place++) {
        if (!r->chosen[place]) {
            continue;
        }
        size_t root = root_at(r, place);
        if (r->node_of[root] == NOBODY) {
            r->node_units[*n_nodes] = root;
            r->node_of[root] = (*n_nodes)++;
        }
        r->nodes[n] = r->node_of[root];
        r->set[n++] = place;
    }
    return n;
}

/* Compare the set's images and join what belongs together. */
static enum ica_status link_set(struct rounds *r, size_t n, size_t n_nodes, struct ica_error *err)
{
    const struct ica_growth_scene *scene = r->scene;
    struct ica_pair_model model = {0};
    struct ica_distance_matrix distances = {0};
    enum ica_status status = ica_distance_matrix_init(&distances, n, err);
    if (!status) {
        status = ica_pair_model_init(&model, &scene->rows->base,
                                     scene->classes ? &scene->classes->base : NULL, r->set, n,
                                     scene->parallel, &distances, err);
    }
    if (!status) {
        status = ica_growth_linkage(&distances, r->nodes, r->node_units, n_nodes, r->groups, err);
    }
    ica_distance_matrix_clear(&distances);
    ica_pair_model_clear(&model);
    return status;
}

/* Open groups of the round that have two places and more become clusters. */
static void settle(struct rounds *r)
{
    for (size_t u = 0; u < r->n_units; u++) {
        r->seen[u] = 0;
    }
    for (size_t place = 0; place < r->n; place++) {
        size_t root = root_at(r, place);
        if (++r->seen[root] == 2 && r->node_of[root] != NOBODY &&
            r->groups->kinds[root] == ICA_GROWTH_OPEN) {
            r->groups->kinds[root] = ICA_GROWTH_CLUSTER;
        }
    }
}

static enum ica_status run_round(struct rounds *r, size_t round, size_t n_rounds,
                                 struct ica_error *err)
{
    size_t n_nodes;
    size_t n_clusters = label_clusters(r);
    size_t n_open = choose_open(r, round, n_rounds);
    enum ica_status status = ica_clustering_look(r->scene->monitor, round, n_rounds, err);
    if (!status) {
        status = ica_growth_sample(r->scene->rows, r->labels, n_clusters, r->open, n_open,
                                   r->scene->parallel, r->chosen, err);
    }
    if (!status) {
        size_t n = list_set(r, &n_nodes);
        status = n > 1 ? link_set(r, n, n_nodes, err) : ICA_OK;
    }
    return status;
}

static enum ica_status run_passes(struct rounds *r, struct ica_error *err)
{
    size_t before = NOBODY;
    for (size_t pass = 0; pass < PASSES; pass++) {
        enum ica_status status = list_pending(r, err);
        size_t n_rounds = (r->n_pending + ROUND_GROUPS - 1) / ROUND_GROUPS;
        if (status || r->n_pending >= before) {
            return status;
        }
        before = r->n_pending;
        for (size_t round = 0; round < n_rounds; round++) {
            status = run_round(r, round, n_rounds, err);
            if (status) {
                return status;
            }
            settle(r);
        }
        if (n_rounds < 2) {
            return ICA_OK;
        }
    }
    return ICA_OK;
}

enum ica_status ica_growth_rounds(const struct ica_growth_scene *scene,
                                  struct ica_growth_groups *groups, struct ica_error *err)
{
    size_t n = scene->rows->base.n;
    size_t n_units = groups->sets.n;
    struct rounds r = {
        .scene = scene,
        .groups = groups,
        .n = n,
        .n_units = n_units,
        .pending = ica_array_new(n_units, sizeof *r.pending),
        .seen = ica_array_new(n_units, sizeof *r.seen),
        .labels = ica_array_new(n, sizeof *r.labels),
        .chosen = ica_array_new(n, sizeof *r.chosen),
        .node_of = ica_array_new(n_units, sizeof *r.node_of),
        .set = ica_array_new(n, sizeof *r.set),
        .nodes = ica_array_new(n, sizeof *r.nodes),
        .node_units = ica_array_new(n, sizeof *r.node_units),
        .open = ica_array_new(n, sizeof *r.open),
    };
    enum ica_status status;
    if (!r.pending || !r.seen || !r.labels || !r.chosen || !r.node_of || !r.set || !r.nodes ||
        !r.node_units || !r.open) {
        status = ica_error_nomem(err, "growing groups");
    } else {
        status = run_passes(&r, err);
    }
    free(r.open);
    free(r.node_units);
    free(r.nodes);
    free(r.set);
    free(r.node_of);
    free(r.chosen);
    free(r.labels);
    free(r.seen);
    free(r.pending);
    return status;
}
