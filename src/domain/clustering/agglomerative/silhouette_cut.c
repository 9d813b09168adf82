/* SPDX-License-Identifier: Apache-2.0 */
/* The silhouette of a row is (b - a) / max(a, b), with a and b its mean distances to the others of
 * its group and to the nearest other group, and 0 for a row alone (Rousseeuw 1987).
 *
 * For the m rows of the sample there is a table of the sums of the distances from each row to each
 * group. At first each row is a group; then the tree is built up again, and where two groups join,
 * their lines of the table are added: O(m^2) time for all merges and O(m k) for each of the about
 * 16 log n cuts that are looked at, from fine to coarse. O(m^2) memory. */
#include "domain/clustering/agglomerative/silhouette_cut.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/index_sort.h"
#include "domain/vectors/distance_matrix.h"

#define STEPS     16  /* the next number of groups is larger by one in so many */
#define MAX_STEPS 512 /* enough for any number of rows */
#define NONE      SIZE_MAX

struct cutting {
    size_t n;         /* rows */
    size_t m;         /* rows of the sample */
    size_t *lower;    /* per row: a lower one of its group, itself for the lowest */
    size_t *lines;    /* per row that is the lowest of a group: its line, or NONE */
    size_t *owners;   /* per row of the sample: the line of its group */
    size_t *sizes;    /* per line: rows of the sample in its group, 0 for one that is done with */
    double *sums;     /* m lines of m: distances from the group's rows to each row */
    double *nearest;  /* per row of the sample: least mean distance to another group */
    size_t n_in_view; /* groups of the sample */
};

static size_t find_lowest(size_t *lower, size_t row)
{
    while (lower[row] != row) {
        lower[row] = lower[lower[row]];
        row = lower[row];
    }
    return row;
}

/* Add line `b` to line `a`. */
static void add_line(struct cutting *c, size_t a, size_t b)
{
    double *to = c->sums + a * c->m;
    const double *from = c->sums + b * c->m;
    for (size_t i = 0; i < c->m; i++) {
        to[i] += from[i];
        c->owners[i] = c->owners[i] == b ? a : c->owners[i];
    }
    c->sizes[a] += c->sizes[b];
    c->sizes[b] = 0;
    c->n_in_view--;
}

static void join(struct cutting *c, const struct ica_edge *edge)
{
    size_t a = find_lowest(c->lower, edge->a);
    size_t b = find_lowest(c->lower, edge->b);
    size_t low = a < b ? a : b;
    size_t high = a < b ? b : a;
    c->lower[high] = low;
    if (c->lines[low] == NONE) {
        c->lines[low] = c->lines[high];
    } else if (c->lines[high] != NONE) {
        add_line(c, c->lines[low], c->lines[high]);
    }
}

/* Over the sample, for the groups as they are. */
static double mean_silhouette(struct cutting *c)
{
    double total = 0;
    for (size_t i = 0; i < c->m; i++) {
        c->nearest[i] = HUGE_VAL;
    }
    for (size_t line = 0; line < c->m; line++) {
        const double *sums = c->sums + line * c->m;
        double size = (double)c->sizes[line];
        for (size_t i = 0; i < c->m && size > 0; i++) {
            double mean = c->owners[i] == line ? HUGE_VAL : sums[i] / size;
            c->nearest[i] = mean < c->nearest[i] ? mean : c->nearest[i];
        }
    }
    for (size_t i = 0; i < c->m && c->n_in_view > 1; i++) {
        size_t line = c->owners[i];
        if (c->sizes[line] > 1) {
            double own = c->sums[line * c->m + i] / (double)(c->sizes[line] - 1);
            double larger = fmax(own, c->nearest[i]);
            total += larger > 0 ? (c->nearest[i] - own) / larger : 0;
        }
    }
    return total / (double)c->m;
}

static enum ica_status try_cuts(struct cutting *c, const struct ica_edge *edges, size_t max_groups,
                                const struct ica_monitor *monitor, struct ica_silhouette_cut *out,
                                struct ica_error *err)
{
    size_t numbers[MAX_STEPS];
    size_t n_numbers = 0;
    size_t n_groups = c->n;
    *out = (struct ica_silhouette_cut){.n_groups = 1};
    for (size_t k = 2; k <= max_groups && n_numbers < MAX_STEPS; k += k / STEPS + 1) {
        numbers[n_numbers++] = k;
    }
    while (n_numbers > 0) {
        enum ica_status status = ica_clustering_look(monitor, c->n, c->n, err);
        if (status) {
            return status;
        }
        for (n_numbers--; n_groups > numbers[n_numbers]; n_groups--) {
            join(c, edges + (c->n - n_groups));
        }
        double mean = mean_silhouette(c);
        if (mean > 0 && mean >= out->silhouette) {
            *out = (struct ica_silhouette_cut){.n_groups = n_groups, .silhouette = mean};
        }
    }
    return ICA_OK;
}

/* Every k-th row is the sample, and each of those a group. */
static enum ica_status measure_sample(struct cutting *c, const struct ica_distance *rows,
                                      struct ica_parallel *parallel, struct ica_error *err)
{
    struct ica_distance_matrix distances;
    size_t *sample = c->owners; /* borrowed until there are groups */
    enum ica_status status = ica_distance_matrix_init(&distances, c->m, err);
    if (status) {
        return status;
    }
    for (size_t i = 0; i < c->n; i++) {
        c->lines[i] = NONE;
    }
    for (size_t i = 0; i < c->m; i++) {
        sample[i] = i * c->n / c->m;
        c->lines[sample[i]] = i;
        c->sizes[i] = 1;
    }
    ica_distance_matrix_fill(&distances, rows, sample, parallel);
    for (size_t i = 0; i < c->m; i++) {
        for (size_t j = 0; j < c->m; j++) {
            c->sums[i * c->m + j] = i == j ? 0 : *ica_distance_matrix_at(&distances, i, j);
        }
    }
    ica_distance_matrix_clear(&distances);
    ica_index_fill(c->owners, c->m);
    ica_index_fill(c->lower, c->n);
    c->n_in_view = c->m;
    return ICA_OK;
}

enum ica_status ica_silhouette_cut(const struct ica_distance *rows, const struct ica_edge *edges,
                                   size_t max_groups, struct ica_parallel *parallel,
                                   const struct ica_monitor *monitor,
                                   struct ica_silhouette_cut *out, struct ica_error *err)
{
    size_t n = rows->n;
    size_t m = n < ICA_SILHOUETTE_SAMPLE ? n : ICA_SILHOUETTE_SAMPLE;
    enum ica_status status;
    struct cutting c = {
        .n = n,
        .m = m,
        .lower = ica_array_new(n, sizeof *c.lower),
        .lines = ica_array_new(n, sizeof *c.lines),
        .owners = ica_array_new(m, sizeof *c.owners),
        .sizes = ica_array_new(m, sizeof *c.sizes),
        .sums = ica_array_new(m, m * sizeof *c.sums),
        .nearest = ica_array_new(m, sizeof *c.nearest),
    };
    if (!c.lower || !c.lines || !c.owners || !c.sizes || !c.sums || !c.nearest) {
        status = ica_error_nomem(err, "silhouettes");
    } else {
        status = measure_sample(&c, rows, parallel, err);
    }
    if (!status) {
        status = try_cuts(&c, edges, max_groups, monitor, out, err);
    }
    free(c.nearest);
    free(c.sums);
    free(c.sizes);
    free(c.owners);
    free(c.lines);
    free(c.lower);
    return status;
}
