/* SPDX-License-Identifier: Apache-2.0 */
/* Selection of clusters. Excess of mass takes the set of disjoint clusters with the largest sum of
 * stabilities (Campello, Moulavi, Sander 2013), found from the leaves up; the leaf method takes the
 * leaves. The distance threshold is that of Malzer and Baum (2020), "A hybrid approach to
 * hierarchical density-based cluster selection". Parents come before children in the tree, so
 * loops over the numbers replace recursion. O(number of clusters). */
#include "domain/clustering/density/cluster_selection.h"

#include <stdlib.h>

#include "base/memory.h"

static void select_by_mass(const struct ica_condensed_tree *tree, bool *selected, double *masses)
{
    for (size_t c = tree->n_clusters; c-- > 1;) {
        size_t child = tree->clusters[c].child;
        double below = child ? masses[child] + masses[child + 1] : 0;
        selected[c] = below <= masses[c];
        masses[c] = selected[c] ? masses[c] : below;
    }
}

static void select_leaves(const struct ica_condensed_tree *tree, bool *selected)
{
    for (size_t c = 1; c < tree->n_clusters; c++) {
        selected[c] = tree->clusters[c].child == 0;
    }
}

/* The nearest ancestor of `cluster` (or itself) that is born at a distance over `epsilon`, but not
 * the root. */
static size_t climb(const struct ica_condensed_tree *tree, size_t cluster, double epsilon)
{
    while (tree->clusters[cluster].parent != 0 && 1 / tree->clusters[cluster].birth <= epsilon) {
        cluster = tree->clusters[cluster].parent;
    }
    return cluster;
}

static void merge_below_epsilon(const struct ica_condensed_tree *tree, double epsilon,
                                bool *selected)
{
    for (size_t c = tree->n_clusters; c-- > 1;) {
        if (selected[c] && 1 / tree->clusters[c].birth < epsilon) {
            selected[c] = false;
            selected[climb(tree, c, epsilon)] = true;
        }
    }
}

/* Of clusters within one another keep the outermost. */
static void keep_outermost(const struct ica_condensed_tree *tree, bool *selected, bool *covered)
{
    for (size_t c = 1; c < tree->n_clusters; c++) {
        covered[c] = covered[tree->clusters[c].parent] || selected[tree->clusters[c].parent];
        selected[c] = selected[c] && !covered[c];
    }
}

enum ica_status ica_clusters_select(const struct ica_condensed_tree *tree,
                                    enum ica_selection selection, double epsilon, bool *selected,
                                    double *masses, struct ica_error *err)
{
    bool *covered = ica_array_new(tree->n_clusters, sizeof *covered);
    if (!covered) {
        return ica_error_nomem(err, "selecting clusters");
    }
    for (size_t c = 0; c < tree->n_clusters; c++) {
        selected[c] = false;
        masses[c] = tree->clusters[c].stability;
    }
    if (selection == ICA_SELECTION_LEAF) {
        select_leaves(tree, selected);
    } else {
        select_by_mass(tree, selected, masses);
    }
    keep_outermost(tree, selected, covered);
    if (epsilon > 0) {
        merge_below_epsilon(tree, epsilon, selected);
        keep_outermost(tree, selected, covered);
    }
    free(covered);
    return ICA_OK;
}
