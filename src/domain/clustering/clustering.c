/* SPDX-License-Identifier: Apache-2.0 */
/* Clustering of images, from any strategy to clusters in their final order:
 *
 *   1. check the parameters and that all numbers are finite
 *   2. put the images into an order by content            canonical_order.h
 *   3. distances between them, as they are asked for      cosine_distance.h
 *   4. the strategy                                       hdbscan.h, auto_clustering.h,
 *                                                         agglomerative.h, spherical_kmeans.h
 *   5. finer or coarser, if asked for                     regrouping.h
 *   6. what to do with noise                              noise_policy.h
 *   7. order of clusters and members, nearest cluster     arrangement.h
 *   8. how clusters split and join, if asked for          hierarchy_building.h
 *   9. near-duplicates, if asked for                      near_duplicates.h
 *
 * All sums are in double in a fixed order, and threads only share out whole results, so that the
 * numbers are the same for any order of the images, number of threads and vector unit. */
#include "domain/clustering/clustering.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/agglomerative/agglomerative.h"
#include "domain/clustering/arrangement.h"
#include "domain/clustering/auto/auto_clustering.h"
#include "domain/clustering/canonical_order.h"
#include "domain/clustering/density/hdbscan.h"
#include "domain/clustering/hierarchy/hierarchy_building.h"
#include "domain/clustering/hierarchy/regrouping.h"
#include "domain/clustering/kmeans/spherical_kmeans.h"
#include "domain/clustering/noise_policy.h"

#define TRUSTED_RECALL 0.9 /* below, neighbours are missing that hold groups together */

/* What the proof of concept does, whatever the options say. */
static const struct ica_hdbscan_options poc_options = {
    .min_cluster_size = 2,
    .min_samples = 1,
    .selection = ICA_SELECTION_LEAF,
};

static enum ica_status check_features(const struct ica_features *features, struct ica_error *err)
{
    if (features->n == 0 || features->n > INT32_MAX || features->dim == 0) {
        return ica_error_set(err, ICA_EINVALID, "There must be 1 to %d images with vectors.",
                             INT32_MAX);
    }
    return ica_features_check(features, err);
}

/* Append what an approximate search was worth. */
static void explain_search(struct ica_clustering *out)
{
    size_t used = strlen(out->reason);
    if (out->neighbours.approximate) {
        (void)snprintf(out->reason + used, sizeof out->reason - used,
                       " About %.1f %% of the nearest neighbours were found%s.",
                       100 * out->neighbours.recall,
                       out->neighbours.recall < TRUSTED_RECALL
                           ? ", so that groups may be broken; an exact search takes longer"
                           : "");
    }
}

static void explain_hdbscan(const struct ica_hdbscan_options *options,
                            const struct ica_partition *partition, struct ica_clustering *out)
{
    size_t n_noise = 0;
    for (size_t i = 0; i < partition->n; i++) {
        n_noise += partition->labels[i] == ICA_NOISE;
    }
    (void)snprintf(
        out->reason, sizeof out->reason,
        "HDBSCAN as asked (%s, groups of %zu or more, density of %zu neighbour%s): of %zu "
        "image%s, %zu fell into %zu group%s and %zu into none.",
        options->selection == ICA_SELECTION_LEAF ? "leaf" : "eom", options->min_cluster_size,
        options->min_samples, options->min_samples == 1 ? "" : "s", partition->n,
        partition->n == 1 ? "" : "s", partition->n - n_noise, partition->n_clusters,
        partition->n_clusters == 1 ? "" : "s", n_noise);
    explain_search(out);
}

static enum ica_status run_auto(const struct ica_features *features, const size_t *order,
                                const struct ica_clustering_options *options,
                                const struct ica_cosine_distance *rows,
                                struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                struct ica_partition *partition, struct ica_clustering *out,
                                struct ica_error *err)
{
    size_t sample_size = options->sample_size ? options->sample_size : ICA_DEFAULT_SAMPLE_SIZE;
    return ica_auto_clustering_run(features, order, rows, sample_size, parallel, monitor, partition,
                                   out->reason, sizeof out->reason, err);
}

static enum ica_status run_density(const struct ica_clustering_options *options,
                                   const struct ica_cosine_distance *rows,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_partition *partition, struct ica_clustering *out,
                                   struct ica_error *err)
{
    struct ica_hdbscan_options asked = {
        .min_cluster_size = options->min_cluster_size,
        .min_samples = options->min_samples ? options->min_samples : options->min_cluster_size,
        .selection = options->selection,
        .epsilon = options->epsilon,
    };
    const struct ica_hdbscan_options *chosen =
        options->strategy == ICA_STRATEGY_POC ? &poc_options : &asked;
    enum ica_status status = ica_hdbscan_run_rows(rows, chosen, options->neighbours, parallel,
                                                  monitor, partition, &out->neighbours, err);
    if (!status) {
        explain_hdbscan(chosen, partition, out);
    }
    return status;
}

static enum ica_status run_agglomerative(const struct ica_clustering_options *options,
                                         const struct ica_cosine_distance *rows,
                                         struct ica_parallel *parallel,
                                         const struct ica_monitor *monitor,
                                         struct ica_partition *partition,
                                         struct ica_clustering *out, struct ica_error *err)
{
    struct ica_agglomerative_options asked = {
        .linkage = options->linkage,
        .n_clusters = options->n_clusters,
        .threshold = options->distance_threshold,
    };
    return ica_agglomerative_run(rows, &asked, parallel, monitor, partition, out->reason,
                                 sizeof out->reason, err);
}

static enum ica_status run_kmeans(const struct ica_clustering_options *options,
                                  const struct ica_cosine_distance *rows,
                                  struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                  struct ica_partition *partition, struct ica_clustering *out,
                                  struct ica_error *err)
{
    struct ica_kmeans_options asked = {.n_clusters = options->n_clusters, .seed = options->seed};
    return ica_kmeans_run(rows, &asked, parallel, monitor, partition, out->reason,
                          sizeof out->reason, err);
}

static enum ica_status
run_strategy(const struct ica_features *features, const size_t *order,
             const struct ica_clustering_options *options, const struct ica_cosine_distance *rows,
             struct ica_parallel *parallel, const struct ica_monitor *monitor,
             struct ica_partition *partition, struct ica_clustering *out, struct ica_error *err)
{
    static const char *const names[] = {
        [ICA_STRATEGY_AUTO] = "auto",     [ICA_STRATEGY_HDBSCAN] = "hdbscan",
        [ICA_STRATEGY_POC] = "poc",       [ICA_STRATEGY_AGGLOMERATIVE] = "agglomerative",
        [ICA_STRATEGY_KMEANS] = "kmeans",
    };
    (void)snprintf(out->strategy, sizeof out->strategy, "%s", names[options->strategy]);
    switch (options->strategy) {
    case ICA_STRATEGY_AUTO:
        return run_auto(features, order, options, rows, parallel, monitor, partition, out, err);
    case ICA_STRATEGY_AGGLOMERATIVE:
        return run_agglomerative(options, rows, parallel, monitor, partition, out, err);
    case ICA_STRATEGY_KMEANS:
        return run_kmeans(options, rows, parallel, monitor, partition, out, err);
    case ICA_STRATEGY_HDBSCAN:
    case ICA_STRATEGY_POC:
    case ICA_STRATEGY_UNSET:
    default:
        return run_density(options, rows, parallel, monitor, partition, out, err);
    }
}

static void mark_noise(const struct ica_partition *partition, const size_t *order,
                       struct ica_clustering *out)
{
    for (size_t i = 0; i < partition->n; i++) {
        out->memberships[order[i]].noise |= partition->labels[i] == ICA_NOISE;
    }
}

/* Make the groups finer or coarser. What is to be assigned is so before: images that are alone
 * after the cut are alone because that was asked for. */
static enum ica_status regroup(struct ica_partition *partition, double granularity,
                               enum ica_noise_policy *noise, const struct ica_cosine_distance *rows,
                               struct ica_parallel *parallel, const struct ica_monitor *monitor,
                               struct ica_clustering *out, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    if (*noise == ICA_NOISE_ASSIGN) {
        *noise = ICA_NOISE_SINGLETONS;
        if (partition->n_clusters > 0) {
            status =
                ica_noise_policy_apply(partition, ICA_NOISE_ASSIGN, rows, parallel, monitor, err);
        }
    }
    return status ? status
                  : ica_regroup(partition, granularity, rows, parallel, monitor, out->reason,
                                sizeof out->reason, err);
}

/* From a strategy's result to groups for all images; the first `*n_found` are clusters. */
static enum ica_status group_all(struct ica_partition *partition,
                                 const struct ica_clustering_options *options, const size_t *order,
                                 const struct ica_cosine_distance *rows,
                                 struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                 struct ica_clustering *out, size_t *n_found, struct ica_error *err)
{
    enum ica_noise_policy noise = options->noise;
    if (options->granularity != 0) {
        if (noise == ICA_NOISE_ASSIGN) {
            mark_noise(partition, order, out);
        }
        enum ica_status status =
            regroup(partition, options->granularity, &noise, rows, parallel, monitor, out, err);
        if (status) {
            return status;
        }
    }
    mark_noise(partition, order, out);
    *n_found = partition->n_clusters;
    return ica_noise_policy_apply(partition, noise, rows, parallel, monitor, err);
}

static enum ica_status find_duplicates(double threshold, const size_t *order,
                                       const struct ica_cosine_distance *rows,
                                       struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor,
                                       struct ica_clustering *out, struct ica_error *err)
{
    struct ica_near_duplicates *found = &out->near_duplicates;
    if (threshold > 0) {
        enum ica_status status =
            ica_near_duplicates_find(found, rows, order, threshold, parallel, monitor, err);
        if (status) {
            return status;
        }
    }
    for (size_t i = 0; i < out->n; i++) {
        out->memberships[i].duplicate_set = ICA_NOISE;
    }
    for (size_t s = 0; s < found->n_sets; s++) {
        for (size_t m = 0; m < found->sets[s].n_members; m++) {
            out->memberships[found->sets[s].members[m]].duplicate_set = (int32_t)s;
        }
    }
    return ICA_OK;
}

/* From a strategy's result to the final one. */
static enum ica_status finish(struct ica_partition *partition,
                              const struct ica_clustering_options *options, const size_t *order,
                              const struct ica_cosine_distance *rows, struct ica_parallel *parallel,
                              const struct ica_monitor *monitor, struct ica_clustering *out,
                              struct ica_error *err)
{
    size_t n_found = 0;
    out->n = partition->n;
    out->memberships = ica_array_new(partition->n, sizeof *out->memberships);
    if (!out->memberships) {
        return ica_error_nomem(err, "the clustering");
    }
    enum ica_status status =
        group_all(partition, options, order, rows, parallel, monitor, out, &n_found, err);
    if (status) {
        return status;
    }
    status = ica_clustering_arrange(out, partition, n_found, rows, order, parallel, monitor, err);
    if (!status && options->hierarchy && partition->n <= ICA_MAX_HIERARCHY_ROWS) {
        status =
            ica_hierarchy_build(&out->hierarchy, partition, rows, order, parallel, monitor, err);
    }
    return status ? status
                  : find_duplicates(options->duplicate_threshold, order, rows, parallel, monitor,
                                    out, err);
}

enum ica_status ica_clustering_run(const struct ica_features *features,
                                   const struct ica_clustering_options *options,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_clustering *out, struct ica_error *err)
{
    struct ica_cosine_distance rows = {0};
    struct ica_partition partition = {0};
    size_t *order = NULL;
    *out = (struct ica_clustering){.neighbours.recall = 1};
    enum ica_status status = ica_clustering_options_check(options, err);
    if (status) {
        return status;
    }
    status = check_features(features, err);
    if (status) {
        return status;
    }
    order = ica_array_new(features->n, sizeof *order);
    if (!order) {
        status = ica_error_nomem(err, "the clustering");
        goto out;
    }
    status = ica_canonical_order(features, order, err);
    if (status) {
        goto out;
    }
    status = ica_cosine_distance_init(&rows, features->embeddings, features->n, features->dim,
                                      order, err);
    if (status) {
        goto out;
    }
    status = run_strategy(features, order, options, &rows, parallel, monitor, &partition, out, err);
    if (status) {
        goto out;
    }
    status = finish(&partition, options, order, &rows, parallel, monitor, out, err);
out:
    ica_partition_clear(&partition);
    ica_cosine_distance_clear(&rows);
    free(order);
    if (status) {
        ica_clustering_clear(out);
    }
    return status;
}

void ica_clustering_clear(struct ica_clustering *clustering)
{
    for (size_t i = 0; i < clustering->n_clusters; i++) {
        free(clustering->clusters[i].members);
    }
    free(clustering->clusters);
    free(clustering->memberships);
    ica_hierarchy_clear(&clustering->hierarchy);
    ica_near_duplicates_clear(&clustering->near_duplicates);
    *clustering = (struct ica_clustering){0};
}
