/* SPDX-License-Identifier: Apache-2.0 */
/* Mean cosine distances to clusters. */
#include "domain/clustering/centroids.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/clustering.h"
#include "domain/vectors/dot.h"

#define BLOCK_ROWS 16
#define WAVE       4 /* blocks per worker between two looks at the monitor */

static void add_member(struct ica_centroids *centroids, size_t row, size_t cluster)
{
    const struct ica_cosine_distance *rows = centroids->rows;
    double *sum = centroids->sums + cluster * rows->dim;
    double squared = rows->squared_norms[row];
    centroids->sizes[cluster]++;
    if (squared == 0) {
        centroids->zero_sizes[cluster]++;
        return;
    }
    double scale = 1 / sqrt(squared);
    for (size_t k = 0; k < rows->dim; k++) {
        sum[k] += (double)rows->rows[row][k] * scale;
    }
}

enum ica_status ica_centroids_init(struct ica_centroids *centroids,
                                   const struct ica_cosine_distance *rows, const int32_t *labels,
                                   size_t n_clusters, struct ica_error *err)
{
    *centroids = (struct ica_centroids){
        .rows = rows,
        .n_clusters = n_clusters,
        .sums = ica_array_new(n_clusters, rows->dim * sizeof *centroids->sums),
        .sizes = ica_array_new(n_clusters, sizeof *centroids->sizes),
        .zero_sizes = ica_array_new(n_clusters, sizeof *centroids->zero_sizes),
    };
    if (!centroids->sums || !centroids->sizes || !centroids->zero_sizes) {
        ica_centroids_clear(centroids);
        return ica_error_nomem(err, "cluster centres");
    }
    for (size_t i = 0; i < rows->base.n; i++) {
        if (labels[i] >= 0 && (size_t)labels[i] < n_clusters) {
            add_member(centroids, i, (size_t)labels[i]);
        }
    }
    return ICA_OK;
}

/* Sum of the distances to all members. */
static double total_distance(const struct ica_centroids *centroids, size_t row, size_t cluster)
{
    const struct ica_cosine_distance *rows = centroids->rows;
    double size = (double)centroids->sizes[cluster];
    double squared = rows->squared_norms[row];
    if (squared == 0) {
        return size - (double)centroids->zero_sizes[cluster];
    }
    const double *sum = centroids->sums + cluster * rows->dim;
    return fmax(0, size - ica_dot_mixed(sum, rows->rows[row], rows->dim) / sqrt(squared));
}

double ica_centroids_distance(const struct ica_centroids *centroids, size_t row, size_t cluster)
{
    return total_distance(centroids, row, cluster) / (double)centroids->sizes[cluster];
}

double ica_centroids_member_distance(const struct ica_centroids *centroids, size_t row,
                                     size_t cluster)
{
    size_t others = centroids->sizes[cluster] - 1;
    return others ? total_distance(centroids, row, cluster) / (double)others : 0;
}

struct search {
    const struct ica_centroids *centroids;
    const int32_t *labels;
    size_t n_candidates;
    int32_t *nearest;
    size_t first_block; /* of this wave */
};

/* Rows in blocks, so that each centre that is read from memory serves several rows. */
static void search_block(void *context, size_t i)
{
    const struct search *search = context;
    double best[BLOCK_ROWS];
    size_t n = search->centroids->rows->base.n;
    size_t first = (search->first_block + i) * BLOCK_ROWS;
    size_t n_rows = n - first < BLOCK_ROWS ? n - first : BLOCK_ROWS;
    for (size_t r = 0; r < n_rows; r++) {
        best[r] = HUGE_VAL;
        search->nearest[first + r] = ICA_NOISE;
    }
    for (size_t c = 0; c < search->n_candidates; c++) {
        for (size_t r = 0; r < n_rows; r++) {
            if (search->labels[first + r] == (int32_t)c) {
                continue;
            }
            double distance = ica_centroids_distance(search->centroids, first + r, c);
            if (distance < best[r]) {
                best[r] = distance;
                search->nearest[first + r] = (int32_t)c;
            }
        }
    }
}

enum ica_status ica_centroids_nearest(const struct ica_centroids *centroids, const int32_t *labels,
                                      size_t n_candidates, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, int32_t *nearest,
                                      struct ica_error *err)
{
    size_t n = centroids->rows->base.n;
    size_t n_blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    struct search search = {
        .centroids = centroids,
        .labels = labels,
        .n_candidates = n_candidates,
        .nearest = nearest,
    };
    for (; search.first_block < n_blocks; search.first_block += wave) {
        enum ica_status status = ica_clustering_look(monitor, n, n, err);
        if (status) {
            return status;
        }
        size_t rest = n_blocks - search.first_block;
        ica_parallel_run(parallel, rest < wave ? rest : wave, search_block, &search);
    }
    return ICA_OK;
}

void ica_centroids_clear(struct ica_centroids *centroids)
{
    free(centroids->sums);
    free(centroids->sizes);
    free(centroids->zero_sizes);
    *centroids = (struct ica_centroids){0};
}
