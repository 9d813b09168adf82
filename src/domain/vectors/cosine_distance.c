/* SPDX-License-Identifier: Apache-2.0 */
/* Cosine distance as 1 - a.b / sqrt(a.a * b.b), all in double. Because the square root of a square
 * is exact, equal rows (and a row and its double) are at distance 0 exactly, without a special case
 * that near-equal rows would miss. Lower bounds come from scalar products in float. */
#include "domain/vectors/cosine_distance.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/vectors/dot.h"

#define CHUNK 64 /* columns at once */

static double distance(double dot, double squared_a, double squared_b)
{
    if (squared_a == 0 || squared_b == 0) {
        return squared_a == squared_b ? 0 : 1;
    }
    double d = 1 - dot / sqrt(squared_a * squared_b);
    return d < 0 ? 0 : d;
}

/* At most the distance. Where floats do not reach, 0. */
static double bound(double fast_dot, double error, double squared_a, double squared_b)
{
    if (fmin(squared_a, squared_b) < ICA_MIN_FAST_SQUARE ||
        fmax(squared_a, squared_b) > ICA_MAX_FAST_SQUARE) {
        return 0;
    }
    return fmax(0, 1 - fast_dot / sqrt(squared_a * squared_b) - error);
}

/* The scalar products of up to CHUNK columns. */
static void dots(const struct ica_cosine_distance *self, const size_t *rows, size_t n_rows,
                 const size_t *columns, size_t n_columns, bool fast, double *out)
{
    const float *row_data[ICA_DISTANCE_BLOCK_ROWS];
    const float *column_data[CHUNK];
    for (size_t r = 0; r < n_rows; r++) {
        row_data[r] = self->rows[rows[r]];
    }
    for (size_t c = 0; c < n_columns; c++) {
        column_data[c] = self->rows[columns[c]];
    }
    if (fast) {
        ica_dot_block_fast(row_data, n_rows, column_data, n_columns, self->dim, out);
    } else {
        ica_dot_block(row_data, n_rows, column_data, n_columns, self->dim, out);
    }
}

static void distances_or_bounds(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                                const size_t *columns, size_t n_columns, bool fast, double *out)
{
    const struct ica_cosine_distance *self = (const struct ica_cosine_distance *)base;
    const double error = ica_dot_fast_error(self->dim);
    double products[ICA_DISTANCE_BLOCK_ROWS * CHUNK];
    for (size_t begin = 0; begin < n_columns; begin += CHUNK) {
        size_t width = n_columns - begin < CHUNK ? n_columns - begin : CHUNK;
        dots(self, rows, n_rows, columns + begin, width, fast, products);
        for (size_t r = 0; r < n_rows; r++) {
            double squared_a = self->squared_norms[rows[r]];
            for (size_t c = 0; c < width; c++) {
                double squared_b = self->squared_norms[columns[begin + c]];
                double product = products[r * width + c];
                out[r * n_columns + begin + c] = fast ? bound(product, error, squared_a, squared_b)
                                                      : distance(product, squared_a, squared_b);
            }
        }
    }
}

static void cosine_block(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                         const size_t *columns, size_t n_columns, double *out)
{
    distances_or_bounds(base, rows, n_rows, columns, n_columns, false, out);
}

static void cosine_bounds(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                          const size_t *columns, size_t n_columns, double *out)
{
    distances_or_bounds(base, rows, n_rows, columns, n_columns, true, out);
}

enum ica_status ica_cosine_distance_init_rows(struct ica_cosine_distance *self, const float **rows,
                                              size_t n, size_t dim, struct ica_error *err)
{
    *self = (struct ica_cosine_distance){
        .base = {.n = n, .look_ahead = 8, .block = cosine_block, .bounds = cosine_bounds},
        .rows = rows,
        .dim = dim,
        .squared_norms = ica_array_new(n, sizeof *self->squared_norms),
    };
    if (!self->squared_norms) {
        ica_cosine_distance_clear(self);
        return ica_error_nomem(err, "distances");
    }
    for (size_t i = 0; i < n; i++) {
        self->squared_norms[i] = ica_dot(rows[i], rows[i], dim);
    }
    return ICA_OK;
}

enum ica_status ica_cosine_distance_init(struct ica_cosine_distance *self, const float *matrix,
                                         size_t n, size_t dim, const size_t *order,
                                         struct ica_error *err)
{
    *self = (struct ica_cosine_distance){0};
    const float **rows = ica_array_new(n, sizeof *rows);
    if (!rows) {
        return ica_error_nomem(err, "distances");
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = matrix + (order ? order[i] : i) * dim;
    }
    return ica_cosine_distance_init_rows(self, rows, n, dim, err);
}

double ica_cosine_distance_pair(const struct ica_cosine_distance *self, size_t a, size_t b)
{
    return ica_cosine_distance_across(self, a, self, b);
}

double ica_cosine_distance_across(const struct ica_cosine_distance *self, size_t a,
                                  const struct ica_cosine_distance *other, size_t b)
{
    return distance(ica_dot(self->rows[a], other->rows[b], self->dim), self->squared_norms[a],
                    other->squared_norms[b]);
}

void ica_cosine_distance_clear(struct ica_cosine_distance *self)
{
    free(self->rows);
    free(self->squared_norms);
    *self = (struct ica_cosine_distance){0};
}
