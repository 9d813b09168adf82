/* SPDX-License-Identifier: Apache-2.0 */
/* The defaults of clustering, and what its options may be. */
#include "domain/clustering/clustering.h"

#include <math.h>

struct ica_clustering_options ica_clustering_options_default(void)
{
    return (struct ica_clustering_options){
        .strategy = ICA_STRATEGY_AUTO,
        .noise = ICA_NOISE_SINGLETONS,
        .min_cluster_size = ICA_DEFAULT_MIN_CLUSTER_SIZE,
        .selection = ICA_SELECTION_EOM,
        .linkage = ICA_LINKAGE_AVERAGE,
        .distance_threshold = -1,
        .duplicate_threshold = ICA_DEFAULT_DUPLICATE_THRESHOLD,
    };
}

static enum ica_status check_hdbscan_options(const struct ica_clustering_options *options,
                                             struct ica_error *err)
{
    if (options->min_cluster_size < ICA_MIN_MIN_CLUSTER_SIZE ||
        options->min_cluster_size > ICA_MAX_MIN_CLUSTER_SIZE) {
        return ica_error_set(err, ICA_EINVALID, "The minimum cluster size must be %d to %d.",
                             ICA_MIN_MIN_CLUSTER_SIZE, ICA_MAX_MIN_CLUSTER_SIZE);
    }
    if (options->min_samples > ICA_MAX_MIN_SAMPLES) {
        return ica_error_set(err, ICA_EINVALID, "The minimum of samples must be 0 to %d.",
                             ICA_MAX_MIN_SAMPLES);
    }
    if (options->selection != ICA_SELECTION_EOM && options->selection != ICA_SELECTION_LEAF) {
        return ica_error_set(err, ICA_EINVALID, "The cluster selection is not known.");
    }
    if (!isfinite(options->epsilon) || options->epsilon < 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "The cluster selection epsilon must be a number of 0 or more.");
    }
    return ICA_OK;
}

static enum ica_status check_sample_size(size_t size, struct ica_error *err)
{
    if (size != 0 && (size < ICA_MIN_SAMPLE_SIZE || size > ICA_MAX_SAMPLE_SIZE)) {
        return ica_error_set(err, ICA_EINVALID, "The sample size must be %d to %d.",
                             ICA_MIN_SAMPLE_SIZE, ICA_MAX_SAMPLE_SIZE);
    }
    return ICA_OK;
}

static enum ica_status check_agglomerative_options(const struct ica_clustering_options *options,
                                                   struct ica_error *err)
{
    if (options->linkage < ICA_LINKAGE_AVERAGE || options->linkage > ICA_LINKAGE_WARD) {
        return ica_error_set(err, ICA_EINVALID, "The linkage is not known.");
    }
    if (!(options->distance_threshold <= ICA_MAX_DISTANCE_THRESHOLD)) {
        return ica_error_set(err, ICA_EINVALID, "The distance threshold must be at most %d.",
                             ICA_MAX_DISTANCE_THRESHOLD);
    }
    return ICA_OK;
}

static enum ica_status check_number(size_t n_clusters, struct ica_error *err)
{
    if (n_clusters > ICA_MAX_CLUSTERS_ASKED) {
        return ica_error_set(err, ICA_EINVALID, "The number of clusters must be 0 to %d.",
                             ICA_MAX_CLUSTERS_ASKED);
    }
    return ICA_OK;
}

static enum ica_status check_strategy_options(const struct ica_clustering_options *options,
                                              struct ica_error *err)
{
    switch (options->strategy) {
    case ICA_STRATEGY_AUTO:
        return check_sample_size(options->sample_size, err);
    case ICA_STRATEGY_POC:
        return ICA_OK;
    case ICA_STRATEGY_HDBSCAN:
        return check_hdbscan_options(options, err);
    case ICA_STRATEGY_AGGLOMERATIVE:
        return check_agglomerative_options(options, err);
    case ICA_STRATEGY_KMEANS:
        return ICA_OK;
    case ICA_STRATEGY_UNSET:
    default:
        return ica_error_set(err, ICA_EINVALID, "The clustering strategy is not known.");
    }
}

enum ica_status ica_clustering_options_check(const struct ica_clustering_options *options,
                                             struct ica_error *err)
{
    if (options->noise < ICA_NOISE_SINGLETONS || options->noise > ICA_NOISE_ASSIGN) {
        return ica_error_set(err, ICA_EINVALID, "The noise policy is not known.");
    }
    if (!(options->duplicate_threshold >= 0 &&
          options->duplicate_threshold <= ICA_MAX_DUPLICATE_THRESHOLD)) {
        return ica_error_set(err, ICA_EINVALID, "The threshold of near-duplicates must be 0 to %g.",
                             ICA_MAX_DUPLICATE_THRESHOLD);
    }
    if (!(options->granularity >= -1 && options->granularity <= 1)) {
        return ica_error_set(err, ICA_EINVALID, "The granularity must be -1 to 1.");
    }
    enum ica_status status = check_number(options->n_clusters, err);
    return status ? status : check_strategy_options(options, err);
}
