/* SPDX-License-Identifier: Apache-2.0 */
/* Equal rows are one point with a weight: they are at distance 0 and join first under each linkage.
 * The points join along a nearest-neighbour chain (nearest_chain.h), for average linkage and Ward's
 * method by sums of vectors (group_sums.h), for complete linkage by a matrix (group_matrix.h).
 * O(n^2 dim) time. Up to ICA_MAX_FLOAT_MATRIX points there is a matrix of floats in memory, at most
 * 763 MiB; beyond that, up to MAX_ROWS, all but complete linkage go on in O(n dim) memory.
 *
 * The tree is cut where it was asked for. A threshold is met by heights of up to the threshold; as
 * rows that differ in their length only are at distance 0 but for rounding, ROUNDING more will do.
 * Without a threshold and a number the silhouette decides (silhouette_cut.h): on draws of 5 to 24
 * photos the best cut of average linkage by silhouette came to an adjusted Rand index of 0.46
 * (clothing) and 0.87 (objects), more than any fixed threshold. */
#include "domain/clustering/agglomerative/agglomerative.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/agglomerative/group_matrix.h"
#include "domain/clustering/agglomerative/group_sums.h"
#include "domain/clustering/agglomerative/nearest_chain.h"
#include "domain/clustering/agglomerative/silhouette_cut.h"
#include "domain/clustering/hierarchy/dendrogram.h"
#include "domain/clustering/rating.h"

#define MAX_ROWS 50000
#define ROUNDING 1e-12

/* Rows that differ. */
struct points {
    size_t n;
    size_t *rows;    /* lowest row of each */
    size_t *weights; /* how many rows are equal to it, with itself */
};

static bool are_equal(const struct ica_cosine_distance *rows, size_t a, size_t b)
{
    for (size_t k = 0; k < rows->dim; k++) {
        if (rows->rows[a][k] != rows->rows[b][k]) {
            return false;
        }
    }
    return true;
}

/* The points, and the edges that join equal rows. */
static void find_points(const struct ica_cosine_distance *rows, struct points *points,
                        struct ica_edge *edges)
{
    for (size_t i = 0; i < rows->base.n; i++) {
        size_t first = points->n > 0 ? points->rows[points->n - 1] : 0;
        if (i > 0 && are_equal(rows, first, i)) {
            points->weights[points->n - 1]++;
            *edges++ = (struct ica_edge){.a = first, .b = i, .twins = true};
        } else {
            points->rows[points->n] = i;
            points->weights[points->n++] = 1;
        }
    }
}

static enum ica_status link_points(const struct ica_cosine_distance *rows,
                                   const struct points *points, enum ica_linkage linkage,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_edge *edges, struct ica_error *err)
{
    struct ica_group_matrix matrix = {0};
    struct ica_group_sums sums = {0};
    struct ica_group_metric *metric;
    enum ica_status status;
    if (linkage == ICA_LINKAGE_COMPLETE) {
        metric = &matrix.base;
        status = ica_group_matrix_init(&matrix, &rows->base, points->rows, points->n, parallel,
                                       monitor, err);
    } else {
        metric = &sums.base;
        status = ica_group_sums_init(&sums, rows, points->rows, points->weights, points->n,
                                     linkage == ICA_LINKAGE_WARD, ICA_MAX_FLOAT_MATRIX, parallel,
                                     monitor, err);
    }
    if (!status) {
        status = ica_nearest_chain(metric, parallel, monitor, edges, err);
    }
    for (size_t i = 0; !status && i + 1 < points->n; i++) {
        edges[i].a = points->rows[edges[i].a];
        edges[i].b = points->rows[edges[i].b];
    }
    ica_group_sums_clear(&sums);
    ica_group_matrix_clear(&matrix);
    return status;
}

enum ica_status ica_agglomerative_tree(const struct ica_cosine_distance *rows,
                                       enum ica_linkage linkage, struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor, struct ica_edge *edges,
                                       size_t *n_twins, struct ica_error *err)
{
    size_t n = rows->base.n;
    struct points points = {0};
    enum ica_status status;
    if (n > MAX_ROWS) {
        return ica_error_set(err, ICA_EINVALID,
                             "The strategy agglomerative takes at most %d images, not %zu.",
                             MAX_ROWS, n);
    }
    points.rows = ica_array_new(n, sizeof *points.rows);
    points.weights = ica_array_new(n, sizeof *points.weights);
    if (!points.rows || !points.weights) {
        status = ica_error_nomem(err, "linkage");
    } else {
        find_points(rows, &points, edges);
        *n_twins = n - points.n;
        status = link_points(rows, &points, linkage, parallel, monitor, edges + *n_twins, err);
    }
    free(points.weights);
    free(points.rows);
    return status;
}

/* Where to cut, and why. */
struct cut {
    size_t n_groups;
    char because[96];
};

static size_t count_within(const struct ica_edge *edges, size_t n_edges, double threshold)
{
    size_t count = 0;
    while (count < n_edges && edges[count].weight <= threshold + ROUNDING) {
        count++;
    }
    return count;
}

static enum ica_status choose_cut(const struct ica_cosine_distance *rows,
                                  const struct ica_agglomerative_options *options,
                                  const struct ica_edge *edges, size_t n_twins,
                                  struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                  struct cut *cut, struct ica_error *err)
{
    size_t n = rows->base.n;
    struct ica_silhouette_cut best = {0};
    if (options->n_clusters > 0) {
        size_t most = n - n_twins;
        cut->n_groups = options->n_clusters < most ? options->n_clusters : most;
        (void)snprintf(cut->because, sizeof cut->because, "%zu group%s asked for",
                       options->n_clusters, options->n_clusters == 1 ? "" : "s");
        return ICA_OK;
    }
    if (options->threshold >= 0) {
        cut->n_groups = n - count_within(edges, n - 1, options->threshold);
        (void)snprintf(cut->because, sizeof cut->because, "distance threshold %g",
                       options->threshold);
        return ICA_OK;
    }
    enum ica_status status =
        ica_silhouette_cut(&rows->base, edges, n - n_twins, parallel, monitor, &best, err);
    cut->n_groups = best.n_groups;
    if (best.silhouette > 0) {
        (void)snprintf(cut->because, sizeof cut->because, "cut at the best mean silhouette, %.2f",
                       best.silhouette);
    } else {
        (void)snprintf(cut->because, sizeof cut->because, "no cut has a silhouette above 0");
    }
    return status;
}

static const char *linkage_name(enum ica_linkage linkage)
{
    return linkage == ICA_LINKAGE_WARD       ? "Ward's method"
           : linkage == ICA_LINKAGE_COMPLETE ? "complete linkage"
                                             : "average linkage";
}

static void explain(const struct ica_partition *partition, enum ica_linkage linkage,
                    const struct cut *cut, char *reason, size_t reason_size)
{
    char words[ICA_MAX_PARTITION_WORDS];
    ica_partition_in_words(partition, words);
    (void)snprintf(
        reason, reason_size, "Agglomerative clustering as asked (%s, %s): of %zu image%s came %s.",
        linkage_name(linkage), cut->because, partition->n, partition->n == 1 ? "" : "s", words);
}

/* From the tree to the partition. */
static enum ica_status cut_tree(const struct ica_cosine_distance *rows,
                                const struct ica_agglomerative_options *options, size_t n_twins,
                                struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                struct ica_partition *out, char *reason, size_t reason_size,
                                struct ica_error *err)
{
    size_t n = out->n;
    struct cut cut = {0};
    size_t *groups = ica_array_new(n, sizeof *groups);
    enum ica_status status =
        groups ? choose_cut(rows, options, out->edges, n_twins, parallel, monitor, &cut, err)
               : ica_error_nomem(err, "the clusters");
    if (status) {
        goto out;
    }
    (void)ica_dendrogram_cut(out->edges, n - cut.n_groups, n, groups);
    status = ica_partition_label(out, groups, cut.n_groups, err);
    if (status) {
        goto out;
    }
    status = ica_rate(out, rows, parallel, monitor, err);
    if (!status) {
        explain(out, options->linkage, &cut, reason, reason_size);
    }
out:
    free(groups);
    return status;
}

enum ica_status ica_agglomerative_run(const struct ica_cosine_distance *rows,
                                      const struct ica_agglomerative_options *options,
                                      struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, struct ica_partition *out,
                                      char *reason, size_t reason_size, struct ica_error *err)
{
    size_t n_twins = 0;
    enum ica_status status = ica_partition_init(out, rows->base.n, err);
    if (status) {
        return status;
    }
    out->edges = ica_array_new(out->n, sizeof *out->edges);
    status = out->edges ? ica_agglomerative_tree(rows, options->linkage, parallel, monitor,
                                                 out->edges, &n_twins, err)
                        : ica_error_nomem(err, "a dendrogram");
    if (!status) {
        status = cut_tree(rows, options, n_twins, parallel, monitor, out, reason, reason_size, err);
    }
    if (status) {
        ica_partition_clear(out);
    }
    return status;
}
