/* SPDX-License-Identifier: Apache-2.0 */
/* Which clusters of a condensed tree make the flat clustering. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_CLUSTER_SELECTION_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_CLUSTER_SELECTION_H

#include <stdbool.h>

#include "base/error.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/density/condensed_tree.h"

/* Set selected[c] for each of the tree's clusters; no two selected ones contain each other, and the
 * root is never selected. Clusters born at a distance under `epsilon` give way to the ancestor that
 * is born at a larger one. masses[c] is the mass that c counted with: its stability, or by excess
 * of mass the sum of the masses below it where that is larger. ICA_ENOMEM. */
enum ica_status ica_clusters_select(const struct ica_condensed_tree *tree,
                                    enum ica_selection selection, double epsilon, bool *selected,
                                    double *masses, struct ica_error *err) ICA_MUST_CHECK;

#endif
