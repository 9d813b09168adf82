/* SPDX-License-Identifier: Apache-2.0 */
/* Core distances: each row keeps its k smallest distances in a heap with the largest on top, while
 * blocks of bounds pass by. O(n^2) bounds, about n k log(n / k) distances, k doubles per row of the
 * blocks at work. */
#include "domain/clustering/density/core_distance.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define BLOCK_ROWS    ICA_DISTANCE_BLOCK_ROWS
#define BLOCK_COLUMNS 64
#define WAVE          8 /* blocks per worker between two looks at the monitor */

struct pass {
    const struct ica_distance *distance;
    size_t k;
    size_t first_block; /* of this wave */
    double *heaps;      /* per block of the wave, BLOCK_ROWS heaps of k */
    double *cores;
};

/* Replace the top of a full heap of `k` by the smaller `value`. */
static void heap_replace_top(double *heap, size_t k, double value)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= k) {
            break;
        }
        if (child + 1 < k && heap[child + 1] > heap[child]) {
            child++;
        }
        if (heap[child] <= value) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = value;
}

/* Distances are asked for only where the bound leaves hope for a place in the heap. */
static void take_row(const struct pass *pass, size_t row, const size_t *columns, size_t n_columns,
                     const double *bounds, double *heap)
{
    size_t hopeful[BLOCK_COLUMNS];
    double distances[BLOCK_COLUMNS];
    size_t n_hopeful = 0;
    for (size_t c = 0; c < n_columns; c++) {
        if (bounds[c] < heap[0] && columns[c] != row) {
            hopeful[n_hopeful++] = columns[c];
        }
    }
    ica_distance_block(pass->distance, &row, 1, hopeful, n_hopeful, distances);
    for (size_t c = 0; c < n_hopeful; c++) {
        if (distances[c] < heap[0]) {
            heap_replace_top(heap, pass->k, distances[c]);
        }
    }
}

static void take_block(const struct pass *pass, const size_t *rows, size_t n_rows,
                       const size_t *columns, size_t n_columns, double *heaps)
{
    double bounds[BLOCK_ROWS * BLOCK_COLUMNS];
    ica_distance_bounds(pass->distance, rows, n_rows, columns, n_columns, bounds);
    for (size_t r = 0; r < n_rows; r++) {
        take_row(pass, rows[r], columns, n_columns, bounds + r * n_columns, heaps + r * pass->k);
    }
}

static void core_block(void *context, size_t i)
{
    const struct pass *pass = context;
    size_t n = pass->distance->n;
    size_t first = (pass->first_block + i) * BLOCK_ROWS;
    size_t n_rows = n - first < BLOCK_ROWS ? n - first : BLOCK_ROWS;
    double *heaps = pass->heaps + i * BLOCK_ROWS * pass->k;
    size_t rows[BLOCK_ROWS];
    size_t columns[BLOCK_COLUMNS];

    for (size_t r = 0; r < n_rows; r++) {
        rows[r] = first + r;
    }
    for (size_t h = 0; h < n_rows * pass->k; h++) {
        heaps[h] = HUGE_VAL;
    }
    for (size_t begin = 0; begin < n; begin += BLOCK_COLUMNS) {
        size_t n_columns = n - begin < BLOCK_COLUMNS ? n - begin : BLOCK_COLUMNS;
        for (size_t c = 0; c < n_columns; c++) {
            columns[c] = begin + c;
        }
        take_block(pass, rows, n_rows, columns, n_columns, heaps);
    }
    for (size_t r = 0; r < n_rows; r++) {
        pass->cores[first + r] = heaps[r * pass->k];
    }
}

enum ica_status ica_core_distances(const struct ica_distance *distance, size_t k,
                                   struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                   size_t total_steps, double *cores, struct ica_error *err)
{
    size_t n_blocks = (distance->n + BLOCK_ROWS - 1) / BLOCK_ROWS;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    wave = wave < n_blocks ? wave : n_blocks;
    struct pass pass = {
        .distance = distance,
        .k = k,
        .heaps = ica_array_new(wave * BLOCK_ROWS, k * sizeof *pass.heaps),
        .cores = cores,
    };
    if (!pass.heaps) {
        return ica_error_nomem(err, "core distances");
    }
    enum ica_status status = ICA_OK;
    for (; pass.first_block < n_blocks; pass.first_block += wave) {
        status = ica_clustering_look(monitor, pass.first_block * BLOCK_ROWS, total_steps, err);
        if (status) {
            break;
        }
        size_t rest = n_blocks - pass.first_block;
        ica_parallel_run(parallel, rest < wave ? rest : wave, core_block, &pass);
    }
    free(pass.heaps);
    return status;
}
