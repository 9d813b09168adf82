/* SPDX-License-Identifier: Apache-2.0 */
/* The distances are computed in double and rounded to float once; the largest of some is one of
 * them, so no more rounding comes with the merges. */
#include "domain/clustering/agglomerative/group_matrix.h"

#include <math.h>

static double distance(const struct ica_group_metric *base, size_t a, size_t b)
{
    const struct ica_group_matrix *self = (const struct ica_group_matrix *)base;
    return (double)*ica_float_matrix_at(&self->distances, a, b);
}

static void search(const struct ica_group_metric *base, const size_t *groups, size_t n_groups,
                   const size_t *others, size_t n_others, struct ica_nearest_group *nearest)
{
    for (size_t r = 0; r < n_groups; r++) {
        for (size_t c = 0; c < n_others; c++) {
            if (others[c] == groups[r]) {
                continue;
            }
            double value = distance(base, groups[r], others[c]);
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
            float *value = ica_float_matrix_at(&self->distances, a, others[i]);
            *value = fmaxf(*value, *ica_float_matrix_at(&self->distances, b, others[i]));
        }
    }
    return ICA_OK;
}

enum ica_status ica_group_matrix_init(struct ica_group_matrix *self,
                                      const struct ica_distance *rows, const size_t *points,
                                      size_t n, struct ica_parallel *parallel,
                                      const struct ica_monitor *monitor, struct ica_error *err)
{
    *self = (struct ica_group_matrix){0};
    if (n > ICA_MAX_FLOAT_MATRIX) {
        return ica_error_set(err, ICA_EINVALID,
                             "Complete linkage takes at most %d different images, not %zu: it "
                             "keeps the distances of all pairs in memory.",
                             ICA_MAX_FLOAT_MATRIX, n);
    }
    self->base = (struct ica_group_metric){
        .n = n, .known = true, .distance = distance, .search = search, .join = join};
    return ica_float_matrix_init(&self->distances, rows, false, points, n, parallel, monitor, err);
}

void ica_group_matrix_clear(struct ica_group_matrix *self)
{
    ica_float_matrix_clear(&self->distances);
    *self = (struct ica_group_matrix){0};
}
