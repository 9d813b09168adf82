/* SPDX-License-Identifier: Apache-2.0 */
/* Half a matrix of floats, filled in blocks of rows and columns. */
#include "domain/vectors/float_matrix.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define FILL_ROWS    16
#define FILL_COLUMNS 64
#define WAVE         4 /* blocks of rows per worker between two looks at the monitor */

struct fill {
    struct ica_float_matrix *matrix;
    const struct ica_distance *source;
    bool bounds;
    const size_t *rows;
    size_t first_block; /* of this wave */
};

/* The rows of one block, right of the diagonal. */
static void fill_rows(void *context, size_t task)
{
    const struct fill *fill = context;
    size_t n = fill->matrix->n;
    double distances[FILL_ROWS * FILL_COLUMNS];
    size_t first = (fill->first_block + task) * FILL_ROWS;
    size_t n_rows = n - first < FILL_ROWS ? n - first : FILL_ROWS;
    for (size_t begin = first + 1; begin < n; begin += FILL_COLUMNS) {
        size_t width = n - begin < FILL_COLUMNS ? n - begin : FILL_COLUMNS;
        (fill->bounds ? ica_distance_bounds : ica_distance_block)(
            fill->source, fill->rows + first, n_rows, fill->rows + begin, width, distances);
        for (size_t r = 0; r < n_rows; r++) {
            for (size_t c = 0; c < width; c++) {
                if (begin + c > first + r) {
                    *ica_float_matrix_at(fill->matrix, first + r, begin + c) =
                        (float)distances[r * width + c];
                }
            }
        }
    }
}

enum ica_status ica_float_matrix_init(struct ica_float_matrix *matrix,
                                      const struct ica_distance *source, bool bounds,
                                      const size_t *rows, size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, struct ica_error *err)
{
    size_t n_blocks = (n + FILL_ROWS - 1) / FILL_ROWS;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    struct fill fill = {.matrix = matrix, .source = source, .bounds = bounds, .rows = rows};
    *matrix = (struct ica_float_matrix){
        .n = n,
        .values = ica_array_new(n * (n - 1) / 2, sizeof *matrix->values),
    };
    enum ica_status status =
        matrix->values ? ICA_OK : ica_error_nomem(err, "the distances of all pairs");
    for (; fill.first_block < n_blocks && !status; fill.first_block += wave) {
        status = ica_clustering_look(monitor, fill.first_block * FILL_ROWS / 2, n, err);
        if (!status) {
            size_t rest = n_blocks - fill.first_block;
            ica_parallel_run(parallel, rest < wave ? rest : wave, fill_rows, &fill);
        }
    }
    if (status) {
        ica_float_matrix_clear(matrix);
    }
    return status;
}

void ica_float_matrix_clear(struct ica_float_matrix *matrix)
{
    free(matrix->values);
    *matrix = (struct ica_float_matrix){0};
}
