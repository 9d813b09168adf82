/* SPDX-License-Identifier: Apache-2.0 */
/* From labels to what a person sees. */
#include "domain/clustering/arrangement.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/index_sort.h"
#include "domain/clustering/representatives.h"

struct arrangement {
    const struct ica_partition *partition;
    size_t n_found;
    const struct ica_distance *metric;
    const size_t *order;          /* per row: its row in the result */
    double *distances;            /* per row: mean to the other members of its cluster */
    int32_t *nearest;             /* per row: label of the nearest other cluster */
    double *margins;              /* per row: how much farther that is than its own cluster */
    size_t *begins;               /* per label, and one more: where its rows begin in `rows` */
    size_t *rows;                 /* by label, the most central first */
    size_t *firsts;               /* per label: lowest row */
    size_t *labels;               /* in their final order */
    size_t *places;               /* per label: its place in `labels` */
    struct ica_cluster *clusters; /* of the result; borrowed */
};

static int compare_centrality(const void *context, size_t a, size_t b)
{
    const struct arrangement *arrangement = context;
    double x = arrangement->distances[a];
    double y = arrangement->distances[b];
    return (x > y) - (x < y);
}

static size_t label_size(const struct arrangement *arrangement, size_t label)
{
    return arrangement->begins[label + 1] - arrangement->begins[label];
}

static int compare_clusters(const void *context, size_t a, size_t b)
{
    const struct arrangement *arrangement = context;
    int unclustered = (a >= arrangement->n_found) - (b >= arrangement->n_found);
    size_t size_a = label_size(arrangement, a);
    size_t size_b = label_size(arrangement, b);
    size_t first_a = arrangement->firsts[a];
    size_t first_b = arrangement->firsts[b];
    if (unclustered != 0) {
        return unclustered;
    }
    return size_a != size_b ? (size_a < size_b ? 1 : -1)
                            : (first_a > first_b) - (first_a < first_b);
}

/* Distances to the own cluster, the nearest other one and how much farther it is. A single image
 * needs no centre: only the first `n_centres` labels can have more members. */
static enum ica_status measure(struct arrangement *arrangement,
                               const struct ica_cosine_distance *rows,
                               struct ica_parallel *parallel, const struct ica_monitor *monitor,
                               struct ica_error *err)
{
    const struct ica_partition *partition = arrangement->partition;
    bool one_group = partition->n_clusters == arrangement->n_found + 1;
    size_t n_centres = one_group ? partition->n_clusters : arrangement->n_found;
    struct ica_centroids centroids;
    enum ica_status status =
        ica_centroids_init(&centroids, rows, partition->labels, n_centres, err);
    if (status) {
        return status;
    }
    for (size_t i = 0; i < partition->n; i++) {
        size_t label = (size_t)partition->labels[i];
        arrangement->distances[i] =
            label < n_centres ? ica_centroids_member_distance(&centroids, i, label) : 0;
    }
    status = ica_centroids_nearest(&centroids, partition->labels, arrangement->n_found, parallel,
                                   monitor, arrangement->nearest, err);
    for (size_t i = 0; i < partition->n && !status; i++) {
        int32_t nearest = arrangement->nearest[i];
        arrangement->margins[i] = nearest == ICA_NOISE
                                      ? 0
                                      : ica_centroids_distance(&centroids, i, (size_t)nearest) -
                                            arrangement->distances[i];
    }
    ica_centroids_clear(&centroids);
    return status;
}

/* Sort the rows by label (counting), each label's rows by centrality, and the labels. */
static enum ica_status sort(struct arrangement *arrangement, struct ica_error *err)
{
    const struct ica_partition *partition = arrangement->partition;
    size_t n_labels = partition->n_clusters;
    size_t *begins = arrangement->begins;
    for (size_t i = 0; i < partition->n; i++) {
        begins[partition->labels[i] + 1]++;
    }
    for (size_t label = 0; label < n_labels; label++) {
        begins[label + 1] += begins[label];
    }
    size_t *ends = arrangement->places; /* borrowed until the places are known */
    memcpy(ends, begins, n_labels * sizeof *ends);
    for (size_t i = 0; i < partition->n; i++) {
        arrangement->rows[ends[partition->labels[i]]++] = i;
    }
    for (size_t label = 0; label < n_labels; label++) {
        size_t *rows = arrangement->rows + begins[label];
        arrangement->firsts[label] = rows[0];
        if (!ica_index_sort(rows, label_size(arrangement, label), compare_centrality,
                            arrangement)) {
            return ica_error_nomem(err, "sorting members");
        }
    }
    ica_index_fill(arrangement->labels, n_labels);
    if (!ica_index_sort(arrangement->labels, n_labels, compare_clusters, arrangement)) {
        return ica_error_nomem(err, "sorting clusters");
    }
    for (size_t place = 0; place < n_labels; place++) {
        arrangement->places[arrangement->labels[place]] = place;
    }
    return ICA_OK;
}

/* Choose the representatives of the cluster at one place. The distances have served: their memory
 * is free. */
static void choose_representatives(void *context, size_t place)
{
    const struct arrangement *arrangement = context;
    size_t label = arrangement->labels[place];
    size_t begin = arrangement->begins[label];
    struct ica_cluster *cluster = arrangement->clusters + place;
    cluster->n_representatives =
        ica_representatives(arrangement->metric, arrangement->rows + begin, cluster->n_members,
                            arrangement->distances + begin, cluster->representatives);
    for (size_t i = 0; i < cluster->n_representatives; i++) {
        cluster->representatives[i] = arrangement->order[cluster->representatives[i]];
    }
}

static enum ica_status fill_clusters(struct arrangement *arrangement, struct ica_parallel *parallel,
                                     struct ica_clustering *out, struct ica_error *err)
{
    const struct ica_partition *partition = arrangement->partition;
    out->clusters = ica_array_new(partition->n_clusters, sizeof *out->clusters);
    if (!out->clusters) {
        return ica_error_nomem(err, "the clusters");
    }
    out->n_clusters = partition->n_clusters;
    for (size_t place = 0; place < out->n_clusters; place++) {
        size_t label = arrangement->labels[place];
        size_t size = label_size(arrangement, label);
        const size_t *rows = arrangement->rows + arrangement->begins[label];
        struct ica_cluster *cluster = out->clusters + place;
        cluster->members = ica_array_new(size, sizeof *cluster->members);
        if (!cluster->members) {
            return ica_error_nomem(err, "the clusters");
        }
        for (size_t i = 0; i < size; i++) {
            cluster->members[i] = arrangement->order[rows[i]];
        }
        cluster->n_members = size;
        cluster->medoid = cluster->members[0];
        cluster->persistence = partition->persistence[label];
        cluster->unclustered = label >= arrangement->n_found;
    }
    arrangement->clusters = out->clusters;
    ica_parallel_run(parallel, out->n_clusters, choose_representatives, arrangement);
    return ICA_OK;
}

static void fill_memberships(const struct arrangement *arrangement, struct ica_clustering *out)
{
    const struct ica_partition *partition = arrangement->partition;
    for (size_t i = 0; i < partition->n; i++) {
        struct ica_membership *membership = out->memberships + arrangement->order[i];
        int32_t nearest = arrangement->nearest[i];
        membership->cluster = (int32_t)arrangement->places[partition->labels[i]];
        membership->nearest =
            nearest == ICA_NOISE ? ICA_NOISE : (int32_t)arrangement->places[nearest];
        membership->margin = arrangement->margins[i];
        membership->probability = partition->probabilities[i];
        membership->outlier_score = partition->outlier_scores[i];
    }
}

enum ica_status ica_clustering_arrange(struct ica_clustering *out,
                                       const struct ica_partition *partition, size_t n_found,
                                       const struct ica_cosine_distance *rows, const size_t *order,
                                       struct ica_parallel *parallel,
                                       const struct ica_monitor *monitor, struct ica_error *err)
{
    size_t n = partition->n;
    size_t n_labels = partition->n_clusters;
    enum ica_status status;
    struct arrangement arrangement = {
        .partition = partition,
        .n_found = n_found,
        .metric = &rows->base,
        .order = order,
        .distances = ica_array_new(n, sizeof *arrangement.distances),
        .nearest = ica_array_new(n, sizeof *arrangement.nearest),
        .margins = ica_array_new(n, sizeof *arrangement.margins),
        .begins = ica_array_new(n_labels + 1, sizeof *arrangement.begins),
        .rows = ica_array_new(n, sizeof *arrangement.rows),
        .firsts = ica_array_new(n_labels, sizeof *arrangement.firsts),
        .labels = ica_array_new(n_labels, sizeof *arrangement.labels),
        .places = ica_array_new(n_labels, sizeof *arrangement.places),
    };
    if (!arrangement.distances || !arrangement.nearest || !arrangement.margins ||
        !arrangement.begins || !arrangement.rows || !arrangement.firsts || !arrangement.labels ||
        !arrangement.places) {
        status = ica_error_nomem(err, "arranging the clusters");
        goto out;
    }
    status = measure(&arrangement, rows, parallel, monitor, err);
    if (status) {
        goto out;
    }
    status = sort(&arrangement, err);
    if (status) {
        goto out;
    }
    status = fill_clusters(&arrangement, parallel, out, err);
    if (!status) {
        fill_memberships(&arrangement, out);
    }
out:
    free(arrangement.places);
    free(arrangement.labels);
    free(arrangement.firsts);
    free(arrangement.rows);
    free(arrangement.begins);
    free(arrangement.margins);
    free(arrangement.nearest);
    free(arrangement.distances);
    return status;
}
