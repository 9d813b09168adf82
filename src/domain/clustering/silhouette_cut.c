/* SPDX-License-Identifier: Apache-2.0 */
/* The silhouette of a row is (b - a) / max(a, b), with a and b its mean distances to the others of
 * its group and to the nearest other group, and 0 for a row alone (Rousseeuw 1987). For each cut
 * that is tried, the distances from a row to the groups are added up from a matrix of the sampled
 * rows: O(m^2) time a cut and memory for the m rows, and about 16 log n cuts. */
#include "domain/clustering/silhouette_cut.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/dendrogram.h"
#include "domain/clustering/distance_matrix.h"

#define STEPS 16 /* the next number of groups is larger by one in so many */

struct cutting {
    struct ica_distance_matrix distances; /* of the sample */
    size_t *sample;                       /* rows, ascending */
    size_t *groups;                       /* per row of all */
    size_t *numbers;                      /* per row of the sample: its group, without gaps */
    size_t *sizes;                        /* per group: rows of the sample */
    size_t *known;                        /* per group of all: its number, 0 = none yet, else + 1 */
    size_t n_groups;                      /* that the sample is in */
    double *sums;                         /* per task, n_groups each: distances to the groups */
    double *silhouettes;                  /* per row of the sample */
    size_t n_tasks;
};

/* The silhouette of one row of the sample; `sums` are its distances to the groups. */
static double silhouette(const struct cutting *c, size_t i, const double *sums)
{
    size_t own = c->numbers[i];
    double next = HUGE_VAL;
    if (c->sizes[own] == 1 || c->n_groups == 1) {
        return 0;
    }
    for (size_t g = 0; g < c->n_groups; g++) {
        if (g != own) {
            next = fmin(next, sums[g] / (double)c->sizes[g]);
        }
    }
    double mean = sums[own] / (double)(c->sizes[own] - 1);
    double larger = fmax(mean, next);
    return larger > 0 ? (next - mean) / larger : 0;
}

/* Every n_tasks-th row of the sample. */
static void rate_rows(void *context, size_t task)
{
    const struct cutting *c = context;
    size_t m = c->distances.base.n;
    double *sums = c->sums + task * m;
    for (size_t i = task; i < m; i += c->n_tasks) {
        for (size_t g = 0; g < c->n_groups; g++) {
            sums[g] = 0;
        }
        for (size_t j = 0; j < m; j++) {
            if (j != i) {
                sums[c->numbers[j]] += *ica_distance_matrix_at(&c->distances, i, j);
            }
        }
        c->silhouettes[i] = silhouette(c, i, sums);
    }
}

/* Number the groups that the sample is in. */
static void number_sample(struct cutting *c, size_t n_groups)
{
    c->n_groups = 0;
    for (size_t g = 0; g < n_groups; g++) {
        c->known[g] = 0;
    }
    for (size_t i = 0; i < c->distances.base.n; i++) {
        size_t *known = c->known + c->groups[c->sample[i]];
        if (*known == 0) {
            c->sizes[c->n_groups] = 0;
            *known = ++c->n_groups;
        }
        c->numbers[i] = *known - 1;
        c->sizes[*known - 1]++;
    }
}

static double mean_silhouette(struct cutting *c, struct ica_parallel *parallel)
{
    double sum = 0;
    size_t m = c->distances.base.n;
    ica_parallel_run(parallel, c->n_tasks, rate_rows, c);
    for (size_t i = 0; i < m; i++) {
        sum += c->silhouettes[i];
    }
    return sum / (double)m;
}

static enum ica_status try_cuts(struct cutting *c, const struct ica_edge *edges, size_t n,
                                size_t max_groups, struct ica_parallel *parallel,
                                const struct ica_monitor *monitor, struct ica_silhouette_cut *out,
                                struct ica_error *err)
{
    *out = (struct ica_silhouette_cut){.n_groups = 1};
    for (size_t k = 2; k <= max_groups; k += k / STEPS + 1) {
        enum ica_status status = ica_clustering_look(monitor, n, n, err);
        if (status) {
            return status;
        }
        number_sample(c, ica_dendrogram_cut(edges, n - k, n, c->groups));
        double mean = mean_silhouette(c, parallel);
        if (mean > out->silhouette) {
            *out = (struct ica_silhouette_cut){.n_groups = k, .silhouette = mean};
        }
    }
    return ICA_OK;
}

enum ica_status ica_silhouette_cut(const struct ica_distance *rows, const struct ica_edge *edges,
                                   size_t max_groups, struct ica_parallel *parallel,
                                   const struct ica_monitor *monitor,
                                   struct ica_silhouette_cut *out, struct ica_error *err)
{
    size_t n = rows->n;
    size_t m = n < ICA_SILHOUETTE_SAMPLE ? n : ICA_SILHOUETTE_SAMPLE;
    size_t n_tasks = parallel ? parallel->n_workers : 1;
    enum ica_status status;
    struct cutting c = {
        .sample = ica_array_new(m, sizeof *c.sample),
        .groups = ica_array_new(n, sizeof *c.groups),
        .numbers = ica_array_new(m, sizeof *c.numbers),
        .sizes = ica_array_new(m, sizeof *c.sizes),
        .known = ica_array_new(n, sizeof *c.known),
        .sums = ica_array_new(n_tasks, m * sizeof *c.sums),
        .silhouettes = ica_array_new(m, sizeof *c.silhouettes),
        .n_tasks = n_tasks,
    };
    if (!c.sample || !c.groups || !c.numbers || !c.sizes || !c.known || !c.sums || !c.silhouettes) {
        status = ica_error_nomem(err, "silhouettes");
        goto out;
    }
    status = ica_distance_matrix_init(&c.distances, m, err);
    if (status) {
        goto out;
    }
    for (size_t i = 0; i < m; i++) {
        c.sample[i] = i * n / m;
    }
    ica_distance_matrix_fill(&c.distances, rows, c.sample, parallel);
    status = try_cuts(&c, edges, n, max_groups, parallel, monitor, out, err);
out:
    ica_distance_matrix_clear(&c.distances);
    free(c.silhouettes);
    free(c.sums);
    free(c.known);
    free(c.sizes);
    free(c.numbers);
    free(c.groups);
    free(c.sample);
    return status;
}
