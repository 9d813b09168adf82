/* SPDX-License-Identifier: Apache-2.0 */
/* For every two images a small fitted model says how likely they belong together (pair_model.h);
 * groups are joined by their average log-odds (linkage.h); and the tree is cut where the groups are
 * clearest (clear_cut.h). */
#include "domain/clustering/auto/sample_grouping.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/agglomerative/linkage.h"
#include "domain/clustering/cancellation.h"
#include "domain/vectors/distance_matrix.h"

/* affinities[i * n + j] = the probability that i and j belong together, 0 where i is j. */
static void fill_affinities(const struct ica_distance_matrix *distances, double *affinities)
{
    size_t n = distances->base.n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double affinity = 1 / (1 + exp(*ica_distance_matrix_at(distances, i, j)));
            affinities[i * n + j] = affinity;
            affinities[j * n + i] = affinity;
        }
    }
}

/* From the distances, which are used up, to the cut. */
static enum ica_status cut_tree(const struct ica_sample_input *input,
                                struct ica_distance_matrix *distances,
                                const struct ica_monitor *monitor, struct ica_clear_cut *cut,
                                struct ica_edge *edges, struct ica_error *err)
{
    size_t n = input->n;
    double *affinities = ica_array_new(n, n * sizeof *affinities);
    enum ica_status status;
    if (!affinities) {
        return ica_error_nomem(err, "grouping images");
    }
    fill_affinities(distances, affinities);
    status = ica_clustering_look(monitor, input->step, input->total_steps, err);
    if (!status) {
        status = ica_average_linkage(distances, edges, err);
    }
    if (!status) {
        status = ica_clear_cut_init(cut, affinities, edges, n, monitor, input->step,
                                    input->total_steps, err);
    }
    free(affinities);
    return status;
}

enum ica_status ica_sample_group(const struct ica_sample_input *input,
                                 struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                 struct ica_pair_model *model, struct ica_clear_cut *cut,
                                 struct ica_edge **edges, struct ica_error *err)
{
    struct ica_distance_matrix distances;
    enum ica_status status = ica_distance_matrix_init(&distances, input->n, err);
    if (status) {
        return status;
    }
    *edges = ica_array_new(input->n, sizeof **edges);
    status = *edges ? ica_pair_model_init(model, input->embeddings, input->classes, input->images,
                                          input->n, parallel, &distances, err)
                    : ica_error_nomem(err, "grouping images");
    if (!status) {
        status = ica_clustering_look(monitor, input->step, input->total_steps, err);
    }
    if (!status) {
        status = cut_tree(input, &distances, monitor, cut, *edges, err);
    }
    ica_distance_matrix_clear(&distances);
    return status;
}
