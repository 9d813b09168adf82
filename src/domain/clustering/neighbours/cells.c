/* SPDX-License-Identifier: Apache-2.0 */
/* Spherical k-means (Dhillon, Modha 2001), stopped early: rows drawn evenly are the first centres,
 * a sample improves them a few times, then all rows find their homes. */
#include "domain/clustering/neighbours/cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/centroids.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/neighbours/list_search.h"

#define LEAST_ROWS    512 /* fewer are one cell */
#define ROWS_PER_CELL 16  /* in the sample */
#define ROUNDS        2
#define TASK_ROWS     960

/* The centres while they are made. */
struct centres {
    float *matrix; /* owned, n_cells x dim */
    struct ica_cosine_distance rows;
    uint32_t *numbers; /* owned, n_cells: 0, 1, 2, ... */
};

struct division {
    const struct ica_cosine_distance *rows;
    const struct ica_product_kernel *kernel;
    struct ica_parallel *parallel;
    size_t n_cells;
    struct centres centres;
};

static enum ica_status init_centres(struct division *division, struct ica_error *err)
{
    struct centres *centres = &division->centres;
    size_t n = division->rows->base.n;
    size_t dim = division->rows->dim;
    centres->matrix = ica_array_new(division->n_cells, dim * sizeof *centres->matrix);
    centres->numbers = ica_array_new(division->n_cells, sizeof *centres->numbers);
    if (!centres->matrix || !centres->numbers) {
        return ica_error_nomem(err, "a division into cells");
    }
    for (size_t c = 0; c < division->n_cells; c++) {
        const float *row = division->rows->rows[c * n / division->n_cells];
        centres->numbers[c] = (uint32_t)c;
        for (size_t k = 0; k < dim; k++) {
            centres->matrix[c * dim + k] = row[k];
        }
    }
    return ica_cosine_distance_init(&centres->rows, centres->matrix, division->n_cells, dim, NULL,
                                    err);
}

/* The nearest centres of every `stride`-th row. */
static enum ica_status find_homes(const struct division *division, size_t stride,
                                  struct ica_neighbour_lists *homes, struct ica_error *err)
{
    size_t n = (homes->n + stride - 1) / stride;
    size_t n_tasks = (n + TASK_ROWS - 1) / TASK_ROWS;
    uint32_t *rows = ica_array_new(n, sizeof *rows);
    struct ica_list_task *tasks = ica_array_new(n_tasks, sizeof *tasks);
    enum ica_status status = ICA_OK;
    if (!rows || !tasks) {
        status = ica_error_nomem(err, "a division into cells");
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = (uint32_t)(i * stride);
    }
    for (size_t t = 0; t < n_tasks; t++) {
        size_t first = t * TASK_ROWS;
        tasks[t] = (struct ica_list_task){
            .rows = rows + first,
            .n_rows = n - first < TASK_ROWS ? n - first : TASK_ROWS,
            .others = division->centres.numbers,
            .n_others = division->n_cells,
        };
    }
    struct ica_list_search search = {
        .rows = division->rows,
        .others = &division->centres.rows,
        .kernel = division->kernel,
        .parallel = division->parallel,
        .lists = homes,
    };
    status = ica_list_search_run(&search, tasks, n_tasks, err);
out:
    free(tasks);
    free(rows);
    return status;
}

/* Each centre becomes the mean direction of the sample's rows that it is nearest to; one that has
 * none stays as it is. */
static enum ica_status move_centres(struct division *division, size_t stride, struct ica_error *err)
{
    size_t n = division->rows->base.n;
    size_t dim = division->rows->dim;
    struct ica_neighbour_lists nearest = {0};
    struct ica_centroids means = {0};
    int32_t *labels = ica_array_new(n, sizeof *labels);
    enum ica_status status = labels ? ICA_OK : ica_error_nomem(err, "a division into cells");
    if (!status) {
        status = ica_neighbour_lists_init(&nearest, n, 1, err);
    }
    if (!status) {
        status = find_homes(division, stride, &nearest, err);
    }
    for (size_t i = 0; !status && i < n; i++) {
        uint32_t home = nearest.items[i].row;
        labels[i] = home == ICA_NO_NEIGHBOUR ? ICA_NOISE : (int32_t)home;
    }
    if (!status) {
        status = ica_centroids_init(&means, division->rows, labels, division->n_cells, err);
    }
    for (size_t c = 0; !status && c < division->n_cells; c++) {
        for (size_t k = 0; k < dim && means.sizes[c] > 0; k++) {
            division->centres.matrix[c * dim + k] = (float)means.sums[c * dim + k];
        }
    }
    if (!status) {
        ica_cosine_distance_clear(&division->centres.rows);
        status = ica_cosine_distance_init(&division->centres.rows, division->centres.matrix,
                                          division->n_cells, dim, NULL, err);
    }
    ica_centroids_clear(&means);
    ica_neighbour_lists_clear(&nearest);
    free(labels);
    return status;
}

/* From homes of rows to members of cells. */
static enum ica_status list_members(struct ica_cells *cells, struct ica_error *err)
{
    size_t n = cells->homes.n;
    cells->starts = ica_array_new(cells->n_cells + 2, sizeof *cells->starts);
    cells->members = ica_array_new(n, cells->n_homes * sizeof *cells->members);
    if (!cells->starts || !cells->members) {
        return ica_error_nomem(err, "a division into cells");
    }
    size_t *ends = cells->starts + 1; /* of each cell; first where it starts */
    for (size_t row = 0; row < n; row++) {
        for (size_t home = 0; home < cells->n_homes; home++) {
            ends[ica_neighbours_of(&cells->homes, row)[home].row + 1]++;
        }
    }
    for (size_t c = 0; c < cells->n_cells; c++) {
        ends[c + 1] += ends[c];
    }
    for (size_t row = 0; row < n; row++) {
        for (size_t home = 0; home < cells->n_homes; home++) {
            uint32_t cell = ica_neighbours_of(&cells->homes, row)[home].row;
            cells->members[ends[cell]++] = (uint32_t)row;
        }
    }
    return ICA_OK;
}

enum ica_status ica_cells_init(struct ica_cells *cells, const struct ica_cosine_distance *rows,
                               size_t n_homes, size_t n_next,
                               const struct ica_product_kernel *kernel,
                               struct ica_parallel *parallel, struct ica_error *err)
{
    size_t n = rows->base.n;
    size_t wanted = (size_t)(sqrt((double)n) * (double)n_homes);
    struct division division = {
        .rows = rows,
        .kernel = kernel,
        .parallel = parallel,
        .n_cells = n < LEAST_ROWS ? 1 : wanted,
    };
    size_t stride = n / (division.n_cells * ROWS_PER_CELL);
    *cells = (struct ica_cells){
        .n_cells = division.n_cells,
        .n_homes = ica_size_min(n_homes, division.n_cells),
    };
    enum ica_status status = init_centres(&division, err);
    for (size_t round = 0; !status && division.n_cells > 1 && round < ROUNDS; round++) {
        status = move_centres(&division, stride > 0 ? stride : 1, err);
    }
    if (!status) {
        status = ica_neighbour_lists_init(&cells->homes, n,
                                          ica_size_min(n_homes + n_next, division.n_cells), err);
    }
    if (!status) {
        status = find_homes(&division, 1, &cells->homes, err);
    }
    for (size_t i = 0; !status && i < n; i++) {
        ica_neighbours_sort(&cells->homes, i);
    }
    if (!status) {
        status = list_members(cells, err);
    }
    ica_cosine_distance_clear(&division.centres.rows);
    free(division.centres.numbers);
    free(division.centres.matrix);
    if (status) {
        ica_cells_clear(cells);
    }
    return status;
}

void ica_cells_clear(struct ica_cells *cells)
{
    ica_neighbour_lists_clear(&cells->homes);
    free(cells->starts);
    free(cells->members);
    *cells = (struct ica_cells){0};
}
