/* SPDX-License-Identifier: Apache-2.0 */
/* Clustering of images: one call for all strategies. Results do not depend on the order of the rows
 * nor on the number of threads: rows are put into an order of their own (by content) first. */
#ifndef ICA_DOMAIN_CLUSTERING_CLUSTERING_H
#define ICA_DOMAIN_CLUSTERING_CLUSTERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/density/hdbscan.h"
#include "domain/clustering/duplicates/near_duplicates.h"
#include "domain/clustering/hierarchy/hierarchy.h"
#include "domain/features.h"

#define ICA_NOISE (-1) /* label of an image that is in no cluster */

#define ICA_MIN_MIN_CLUSTER_SIZE     2
#define ICA_MAX_MIN_CLUSTER_SIZE     1000000
#define ICA_DEFAULT_MIN_CLUSTER_SIZE 5
#define ICA_MAX_MIN_SAMPLES          1000
#define ICA_MIN_SAMPLE_SIZE          2
#define ICA_MAX_SAMPLE_SIZE          4096
#define ICA_DEFAULT_SAMPLE_SIZE      2000
#define ICA_MAX_CLUSTERS_ASKED       1000000
#define ICA_MAX_DISTANCE_THRESHOLD   100000
#define ICA_MAX_SEED                 4294967295
#define ICA_MAX_REASON               384
#define ICA_MAX_REPRESENTATIVES      4

enum ica_strategy {
    ICA_STRATEGY_UNSET,
    ICA_STRATEGY_AUTO,          /* no parameter needed */
    ICA_STRATEGY_HDBSCAN,       /* cosine distance, all usual parameters */
    ICA_STRATEGY_POC,           /* HDBSCAN, leaf, min_cluster_size 2, min_samples 1 */
    ICA_STRATEGY_AGGLOMERATIVE, /* groups join, nearest first; a number of groups or a threshold */
    ICA_STRATEGY_KMEANS,        /* spherical k-means; a number of groups */
};

/* How far apart groups are that may join. */
enum ica_linkage {
    ICA_LINKAGE_UNSET,
    ICA_LINKAGE_AVERAGE,  /* mean cosine distance of their images */
    ICA_LINKAGE_COMPLETE, /* largest cosine distance of their images */
    ICA_LINKAGE_WARD, /* what joining adds to the squared distances from the images' unit vectors
                         to the mean of their group: v w / (v + w) times the squared distance of
                         the means of v and w images, which is the cosine distance of two images;
                         SciPy's heights are the square root of twice that */
};

enum ica_noise_policy {
    ICA_NOISE_POLICY_UNSET,
    ICA_NOISE_SINGLETONS, /* each noise image becomes a cluster of its own */
    ICA_NOISE_GROUP,      /* all noise images become one last cluster */
    ICA_NOISE_ASSIGN,     /* each noise image joins its nearest cluster */
};

struct ica_clustering_options {
    enum ica_strategy strategy;
    enum ica_noise_policy noise;
    /* For ICA_STRATEGY_HDBSCAN */
    size_t min_cluster_size;
    size_t min_samples; /* 0 = same as min_cluster_size */
    enum ica_selection selection;
    double epsilon; /* cluster_selection_epsilon, cosine distance, >= 0 */
    enum ica_neighbour_search neighbours;
    /* For ICA_STRATEGY_AGGLOMERATIVE and ICA_STRATEGY_KMEANS: how many groups, images that are
     * alone among them; 0 = not said. Fewer where there are fewer different images. If neither this
     * nor a threshold is said, it is the number with the best mean silhouette. */
    size_t n_clusters;
    /* For ICA_STRATEGY_AGGLOMERATIVE */
    enum ica_linkage linkage;
    double distance_threshold; /* groups join up to this distance, if n_clusters does not say when
                                  to stop; negative = not said */
    /* For ICA_STRATEGY_KMEANS: other numbers start it elsewhere */
    uint64_t seed;
    /* For ICA_STRATEGY_AUTO: of a larger set, so many images at a time are compared pair by pair;
     * 0 = ICA_DEFAULT_SAMPLE_SIZE */
    size_t sample_size;
    /* -1 = one cluster, 0 = as the strategy chose, 1 = each image alone: which cut of the
     * hierarchy is taken (ica_granularity_clusters()). Images of no cluster count as alone, except
     * with ICA_NOISE_ASSIGN, where they are assigned before; images that are alone after the cut
     * are in no cluster, and ICA_NOISE_GROUP puts them into its group. */
    double granularity;
    bool hierarchy; /* fill ica_clustering.hierarchy */
    /* Cosine distance up to which images are near-duplicates, up to ICA_MAX_DUPLICATE_THRESHOLD;
     * 0 = do not look for them */
    double duplicate_threshold;
};

/* One image's place. What the two measures mean depends on the strategy; for HDBSCAN they are its
 * membership strength and GLOSH, for auto see auto_clustering.c, and for agglomerative, k-means and
 * clusters that a granularity has changed see rating.h. */
struct ica_membership {
    int32_t cluster; /* index into clusters[]; after the noise policy never ICA_NOISE */
    int32_t nearest; /* nearest other cluster by mean cosine distance, never an unclustered one;
                        ICA_NOISE if there is none */
    /* Mean cosine distance to the images of the nearest other cluster less that to the others of
     * its own, which is 0 for an image alone: around 0 between the two, negative where the other
     * one is nearer; 0 if there is none. */
    double margin;
    double probability;    /* strength in [0, 1]; 0 for noise */
    double outlier_score;  /* in [0, 1], 0 = typical, towards 1 = outlier */
    bool noise;            /* the strategy, or the granularity, left it in no cluster */
    int32_t duplicate_set; /* index into near_duplicates.sets[]; ICA_NOISE if it is in none */
};

/* One group of images. */
struct ica_cluster {
    size_t *members;  /* owned; rows, the most central first (by mean cosine distance) */
    size_t n_members; /* > 0 */
    size_t medoid;    /* == members[0] */
    /* The medoid, then each time the member that is farthest from those before, outliers left out;
     * never two that look the same. */
    size_t representatives[ICA_MAX_REPRESENTATIVES];
    size_t n_representatives;
    double persistence; /* stability of the cluster as the strategy measures it, >= 0 */
    bool unclustered;   /* what a noise policy made: a single noise image, or their group */
};

struct ica_clustering {
    size_t n;                           /* rows */
    struct ica_membership *memberships; /* n */
    size_t n_clusters;
    struct ica_cluster *clusters; /* larger first; equal sizes by content; unclustered ones last */
    char strategy[32];            /* what ran: "hdbscan", "poc", "auto", ... */
    struct ica_neighbour_quality neighbours; /* that it is based on */
    char reason[ICA_MAX_REASON];             /* one sentence: what was chosen and why */
    /* Empty unless asked for, and for more than ICA_MAX_HIERARCHY_ROWS. */
    struct ica_hierarchy hierarchy;
    /* Whatever their clusters; empty unless asked for. */
    struct ica_near_duplicates near_duplicates;
};

/* The defaults: auto, singletons, HDBSCAN's usual ones, average linkage, no number, no threshold,
 * and near-duplicates. */
struct ica_clustering_options ica_clustering_options_default(void);

/* ICA_EINVALID: an option that the strategy takes is out of range. */
enum ica_status ica_clustering_options_check(const struct ica_clustering_options *options,
                                             struct ica_error *err) ICA_MUST_CHECK;

/* Group the rows of `features` (n >= 1) and put the result into the all-zero `*out`. `parallel` and
 * `monitor` may be NULL. ICA_EINVALID (a parameter out of range, a value that is not finite),
 * ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty then. */
enum ica_status ica_clustering_run(const struct ica_features *features,
                                   const struct ica_clustering_options *options,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   struct ica_clustering *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_clustering_clear(struct ica_clustering *clustering);

#endif
