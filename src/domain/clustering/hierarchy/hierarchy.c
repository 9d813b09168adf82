/* SPDX-License-Identifier: Apache-2.0 */
/* The dendrogram as data. */
#include "domain/clustering/hierarchy/hierarchy.h"

#include <math.h>
#include <stdlib.h>

size_t ica_granularity_clusters(double granularity, size_t n_clusters, size_t n)
{
    if (n == 0 || granularity == 0 || isnan(granularity)) {
        return n_clusters;
    }
    double from = (double)(n_clusters > 0 ? n_clusters : 1);
    double to = granularity < 0 ? 1 : (double)n;
    double wanted = round(from * pow(to / from, fmin(fabs(granularity), 1)));
    return (size_t)fmin(fmax(wanted, 1), (double)n);
}

void ica_hierarchy_clear(struct ica_hierarchy *hierarchy)
{
    for (size_t i = 0; i < hierarchy->n_nodes; i++) {
        free(hierarchy->nodes[i].members);
    }
    free(hierarchy->nodes);
    free(hierarchy->levels);
    free(hierarchy->merges);
    *hierarchy = (struct ica_hierarchy){0};
}
