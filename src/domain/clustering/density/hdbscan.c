/* SPDX-License-Identifier: Apache-2.0 */
/* HDBSCAN (Campello, Moulavi, Sander 2013; McInnes and Healy 2017), step by step:
 *
 *   1. core distance of each row: to its k-th neighbour                   core_distance.h
 *   2. minimum spanning tree under max(core a, core b, distance)          spanning_tree.h
 *   3. single linkage tree: the rows join along the edges by weight       merge_tree.h
 *   4. condensed tree: only splits into large enough parts count          condensed_tree.h
 *   5. selection of clusters by excess of mass, or of the leaves          cluster_selection.h
 *   6. labels, membership strengths, persistence (here), outlier scores   outlier_score.h
 *
 * Of a small set all distances are held; of a larger one they are looked at as they are needed, and
 * memory is O(n) (reach_tree.h). The numbers are those of the
 * Python package `hdbscan` on a precomputed matrix: there too a row is no neighbour of itself, and
 * no cluster holds all rows. Where edges tie its order is that of an unstable sort and changes with
 * the processor; here it is fixed (merge_tree.h). */
#include "domain/clustering/density/hdbscan.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/density/cluster_selection.h"
#include "domain/clustering/density/condensed_tree.h"
#include "domain/clustering/density/core_distance.h"
#include "domain/clustering/density/outlier_score.h"
#include "domain/clustering/density/reach_tree.h"
#include "domain/clustering/density/spanning_tree.h"
#include "domain/vectors/distance_matrix.h"

#define MAX_HELD_ROWS 1024 /* 4 MiB of distances; beyond that the other way is faster */

/* Number the selected clusters as they come and give each row the one it is in: its last cluster or
 * an ancestor of it. `owners` (per cluster of the tree) receives the numbers.
 * Returns how many there are. */
static size_t label_rows(const struct ica_condensed_tree *tree, const bool *selected,
                         int32_t *owners, struct ica_partition *out)
{
    size_t n_clusters = 0;
    owners[0] = ICA_NOISE;
    for (size_t c = 1; c < tree->n_clusters; c++) {
        owners[c] = selected[c] ? (int32_t)n_clusters++ : owners[tree->clusters[c].parent];
    }
    for (size_t i = 0; i < tree->n; i++) {
        out->labels[i] = owners[tree->row_clusters[i]];
    }
    return n_clusters;
}

/* The strength of a membership is the density at which the row leaves, relative to the density at
 * which the last row leaves the cluster itself. */
static void rate_memberships(const struct ica_condensed_tree *tree, const double *deaths,
                             struct ica_partition *out)
{
    for (size_t i = 0; i < tree->n; i++) {
        if (out->labels[i] != ICA_NOISE) {
            double lambda = tree->row_lambdas[i];
            double death = deaths[out->labels[i]];
            out->probabilities[i] = lambda >= death ? 1 : lambda / death;
        }
    }
}

/* Persistence: the share of the largest possible mass, all rows until the densest place of all. */
static enum ica_status rate_clusters(const struct ica_condensed_tree *tree, const bool *selected,
                                     const double *masses, struct ica_partition *out,
                                     struct ica_error *err)
{
    size_t *sizes = ica_array_new(out->n_clusters, sizeof *sizes);
    double *deaths = ica_array_new(out->n_clusters, sizeof *deaths);
    enum ica_status status = ICA_OK;
    if (!sizes || !deaths) {
        status = ica_error_nomem(err, "cluster persistence");
        goto out;
    }
    double max_lambda = 0;
    for (size_t c = 0; c < tree->n_clusters; c++) {
        max_lambda = fmax(max_lambda, tree->clusters[c].death);
    }
    for (size_t i = 0; i < out->n; i++) {
        if (out->labels[i] != ICA_NOISE) {
            sizes[out->labels[i]]++;
        }
    }
    for (size_t c = 0, cluster = 0; c < tree->n_clusters; c++) {
        if (selected[c]) {
            deaths[cluster] = tree->clusters[c].death;
            out->persistence[cluster] =
                isinf(max_lambda) ? 1 : masses[c] / ((double)sizes[cluster] * max_lambda);
            cluster++;
        }
    }
    rate_memberships(tree, deaths, out);
out:
    free(deaths);
    free(sizes);
    return status;
}

static enum ica_status flatten(const struct ica_condensed_tree *tree,
                               const struct ica_hdbscan_options *options, struct ica_partition *out,
                               struct ica_error *err)
{
    bool *selected = ica_array_new(tree->n_clusters, sizeof *selected);
    double *masses = ica_array_new(tree->n_clusters, sizeof *masses);
    int32_t *owners = ica_array_new(tree->n_clusters, sizeof *owners);
    enum ica_status status;
    if (!selected || !masses || !owners) {
        status = ica_error_nomem(err, "clusters");
        goto out;
    }
    status = ica_clusters_select(tree, options->selection, options->epsilon, selected, masses, err);
    if (status) {
        goto out;
    }
    status = ica_partition_resize(out, label_rows(tree, selected, owners, out), err);
    if (status) {
        goto out;
    }
    status = rate_clusters(tree, selected, masses, out, err);
    if (!status) {
        status = ica_outlier_scores(tree, out->outlier_scores, err);
    }
out:
    free(owners);
    free(masses);
    free(selected);
    return status;
}

enum ica_status ica_hdbscan_from_edges(const struct ica_edge *edges, size_t n,
                                       const struct ica_hdbscan_options *options,
                                       struct ica_partition *out, struct ica_error *err)
{
    struct ica_condensed_tree tree = {0};
    struct ica_merge *merges = NULL;
    enum ica_status status = ica_partition_init(out, n, err);
    if (status) {
        goto out;
    }
    if (n == 1) {
        out->labels[0] = ICA_NOISE; /* one row has no density */
        goto out;
    }
    merges = ica_array_new(n - 1, sizeof *merges);
    if (!merges) {
        status = ica_error_nomem(err, "a merge tree");
        goto out;
    }
    status = ica_merge_tree_build(edges, n, merges, err);
    if (status) {
        goto out;
    }
    status = ica_condensed_tree_init(&tree, merges, n, options->min_cluster_size, err);
    if (status) {
        goto out;
    }
    status = flatten(&tree, options, out, err);
out:
    ica_condensed_tree_clear(&tree);
    free(merges);
    if (status) {
        ica_partition_clear(out);
    }
    return status;
}

size_t ica_hdbscan_neighbours(const struct ica_hdbscan_options *options, size_t n)
{
    size_t most = n > 1 ? n - 1 : 1;
    size_t wanted = options->min_samples > 0 ? options->min_samples : 1;
    return wanted < most ? wanted : most;
}

enum ica_status ica_hdbscan_run(const struct ica_distance *distance,
                                const struct ica_hdbscan_options *options,
                                struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                struct ica_partition *out, struct ica_error *err)
{
    size_t n = distance->n;
    *out = (struct ica_partition){0};
    double *cores = ica_array_new(n, sizeof *cores);
    struct ica_edge *edges = ica_array_new(n, sizeof *edges);
    enum ica_status status = ICA_OK;
    if (!cores || !edges) {
        status = ica_error_nomem(err, "the clustering");
        goto out;
    }
    if (n > 1) {
        status = ica_core_distances(distance, ica_hdbscan_neighbours(options, n), parallel, monitor,
                                    2 * n, cores, err);
        if (status) {
            goto out;
        }
        status = ica_spanning_tree(distance, cores, parallel, monitor, n, 2 * n, edges, err);
        if (status) {
            goto out;
        }
        status = ica_edges_sort(edges, n - 1, err);
        if (status) {
            goto out;
        }
    }
    status = ica_hdbscan_from_edges(edges, n, options, out, err);
out:
    free(edges);
    free(cores);
    return status;
}

/* All distances of a small set. */
static enum ica_status run_matrix(const struct ica_cosine_distance *rows,
                                  const struct ica_hdbscan_options *options,
                                  struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                  struct ica_partition *out, struct ica_error *err)
{
    struct ica_distance_matrix matrix;
    enum ica_status status = ica_distance_matrix_init(&matrix, rows->base.n, err);
    if (status) {
        return status;
    }
    ica_distance_matrix_fill(&matrix, &rows->base, NULL, parallel);
    status = ica_hdbscan_run(&matrix.base, options, parallel, monitor, out, err);
    ica_distance_matrix_clear(&matrix);
    return status;
}

static enum ica_status run_tree(const struct ica_cosine_distance *rows,
                                const struct ica_hdbscan_options *options, bool approximate,
                                struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                struct ica_partition *out, double *recall, struct ica_error *err)
{
    size_t n = rows->base.n;
    struct ica_reach_tree_options tree = {
        .k = ica_hdbscan_neighbours(options, n),
        .approximate = approximate,
        .kernel = ica_product_kernel_best(),
        .parallel = parallel,
        .monitor = monitor,
    };
    if (tree.k > ICA_MAX_HELD_NEIGHBOURS / n) {
        return ica_error_set(err, ICA_EINVALID,
                             "The minimum of samples must be at most %zu for %zu images.",
                             (size_t)(ICA_MAX_HELD_NEIGHBOURS / n), n);
    }
    struct ica_edge *edges = ica_array_new(n, sizeof *edges);
    if (!edges) {
        return ica_error_nomem(err, "the clustering");
    }
    enum ica_status status = ica_reach_tree_find(rows, &tree, edges, recall, err);
    if (!status) {
        status = ica_hdbscan_from_edges(edges, n, options, out, err);
    }
    free(edges);
    return status;
}

enum ica_status ica_hdbscan_run_rows(const struct ica_cosine_distance *rows,
                                     const struct ica_hdbscan_options *options,
                                     enum ica_neighbour_search search,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, struct ica_partition *out,
                                     struct ica_neighbour_quality *quality, struct ica_error *err)
{
    size_t n = rows->base.n;
    bool approximate = search == ICA_NEIGHBOURS_APPROXIMATE ||
                       (search == ICA_NEIGHBOURS_AUTO && n > ICA_MAX_EXACT_ROWS);
    *quality = (struct ica_neighbour_quality){
        .approximate = approximate && n > MAX_HELD_ROWS,
        .recall = 1,
    };
    *out = (struct ica_partition){0};
    return n <= MAX_HELD_ROWS ? run_matrix(rows, options, parallel, monitor, out, err)
                              : run_tree(rows, options, approximate, parallel, monitor, out,
                                         &quality->recall, err);
}
