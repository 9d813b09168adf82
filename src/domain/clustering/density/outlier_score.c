/* SPDX-License-Identifier: Apache-2.0 */
/* Global-Local Outlier Score from Hierarchies (Campello, Moulavi, Zimek, Sander 2015): with e the
 * distance at which a row leaves its last cluster C, and e_min the smallest distance at which
 * anything in C or below is still together, the score is 1 - e_min / e. */
#include "domain/clustering/density/outlier_score.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum ica_status ica_outlier_scores(const struct ica_condensed_tree *tree, double *scores,
                                   struct ica_error *err)
{
    double *densest = ica_array_new(tree->n_clusters, sizeof *densest);
    if (!densest) {
        return ica_error_nomem(err, "outlier scores");
    }
    for (size_t c = tree->n_clusters; c-- > 0;) {
        size_t parent = tree->clusters[c].parent;
        densest[c] = fmax(densest[c], tree->clusters[c].death);
        densest[parent] = fmax(densest[parent], densest[c]);
    }
    for (size_t i = 0; i < tree->n; i++) {
        double lambda = tree->row_lambdas[i];
        double max_lambda = densest[tree->row_clusters[i]];
        /* The quotient of two infinities: a row among its twins is as typical as can be. */
        scores[i] = isinf(lambda) ? 0 : 1 - lambda / max_lambda;
    }
    free(densest);
    return ICA_OK;
}
