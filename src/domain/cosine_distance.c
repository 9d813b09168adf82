/* SPDX-License-Identifier: Apache-2.0 */
/* Cosine distance as 1 - a.b / sqrt(a.a * b.b), all in double. Because the square root of a square
 * is exact, equal rows (and a row and its double) are at distance 0 exactly, without a special case
 * that near-equal rows would miss. */
#include "domain/cosine_distance.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/dot.h"

#define CHUNK 64 /* columns whose addresses are gathered at once */

static double distance(double dot, double squared_a, double squared_b)
{
    if (squared_a == 0 || squared_b == 0) {
        return squared_a == squared_b ? 0 : 1;
    }
    double d = 1 - dot / sqrt(squared_a * squared_b);
    return d < 0 ? 0 : d;
}

static void cosine_chunk(const struct ica_cosine_distance *self, const size_t *rows, size_t n_rows,
                         const size_t *columns, size_t n_columns, double *out, size_t stride)
{
    const float *row_data[ICA_DISTANCE_BLOCK_ROWS];
    const float *column_data[CHUNK];
    double dots[ICA_DISTANCE_BLOCK_ROWS * CHUNK];
    for (size_t r = 0; r < n_rows; r++) {
        row_data[r] = self->rows[rows[r]];
    }
    for (size_t c = 0; c < n_columns; c++) {
        column_data[c] = self->rows[columns[c]];
    }
    ica_dot_block(row_data, n_rows, column_data, n_columns, self->dim, dots);
    for (size_t r = 0; r < n_rows; r++) {
        double squared = self->squared_norms[rows[r]];
        for (size_t c = 0; c < n_columns; c++) {
            out[r * stride + c] =
                distance(dots[r * n_columns + c], squared, self->squared_norms[columns[c]]);
        }
    }
}

static void cosine_block(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                         const size_t *columns, size_t n_columns, double *out)
{
    const struct ica_cosine_distance *self = (const struct ica_cosine_distance *)base;
    for (size_t c = 0; c < n_columns; c += CHUNK) {
        size_t width = n_columns - c < CHUNK ? n_columns - c : CHUNK;
        cosine_chunk(self, rows, n_rows, columns + c, width, out + c, n_columns);
    }
}

enum ica_status ica_cosine_distance_init(struct ica_cosine_distance *self, const float *matrix,
                                         size_t n, size_t dim, const size_t *order,
                                         struct ica_error *err)
{
    *self = (struct ica_cosine_distance){
        .base = {.n = n, .look_ahead = 8, .block = cosine_block},
        .rows = ica_array_new(n, sizeof(*self->rows)),
        .dim = dim,
        .squared_norms = ica_array_new(n, sizeof(*self->squared_norms)),
    };
    if (!self->rows || !self->squared_norms) {
        ica_cosine_distance_clear(self);
        return ica_error_nomem(err, "distances");
    }
    for (size_t i = 0; i < n; i++) {
        self->rows[i] = matrix + (order ? order[i] : i) * dim;
        self->squared_norms[i] = ica_dot(self->rows[i], self->rows[i], dim);
    }
    return ICA_OK;
}

void ica_cosine_distance_clear(struct ica_cosine_distance *self)
{
    free(self->rows);
    free(self->squared_norms);
    *self = (struct ica_cosine_distance){0};
}
