/* SPDX-License-Identifier: Apache-2.0 */
/* Half a matrix of floats: n (n - 1) / 2 of them. The distances are computed in double and rounded
 * once; the largest of some is one of them, so no more rounding comes with the merges. */
#include "domain/clustering/group_matrix.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define FILL_ROWS    16
#define FILL_COLUMNS 64
#define WAVE         2 /* blocks of rows per worker between two looks at the monitor */

static float *value_at(const struct ica_group_matrix *self, size_t a, size_t b)
{
    size_t low = a < b ? a : b;
    size_t high = a < b ? b : a;
    return self->values + low * (2 * self->base.n - low - 1) / 2 + (high - low - 1);
}

static double distance(const struct ica_group_metric *base, size_t a, size_t b)
{
    return (double)*value_at((const struct ica_group_matrix *)base, a, b);
}

static void search(const struct ica_group_metric *base, const size_t *groups, size_t n_groups,
                   const size_t *others, size_t n_others, struct ica_nearest_group *nearest)
{
    const struct ica_group_matrix *self = (const struct ica_group_matrix *)base;
    for (size_t r = 0; r < n_groups; r++) {
        for (size_t c = 0; c < n_others; c++) {
            if (others[c] == groups[r]) {
                continue;
            }
            double value = (double)*value_at(self, groups[r], others[c]);
            if (value < nearest[r].distance) {
                nearest[r] = (struct ica_nearest_group){.distance = value, .group = others[c]};
            }
        }
    }
}

static enum ica_status join(struct ica_group_metric *base, size_t a, size_t b, const size_t *others,
                            size_t n_others, struct ica_error *err)
{
    (void)err;
    struct ica_group_matrix *self = (struct ica_group_matrix *)base;
    for (size_t i = 0; i < n_others; i++) {
        if (others[i] != a) {
            float *value = value_at(self, a, others[i]);
            *value = fmaxf(*value, *value_at(self, b, others[i]));
        }
    }
    return ICA_OK;
}

struct fill {
    struct ica_group_matrix *matrix;
    const struct ica_distance *rows;
    const size_t *points;
    size_t first_block; /* of this wave */
};

/* The rows of one block, right of the diagonal. */
static void fill_rows(void *context, size_t task)
{
    const struct fill *fill = context;
    size_t n = fill->matrix->base.n;
    double distances[FILL_ROWS * FILL_COLUMNS];
    size_t first = (fill->first_block + task) * FILL_ROWS;
    size_t n_rows = n - first < FILL_ROWS ? n - first : FILL_ROWS;
    for (size_t begin = first + 1; begin < n; begin += FILL_COLUMNS) {
        size_t width = n - begin < FILL_COLUMNS ? n - begin : FILL_COLUMNS;
        ica_distance_block(fill->rows, fill->points + first, n_rows, fill->points + begin, width,
                           distances);
        for (size_t r = 0; r < n_rows; r++) {
            for (size_t c = 0; c < width; c++) {
                if (begin + c > first + r) {
                    *value_at(fill->matrix, first + r, begin + c) = (float)distances[r * width + c];
                }
            }
        }
    }
}

static enum ica_status fill_all(struct fill *fill, struct ica_parallel *parallel,
                                const struct ica_monitor *monitor, struct ica_error *err)
{
    size_t n = fill->matrix->base.n;
    size_t n_blocks = (n + FILL_ROWS - 1) / FILL_ROWS;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    for (; fill->first_block < n_blocks; fill->first_block += wave) {
        size_t n_done = fill->first_block * FILL_ROWS / 2;
        enum ica_status status = ica_clustering_look(monitor, n_done, n, err);
        if (status) {
            return status;
        }
        size_t rest = n_blocks - fill->first_block;
        ica_parallel_run(parallel, rest < wave ? rest : wave, fill_rows, fill);
    }
    return ICA_OK;
}

enum ica_status ica_group_matrix_init(struct ica_group_matrix *self,
                                      const struct ica_distance *rows, const size_t *points,
                                      size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, struct ica_error *err)
{
    *self = (struct ica_group_matrix){0};
    if (n > ICA_MAX_GROUP_MATRIX) {
        return ica_error_set(err, ICA_EINVALID,
                             "Complete linkage takes at most %d different images, not %zu: it "
                             "keeps the distances of all pairs in memory.",
                             ICA_MAX_GROUP_MATRIX, n);
    }
    self->base = (struct ica_group_metric){
        .n = n, .known = true, .distance = distance, .search = search, .join = join};
    self->values = ica_array_new(n * (n - (n > 0)) / 2, sizeof *self->values);
    if (!self->values) {
        return ica_error_nomem(err, "the distances of all pairs");
    }
    struct fill fill = {.matrix = self, .rows = rows, .points = points};
    enum ica_status status = fill_all(&fill, parallel, monitor, err);
    if (status) {
        ica_group_matrix_clear(self);
    }
    return status;
}

void ica_group_matrix_clear(struct ica_group_matrix *self)
{
    free(self->values);
    *self = (struct ica_group_matrix){0};
}
