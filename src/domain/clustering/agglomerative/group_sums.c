/* SPDX-License-Identifier: Apache-2.0 */
/* With S the sum of the v unit vectors of a group and T that of the w of another, the mean cosine
 * distance between their rows is 1 - S.T / (v w), and joining them adds, by Ward's method,
 * v w / (v + w) |S / v - T / w|^2. So a distance costs one scalar product of any two groups, and a
 * group one vector: O(n dim) memory.
 *
 * The sums are in double. Beside each there is the mean in float, whose fast products give lower
 * bounds: only what they cannot exclude is computed from the sums. While there is memory for it, a
 * matrix has lower bounds of the mean cosine distances, which for a group that has joined another
 * are a mean of both's (Lance, Williams 1967): then a look costs no product at all. All distances
 * that decide anything are exact but for rounding in double. */
#include "domain/clustering/agglomerative/group_sums.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/vectors/dot.h"

#define CHUNK 64 /* groups at once */
#define LANES 8

/* How far the product of two means in float may be off, as a share of their lengths: both are
 * rounded, and what is left of the rounding of doubles is far less than the other half of this. */
#define ROUNDING (4 * (double)FLT_EPSILON)

/* How far one rounding of a mean distance in the matrix may be off: such a distance is 2 at most.
 */
#define STORING ((double)FLT_EPSILON)

struct ica_group_sum {
    double size;     /* rows */
    double zeros;    /* rows that are all zero */
    double squared;  /* length of the sum */
    double *sum;     /* owned, dim; NULL for a point: its row, scaled */
    float *mean;     /* owned, dim; NULL for a point: its row as it is */
    double length;   /* of the mean, or of the row */
    double depth;    /* of its tree: how often its bounds in the matrix were rounded */
    double per_mean; /* what the mean, or the row, is to be multiplied with to give the sum */
};

static const float *vector_of(const struct ica_group_sums *self, size_t group)
{
    const float *mean = self->groups[group].mean;
    return mean ? mean : self->rows->rows[self->points[group]];
}

/* Scalar product with the same order of additions for any two rows of doubles. */
static double dot_wide(const double *a, const double *b, size_t dim)
{
    double lanes[LANES] = {0};
    size_t k = 0;
    for (; k + LANES <= dim; k += LANES) {
        for (size_t l = 0; l < LANES; l++) {
            lanes[l] += a[k + l] * b[k + l];
        }
    }
    for (size_t l = 0; k < dim; k++, l++) {
        lanes[l] += a[k] * b[k];
    }
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/* From the product of the sums to the distance. It falls as the product rises. */
static double distance_of(const struct ica_group_sums *self, const struct ica_group_sum *a,
                          const struct ica_group_sum *b, double product)
{
    double pairs = a->size * b->size;
    if (!self->ward) {
        return fmax(0, 1 - (product + a->zeros * b->zeros) / pairs);
    }
    double apart =
        a->squared / (a->size * a->size) + b->squared / (b->size * b->size) - 2 * product / pairs;
    return fmax(0, pairs / (a->size + b->size) * apart);
}

/* Two points have a cosine distance, in which small values are not lost in a difference. */
static double point_distance(const struct ica_group_sums *self, size_t a, size_t b)
{
    double distance;
    const struct ica_group_sum *one = self->groups + a;
    const struct ica_group_sum *other = self->groups + b;
    ica_distance_block(&self->rows->base, self->points + a, 1, self->points + b, 1, &distance);
    if (!self->ward) {
        return distance;
    }
    bool one_zero = (one->zeros > 0) != (other->zeros > 0);
    double half = one->size * other->size / (one->size + other->size);
    return half * (one_zero ? 1 : 2 * distance);
}

static double exact_distance(const struct ica_group_metric *base, size_t a, size_t b)
{
    const struct ica_group_sums *self = (const struct ica_group_sums *)base;
    const struct ica_group_sum *one = self->groups + a;
    const struct ica_group_sum *other = self->groups + b;
    size_t dim = self->rows->dim;
    if (!one->sum && !other->sum) {
        return point_distance(self, a, b);
    }
    if (one->sum && other->sum) {
        return distance_of(self, one, other, dot_wide(one->sum, other->sum, dim));
    }
    const double *sum = one->sum ? one->sum : other->sum;
    const struct ica_group_sum *point = one->sum ? other : one;
    const float *row = vector_of(self, one->sum ? b : a);
    return distance_of(self, one, other, point->per_mean * ica_dot_mixed(sum, row, dim));
}

/* At most the distance. Where floats do not reach, 0. */
static double bound(const struct ica_group_sums *self, size_t a, size_t b, double fast_dot,
                    double error)
{
    const struct ica_group_sum *one = self->groups + a;
    const struct ica_group_sum *other = self->groups + b;
    double least = sqrt(ICA_MIN_FAST_SQUARE);
    double most = sqrt(ICA_MAX_FAST_SQUARE);
    if (fmin(one->length, other->length) < least || fmax(one->length, other->length) > most) {
        return 0;
    }
    double product = fast_dot + error * one->length * other->length;
    return distance_of(self, one, other, product * one->per_mean * other->per_mean);
}

static void compare(const struct ica_group_sums *self, size_t group, size_t other,
                    struct ica_nearest_group *nearest)
{
    double distance = exact_distance(&self->base, group, other);
    if (distance < nearest->distance) {
        *nearest = (struct ica_nearest_group){.distance = distance, .group = other};
    }
}

/* At most the distance, by the matrix. */
static double known_bound(const struct ica_group_sums *self, size_t a, size_t b)
{
    const struct ica_group_sum *one = self->groups + a;
    const struct ica_group_sum *other = self->groups + b;
    double least = (double)*ica_float_matrix_at(&self->bounds, a, b) -
                   (one->depth + other->depth + 1) * STORING;
    if (!self->ward) {
        return least;
    }
    double product = one->size * other->size * (1 - least) - one->zeros * other->zeros;
    return distance_of(self, one, other, product);
}

static void search_known(const struct ica_group_metric *base, const size_t *groups, size_t n_groups,
                         const size_t *others, size_t n_others, struct ica_nearest_group *nearest)
{
    const struct ica_group_sums *self = (const struct ica_group_sums *)base;
    for (size_t r = 0; r < n_groups; r++) {
        for (size_t c = 0; c < n_others; c++) {
            if (others[c] != groups[r] &&
                known_bound(self, groups[r], others[c]) <= nearest[r].distance) {
                compare(self, groups[r], others[c], nearest + r);
            }
        }
    }
}

static void search(const struct ica_group_metric *base, const size_t *groups, size_t n_groups,
                   const size_t *others, size_t n_others, struct ica_nearest_group *nearest)
{
    const struct ica_group_sums *self = (const struct ica_group_sums *)base;
    double error = ica_dot_fast_error(self->rows->dim) + ROUNDING;
    const float *rows[ICA_GROUP_METRIC_ROWS];
    const float *columns[CHUNK];
    double products[ICA_GROUP_METRIC_ROWS * CHUNK];
    for (size_t r = 0; r < n_groups; r++) {
        rows[r] = vector_of(self, groups[r]);
    }
    for (size_t begin = 0; begin < n_others; begin += CHUNK) {
        size_t width = n_others - begin < CHUNK ? n_others - begin : CHUNK;
        for (size_t c = 0; c < width; c++) {
            columns[c] = vector_of(self, others[begin + c]);
        }
        ica_dot_block_fast(rows, n_groups, columns, width, self->rows->dim, products);
        for (size_t r = 0; r < n_groups; r++) {
            for (size_t c = 0; c < width; c++) {
                size_t other = others[begin + c];
                double product = products[r * width + c];
                if (other != groups[r] &&
                    bound(self, groups[r], other, product, error) <= nearest[r].distance) {
                    compare(self, groups[r], other, nearest + r);
                }
            }
        }
    }
}

static void add_point(const struct ica_group_sums *self, size_t point, double *sum)
{
    const float *row = self->rows->rows[self->points[point]];
    for (size_t k = 0; k < self->rows->dim; k++) {
        sum[k] += (double)row[k] * self->groups[point].per_mean;
    }
}

static void release(struct ica_group_sum *group)
{
    free(group->sum);
    free(group->mean);
    group->sum = NULL;
    group->mean = NULL;
}

/* Group `a` gets the sum of both; `b` is left without one. */
static enum ica_status add_up(struct ica_group_sums *self, size_t a, size_t b,
                              struct ica_error *err)
{
    struct ica_group_sum *to = self->groups + a;
    struct ica_group_sum *from = self->groups + b;
    size_t dim = self->rows->dim;
    if (to->sum && from->sum) {
        for (size_t k = 0; k < dim; k++) {
            to->sum[k] += from->sum[k];
        }
        release(from);
    } else if (to->sum) {
        add_point(self, b, to->sum);
    } else if (from->sum) {
        add_point(self, a, from->sum);
        to->sum = from->sum;
        to->mean = from->mean;
        from->sum = NULL;
        from->mean = NULL;
    } else {
        to->sum = ica_array_new(dim, sizeof *to->sum);
        to->mean = ica_array_new(dim, sizeof *to->mean);
        if (!to->sum || !to->mean) {
            return ica_error_nomem(err, "sums of groups");
        }
        add_point(self, a, to->sum);
        add_point(self, b, to->sum);
    }
    return ICA_OK;
}

/* Group `b` is about to join group `a`. */
static void join_bounds(struct ica_group_sums *self, size_t a, size_t b, const size_t *others,
                        size_t n_others)
{
    double size_a = self->groups[a].size;
    double size_b = self->groups[b].size;
    for (size_t i = 0; i < n_others; i++) {
        if (others[i] != a) {
            float *to_a = ica_float_matrix_at(&self->bounds, a, others[i]);
            double to_b = (double)*ica_float_matrix_at(&self->bounds, b, others[i]);
            *to_a = (float)((size_a * (double)*to_a + size_b * to_b) / (size_a + size_b));
        }
    }
}

static enum ica_status join(struct ica_group_metric *base, size_t a, size_t b, const size_t *others,
                            size_t n_others, struct ica_error *err)
{
    struct ica_group_sums *self = (struct ica_group_sums *)base;
    struct ica_group_sum *to = self->groups + a;
    if (self->bounds.values) {
        join_bounds(self, a, b, others, n_others);
    }
    enum ica_status status = add_up(self, a, b, err);
    if (status) {
        return status;
    }
    to->depth = 1 + fmax(to->depth, self->groups[b].depth);
    to->size += self->groups[b].size;
    to->zeros += self->groups[b].zeros;
    to->squared = dot_wide(to->sum, to->sum, self->rows->dim);
    to->length = sqrt(to->squared) / to->size;
    to->per_mean = to->size;
    for (size_t k = 0; k < self->rows->dim; k++) {
        to->mean[k] = (float)(to->sum[k] / to->size);
    }
    return ICA_OK;
}

enum ica_status ica_group_sums_init(struct ica_group_sums *self,
                                    const struct ica_cosine_distance *rows, const size_t *points,
                                    const size_t *weights, size_t n, bool ward, size_t max_matrix,
                                    struct ica_parallel *parallel,
                                    const struct ica_monitor *monitor, struct ica_error *err)
{
    *self = (struct ica_group_sums){
        .base = {.n = n,
                 .known = n <= max_matrix,
                 .distance = exact_distance,
                 .search = n <= max_matrix ? search_known : search,
                 .join = join},
        .rows = rows,
        .ward = ward,
        .groups = ica_array_new(n, sizeof *self->groups),
        .points = ica_array_new(n, sizeof *self->points),
    };
    if (!self->groups || !self->points) {
        ica_group_sums_clear(self);
        return ica_error_nomem(err, "sums of groups");
    }
    for (size_t i = 0; i < n; i++) {
        double size = (double)weights[i];
        double squared = rows->squared_norms[points[i]];
        self->points[i] = points[i];
        self->groups[i] = (struct ica_group_sum){
            .size = size,
            .zeros = squared > 0 ? 0 : size,
            .squared = squared > 0 ? size * size : 0,
            .length = sqrt(squared),
            .per_mean = squared > 0 ? size / sqrt(squared) : 0,
        };
    }
    enum ica_status status = ICA_OK;
    if (self->base.known) {
        status = ica_float_matrix_init(&self->bounds, &rows->base, true, points, n, parallel,
                                       monitor, err);
    }
    if (status) {
        ica_group_sums_clear(self);
    }
    return status;
}

void ica_group_sums_clear(struct ica_group_sums *self)
{
    for (size_t i = 0; self->groups && i < self->base.n; i++) {
        release(self->groups + i);
    }
    ica_float_matrix_clear(&self->bounds);
    free(self->groups);
    free(self->points);
    *self = (struct ica_group_sums){0};
}
