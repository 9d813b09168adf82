/* SPDX-License-Identifier: Apache-2.0 */
/* GLOSH, the outlier score that comes with HDBSCAN. */
#ifndef ICA_DOMAIN_CLUSTERING_DENSITY_OUTLIER_SCORE_H
#define ICA_DOMAIN_CLUSTERING_DENSITY_OUTLIER_SCORE_H

#include "base/error.h"
#include "domain/clustering/density/condensed_tree.h"

/* scores[i] in [0, 1] for each row of the tree: how much less dense the place of row i is than the
 * densest place of the cluster that it was last in. ICA_ENOMEM. */
enum ica_status ica_outlier_scores(const struct ica_condensed_tree *tree, double *scores,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
