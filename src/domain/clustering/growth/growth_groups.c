/* SPDX-License-Identifier: Apache-2.0 */
/* Union-find over units, with the units of a group in a ring to look through its decisions. */
#include "domain/clustering/growth/growth_groups.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"

enum ica_status ica_growth_groups_init(struct ica_growth_groups *groups,
                                       const struct ica_constraints *constraints,
                                       struct ica_error *err)
{
    size_t n = constraints->n_units;
    *groups = (struct ica_growth_groups){
        .constraints = constraints,
        .next = ica_array_new(n, sizeof *groups->next),
        .kinds = ica_array_new(n, sizeof *groups->kinds),
    };
    enum ica_status status = groups->next && groups->kinds
                                 ? ica_disjoint_sets_init(&groups->sets, n, err)
                                 : ica_error_nomem(err, "groups that grow");
    if (status) {
        ica_growth_groups_clear(groups);
        return status;
    }
    ica_index_fill(groups->next, n);
    for (size_t u = 0; u < n; u++) {
        groups->kinds[u] =
            constraints->clusters[u] == ICA_NO_CLUSTER ? ICA_GROWTH_RESTING : ICA_GROWTH_CLUSTER;
    }
    return ICA_OK;
}

enum ica_growth_kind ica_growth_groups_kind(const struct ica_growth_groups *groups, size_t unit)
{
    return groups->kinds[ica_disjoint_sets_root(&groups->sets, unit)];
}

void ica_growth_groups_set_kind(struct ica_growth_groups *groups, size_t unit,
                                enum ica_growth_kind kind)
{
    groups->kinds[ica_disjoint_sets_root(&groups->sets, unit)] = kind;
}

/* Whether a unit of the group of `a` is to be kept apart from one whose root is `b`. */
static bool are_apart(const struct ica_growth_groups *groups, size_t a, size_t b)
{
    const struct ica_constraints *c = groups->constraints;
    size_t unit = a;
    do {
        for (size_t i = c->apart_begins[unit]; i < c->apart_begins[unit + 1]; i++) {
            if (ica_disjoint_sets_root(&groups->sets, c->apart[i]) == b) {
                return true;
            }
        }
        unit = groups->next[unit];
    } while (unit != a);
    return false;
}

bool ica_growth_groups_may_join(const struct ica_growth_groups *groups, size_t a, size_t b)
{
    const struct ica_constraints *c = groups->constraints;
    size_t root_a = ica_disjoint_sets_root(&groups->sets, a);
    size_t root_b = ica_disjoint_sets_root(&groups->sets, b);
    if (root_a == root_b || (groups->kinds[root_a] == ICA_GROWTH_CLUSTER &&
                             groups->kinds[root_b] == ICA_GROWTH_CLUSTER)) {
        return false;
    }
    if (c->apart_begins[c->n_units] == 0) {
        return true; /* nothing is to be kept apart */
    }
    return groups->sets.sizes[root_a] <= groups->sets.sizes[root_b]
               ? !are_apart(groups, root_a, root_b)
               : !are_apart(groups, root_b, root_a);
}

void ica_growth_groups_join(struct ica_growth_groups *groups, size_t a, size_t b)
{
    enum ica_growth_kind x = ica_growth_groups_kind(groups, a);
    enum ica_growth_kind y = ica_growth_groups_kind(groups, b);
    if (ica_disjoint_sets_join(&groups->sets, a, b)) {
        size_t after_a = groups->next[a];
        groups->next[a] = groups->next[b];
        groups->next[b] = after_a;
        ica_growth_groups_set_kind(groups, a, x > y ? x : y);
    }
}

void ica_growth_groups_clear(struct ica_growth_groups *groups)
{
    ica_disjoint_sets_clear(&groups->sets);
    free(groups->next);
    free(groups->kinds);
    *groups = (struct ica_growth_groups){0};
}
