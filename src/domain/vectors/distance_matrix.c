/* SPDX-License-Identifier: Apache-2.0 */
/* All distances of a small set, kept in memory. */
#include "domain/vectors/distance_matrix.h"

#include <stdlib.h>

#include "base/memory.h"

#define FILL_ROWS    16
#define FILL_COLUMNS 64

static void matrix_block(const struct ica_distance *base, const size_t *rows, size_t n_rows,
                         const size_t *columns, size_t n_columns, double *out)
{
    const struct ica_distance_matrix *self = (const struct ica_distance_matrix *)base;
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t c = 0; c < n_columns; c++) {
            out[r * n_columns + c] =
                rows[r] == columns[c] ? 0 : *ica_distance_matrix_at(self, rows[r], columns[c]);
        }
    }
}

enum ica_status ica_distance_matrix_init(struct ica_distance_matrix *self, size_t n,
                                         struct ica_error *err)
{
    if (n > ICA_MAX_DISTANCE_MATRIX) {
        return ica_error_set(err, ICA_EINVALID, "A distance matrix has at most %d rows, not %zu.",
                             ICA_MAX_DISTANCE_MATRIX, n);
    }
    *self = (struct ica_distance_matrix){
        .base = {.n = n, .look_ahead = 1, .block = matrix_block},
        .values = ica_array_new(n * (n - (n > 0)) / 2, sizeof *self->values),
    };
    return self->values ? ICA_OK : ica_error_nomem(err, "a distance matrix");
}

struct fill {
    struct ica_distance_matrix *matrix;
    const struct ica_distance *source;
    const size_t *rows; /* of the source; NULL = all */
};

static void source_rows(const struct fill *fill, size_t first, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = fill->rows ? fill->rows[first + i] : first + i;
    }
}

/* Rows FILL_ROWS * i and following, right of the diagonal. */
static void fill_rows(void *context, size_t i)
{
    const struct fill *fill = context;
    size_t n = fill->matrix->base.n;
    size_t rows[FILL_ROWS];
    size_t columns[FILL_COLUMNS];
    double distances[FILL_ROWS * FILL_COLUMNS];
    size_t first = i * FILL_ROWS;
    size_t n_rows = n - first < FILL_ROWS ? n - first : FILL_ROWS;
    source_rows(fill, first, n_rows, rows);
    for (size_t begin = first + 1; begin < n; begin += FILL_COLUMNS) {
        size_t n_columns = n - begin < FILL_COLUMNS ? n - begin : FILL_COLUMNS;
        source_rows(fill, begin, n_columns, columns);
        ica_distance_block(fill->source, rows, n_rows, columns, n_columns, distances);
        for (size_t r = 0; r < n_rows; r++) {
            for (size_t c = 0; c < n_columns; c++) {
                if (begin + c > first + r) {
                    *ica_distance_matrix_at(fill->matrix, first + r, begin + c) =
                        distances[r * n_columns + c];
                }
            }
        }
    }
}

void ica_distance_matrix_fill(struct ica_distance_matrix *self, const struct ica_distance *source,
                              const size_t *rows, struct ica_parallel *parallel)
{
    struct fill fill = {.matrix = self, .source = source, .rows = rows};
    ica_parallel_run(parallel, (self->base.n + FILL_ROWS - 1) / FILL_ROWS, fill_rows, &fill);
}

void ica_distance_matrix_clear(struct ica_distance_matrix *self)
{
    free(self->values);
    *self = (struct ica_distance_matrix){0};
}
