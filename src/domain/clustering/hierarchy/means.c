/* SPDX-License-Identifier: Apache-2.0 */
/* Means as a direction and a length: with the cosine distance d between the directions, means of
 * lengths a and b are (a - b)^2 + 2 a b d apart, squared, which is 0 exactly for equal ones. */
#include "domain/clustering/hierarchy/means.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void cost_block(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                       const size_t *columns, size_t n_columns, double *out)
{
    const struct ica_means *self = (const struct ica_means *)base;
    ica_distance_block(&self->directions.base, rows, n_rows, columns, n_columns, out);
    for (size_t r = 0; r < n_rows; r++) {
        double a = self->lengths[rows[r]];
        double v = self->weights[rows[r]];
        for (size_t c = 0; c < n_columns; c++) {
            double b = self->lengths[columns[c]];
            double w = self->weights[columns[c]];
            double *cost = out + r * n_columns + c;
            *cost = v * w / (v + w) * ((a - b) * (a - b) + 2 * a * b * *cost);
        }
    }
}

/* Everything but the directions. */
static enum ica_status init(struct ica_means *means, size_t n, struct ica_error *err)
{
    *means = (struct ica_means){
        .base = {.n = n, .look_ahead = 8, .block = cost_block},
        .lengths = ica_array_new(n, sizeof *means->lengths),
        .weights = ica_array_new(n, sizeof *means->weights),
    };
    return means->lengths && means->weights ? ICA_OK : ica_error_nomem(err, "means of groups");
}

enum ica_status ica_means_init_rows(struct ica_means *means, const struct ica_cosine_distance *rows,
                                    struct ica_error *err)
{
    size_t n = rows->base.n;
    const float **vectors = NULL;
    enum ica_status status = init(means, n, err);
    if (!status) {
        vectors = ica_array_new(n, sizeof *vectors);
        status = vectors ? ICA_OK : ica_error_nomem(err, "means of groups");
    }
    if (!status) {
        memcpy(vectors, rows->rows, n * sizeof *vectors);
        status = ica_cosine_distance_init_rows(&means->directions, vectors, n, rows->dim, err);
    }
    if (status) {
        ica_means_clear(means);
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        means->lengths[i] = means->directions.squared_norms[i] > 0;
        means->weights[i] = 1;
    }
    return ICA_OK;
}

void ica_means_add_direction(const struct ica_means *means, size_t i, double factor, double *sum)
{
    const float *vector = means->directions.rows[i];
    double squared = means->directions.squared_norms[i];
    double scale = squared > 0 ? factor / sqrt(squared) : 0;
    for (size_t k = 0; k < means->directions.dim; k++) {
        sum[k] += (double)vector[k] * scale;
    }
}

/* The mean of group `g`, of several parts, into `vector`. */
static void fill_mean(struct ica_means *means, size_t g, const struct ica_means *parts,
                      const size_t *members, size_t n_members, double *sum, float *vector)
{
    size_t dim = parts->directions.dim;
    double squared = 0;
    memset(sum, 0, dim * sizeof *sum);
    for (size_t i = 0; i < n_members; i++) {
        double weight = parts->weights[members[i]];
        means->weights[g] += weight;
        ica_means_add_direction(parts, members[i], weight * parts->lengths[members[i]], sum);
    }
    for (size_t k = 0; k < dim; k++) {
        double mean = sum[k] / means->weights[g];
        squared += mean * mean;
        vector[k] = (float)mean;
    }
    means->lengths[g] = sqrt(squared);
}

static size_t count_larger(const size_t *begins, size_t n_groups)
{
    size_t count = 0;
    for (size_t g = 0; g < n_groups; g++) {
        count += begins[g + 1] - begins[g] > 1;
    }
    return count;
}

enum ica_status ica_means_init_groups(struct ica_means *means, const struct ica_means *parts,
                                      const size_t *members, const size_t *begins, size_t n_groups,
                                      struct ica_error *err)
{
    size_t dim = parts->directions.dim;
    enum ica_status status = init(means, n_groups, err);
    means->vectors = ica_array_new(count_larger(begins, n_groups), dim * sizeof *means->vectors);
    double *sum = ica_array_new(dim, sizeof *sum);
    const float **vectors = ica_array_new(n_groups, sizeof *vectors);
    if (status || !means->vectors || !sum || !vectors) {
        status = ica_error_nomem(err, "means of groups");
        goto out;
    }
    float *free_vector = means->vectors;
    for (size_t g = 0; g < n_groups; g++) {
        size_t size = begins[g + 1] - begins[g];
        size_t first = members[begins[g]];
        if (size == 1) {
            vectors[g] = parts->directions.rows[first];
            means->lengths[g] = parts->lengths[first];
            means->weights[g] = parts->weights[first];
            continue;
        }
        fill_mean(means, g, parts, members + begins[g], size, sum, free_vector);
        vectors[g] = free_vector;
        free_vector += dim;
    }
    status = ica_cosine_distance_init_rows(&means->directions, vectors, n_groups, dim, err);
    vectors = NULL;
out:
    free(vectors);
    free(sum);
    if (status) {
        ica_means_clear(means);
    }
    return status;
}

void ica_means_clear(struct ica_means *means)
{
    ica_cosine_distance_clear(&means->directions);
    free(means->vectors);
    free(means->lengths);
    free(means->weights);
    *means = (struct ica_means){0};
}
