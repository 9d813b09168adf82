/* SPDX-License-Identifier: Apache-2.0 */
/* Half of the sample are rows of the clusters that the open rows may join, the same number of each:
 * a cluster counts if it is the nearest of an open row by mean cosine distance. The other half are
 * every k-th of the rest, so that what the pair model learns of the set is right. All rows are in
 * an order by content, and "every k-th" is evenly spread over it. */
#include "domain/clustering/growth/growth_sample.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/index_sort.h"

struct search {
    const struct ica_centroids *centroids;
    const size_t *open;
    int32_t *nearest; /* per open row */
};

static void find_nearest(void *context, size_t i)
{
    const struct search *search = context;
    double least = HUGE_VAL;
    for (size_t c = 0; c < search->centroids->n_clusters; c++) {
        double distance = ica_centroids_distance(search->centroids, search->open[i], c);
        if (distance < least) {
            least = distance;
            search->nearest[i] = (int32_t)c;
        }
    }
}

/* Choose `quota`, or all, of the `size` rows of a cluster: row number `rank` of them? */
static bool is_kth(size_t rank, size_t size, size_t quota)
{
    return quota >= size || rank * quota / size != (rank + 1) * quota / size;
}

/* Rows of the clusters that are someone's nearest. Returns how many. */
static size_t choose_near(const int32_t *labels, size_t n, size_t n_clusters,
                          const int32_t *nearest, size_t n_open, const size_t *sizes, size_t *ranks,
                          bool *is_near, bool *chosen)
{
    size_t n_near = 0;
    size_t n_chosen = 0;
    for (size_t i = 0; i < n_open; i++) {
        n_near += !is_near[nearest[i]];
        is_near[nearest[i]] = true;
    }
    size_t quota = ICA_GROWTH_SAMPLE / 2 / (n_near > 0 ? n_near : 1);
    for (size_t i = 0; i < n; i++) {
        if (labels[i] >= 0 && (size_t)labels[i] < n_clusters && is_near[labels[i]] &&
            n_chosen < ICA_GROWTH_SAMPLE / 2 &&
            is_kth(ranks[labels[i]]++, sizes[labels[i]], quota > 0 ? quota : 1)) {
            chosen[i] = true;
            n_chosen++;
        }
    }
    return n_chosen;
}

/* Every k-th of the rows in clusters that are not chosen yet. */
static void choose_evenly(const int32_t *labels, size_t n, size_t n_rest, size_t quota,
                          bool *chosen)
{
    size_t rank = 0;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] >= 0 && !chosen[i]) {
            chosen[i] = is_kth(rank++, n_rest, quota);
        }
    }
}

enum ica_status ica_growth_sample(const struct ica_cosine_distance *rows, const int32_t *labels,
                                  size_t n_clusters, const size_t *open, size_t n_open,
                                  struct ica_parallel *parallel, bool *chosen,
                                  struct ica_error *err)
{
    size_t n = rows->base.n;
    size_t n_clustered = 0;
    for (size_t i = 0; i < n; i++) {
        n_clustered += labels[i] >= 0;
    }
    if (n_clustered <= ICA_GROWTH_SAMPLE) {
        choose_evenly(labels, n, n_clustered, n_clustered, chosen);
        return ICA_OK;
    }
    struct ica_centroids centroids = {0};
    struct search search = {
        .centroids = &centroids,
        .open = open,
        .nearest = ica_array_new(n_open, sizeof *search.nearest),
    };
    size_t *ranks = ica_array_new(n_clusters, sizeof *ranks);
    bool *is_near = ica_array_new(n_clusters, sizeof *is_near);
    enum ica_status status = search.nearest && ranks && is_near
                                 ? ica_centroids_init(&centroids, rows, labels, n_clusters, err)
                                 : ica_error_nomem(err, "a sample");
    if (!status) {
        ica_parallel_run(parallel, n_open, find_nearest, &search);
        size_t n_near = choose_near(labels, n, n_clusters, search.nearest, n_open, centroids.sizes,
                                    ranks, is_near, chosen);
        choose_evenly(labels, n, n_clustered - n_near, ICA_GROWTH_SAMPLE - n_near, chosen);
    }
    ica_centroids_clear(&centroids);
    free(is_near);
    free(ranks);
    free(search.nearest);
    return status;
}

#define MAX_LOOKED_AT 1024 /* open rows */

struct resting_search {
    const struct ica_cosine_distance *rows;
    const size_t *looked_at; /* open rows */
    size_t n_looked_at;
    const size_t *resting;
    double *distances; /* per resting row: to the nearest of those */
};

static void measure_resting(void *context, size_t i)
{
    const struct resting_search *search = context;
    double distances[MAX_LOOKED_AT];
    double least = HUGE_VAL;
    ica_distance_block(&search->rows->base, &search->resting[i], 1, search->looked_at,
                       search->n_looked_at, distances);
    for (size_t k = 0; k < search->n_looked_at; k++) {
        least = fmin(least, distances[k]);
    }
    search->distances[i] = least;
}

static int compare_distances(const void *context, size_t a, size_t b)
{
    const double *distances = context;
    return (distances[a] > distances[b]) - (distances[a] < distances[b]);
}

static int compare_numbers(const void *context, size_t a, size_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

size_t ica_growth_nearest_resting(const struct ica_cosine_distance *rows, const size_t *open,
                                  size_t n_open, size_t *resting, size_t n_resting, size_t most,
                                  struct ica_parallel *parallel)
{
    size_t looked_at[MAX_LOOKED_AT];
    size_t n_looked_at = 0;
    if (n_resting <= most) {
        return n_resting;
    }
    for (size_t i = 0; i < n_open; i++) {
        if (n_looked_at < MAX_LOOKED_AT && is_kth(i, n_open, MAX_LOOKED_AT)) {
            looked_at[n_looked_at++] = open[i];
        }
    }
    struct resting_search search = {
        .rows = rows,
        .looked_at = looked_at,
        .n_looked_at = n_looked_at,
        .resting = resting,
        .distances = ica_array_new(n_resting, sizeof *search.distances),
    };
    size_t *order = ica_array_new(n_resting, sizeof *order);
    size_t kept = 0;
    if (search.distances && order) {
        ica_parallel_run(parallel, n_resting, measure_resting, &search);
        ica_index_fill(order, n_resting);
        if (ica_index_sort(order, n_resting, compare_distances, search.distances) &&
            ica_index_sort(order, most, compare_numbers, NULL)) {
            for (; kept < most; kept++) {
                resting[kept] = resting[order[kept]]; /* order[kept] is not below kept */
            }
        }
    }
    free(order);
    free(search.distances);
    return kept;
}
