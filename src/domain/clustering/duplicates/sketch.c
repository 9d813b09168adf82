/* SPDX-License-Identifier: Apache-2.0 */
/* A row's components along a few orthonormal axes, and the length of what is left of it. With
 * a = (head a, rest a), Cauchy and Schwarz give a.b <= head a . head b + |rest a| |rest b|, for any
 * axes; the tighter, the shorter the rests are. So the axes are the principal ones, around the
 * origin, of a sample: a few rounds of orthogonal iteration (Bauer 1957; "block power method") from
 * rows of the sample. O(n dim) time for a fixed number of axes. */
#include "domain/clustering/duplicates/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/vectors/dot.h"

#define AXES         (ICA_SKETCH_WIDTH - 1)
#define FEW_ROWS     1024
#define MAX_SAMPLE   512
#define MAX_ROUNDS   3
#define LEAST_LENGTH 1e-6 /* of an axis beside the ones before, as a share of its own */
#define ROWS_A_TASK  256

struct axes {
    const struct ica_cosine_distance *rows;
    const size_t *points;
    size_t n;
    size_t n_sample; /* 0 = no axes */
    double *axes;    /* AXES x dim; an axis of zeros is none */
    double *next;    /* the same, of the next round */
    struct ica_sketch *sketch;
};

static size_t sample_point(const struct axes *axes, size_t i)
{
    return axes->points[i * axes->n / axes->n_sample];
}

/* sum += factor times the row. */
static void add_row(double *sum, const float *row, double factor, size_t dim)
{
    for (size_t k = 0; k < dim; k++) {
        sum[k] += (double)row[k] * factor;
    }
}

static double dot(const double *a, const double *b, size_t dim)
{
    double sum = 0;
    for (size_t k = 0; k < dim; k++) {
        sum += a[k] * b[k];
    }
    return sum;
}

/* One axis, times the second moments of the sample. */
static void turn_axis(void *context, size_t a)
{
    const struct axes *axes = context;
    size_t dim = axes->rows->dim;
    const double *axis = axes->axes + a * dim;
    double *next = axes->next + a * dim;
    memset(next, 0, dim * sizeof *next);
    for (size_t i = 0; i < axes->n_sample; i++) {
        size_t point = sample_point(axes, i);
        const float *row = axes->rows->rows[point];
        add_row(next, row, ica_dot_mixed(axis, row, dim) / axes->rows->squared_norms[point], dim);
    }
}

/* Take off each axis what those before it have, twice for the sake of rounding (Kahan: "twice is
 * enough"). */
static void straighten(double *axes, size_t dim)
{
    for (size_t a = 0; a < AXES; a++) {
        double *axis = axes + a * dim;
        double length = sqrt(dot(axis, axis, dim));
        for (size_t pass = 0; pass < 2; pass++) {
            for (size_t b = 0; b < a; b++) {
                const double *other = axes + b * dim;
                double shared = dot(axis, other, dim);
                for (size_t k = 0; k < dim; k++) {
                    axis[k] -= shared * other[k];
                }
            }
        }
        double left = sqrt(dot(axis, axis, dim));
        double scale = left > LEAST_LENGTH * length ? 1 / left : 0;
        for (size_t k = 0; k < dim; k++) {
            axis[k] *= scale;
        }
    }
}

static void find_axes(struct axes *axes, struct ica_parallel *parallel)
{
    size_t dim = axes->rows->dim;
    for (size_t a = 0; a < AXES; a++) {
        size_t point = sample_point(axes, a * axes->n_sample / AXES);
        add_row(axes->axes + a * dim, axes->rows->rows[point],
                1 / sqrt(axes->rows->squared_norms[point]), dim);
    }
    straighten(axes->axes, dim);
    for (size_t round = 0; round < MAX_ROUNDS; round++) {
        ica_parallel_run(parallel, AXES, turn_axis, axes);
        double *turned = axes->next;
        axes->next = axes->axes;
        axes->axes = turned;
        straighten(axes->axes, dim);
    }
}

/* Without axes, all of a row is rest: 1. */
static void sketch_rows(void *context, size_t task)
{
    const struct axes *axes = context;
    size_t dim = axes->rows->dim;
    size_t first = task * ROWS_A_TASK;
    size_t end = axes->n - first < ROWS_A_TASK ? axes->n : first + ROWS_A_TASK;
    for (size_t i = first; i < end; i++) {
        size_t point = axes->points[i];
        float *values = axes->sketch->values + i * ICA_SKETCH_WIDTH;
        double scale = 1 / sqrt(axes->rows->squared_norms[point]);
        double rest = 1;
        for (size_t a = 0; axes->n_sample > 0 && a < AXES; a++) {
            double value =
                ica_dot_mixed(axes->axes + a * dim, axes->rows->rows[point], dim) * scale;
            values[a] = (float)value;
            rest -= value * value;
        }
        values[AXES] = (float)sqrt(fmax(0, rest));
    }
}

enum ica_status ica_sketch_init(struct ica_sketch *sketch, const struct ica_cosine_distance *rows,
                                const size_t *points, size_t n, struct ica_parallel *parallel,
                                struct ica_error *err)
{
    *sketch = (struct ica_sketch){
        .n = n,
        .values = ica_array_new(n, ICA_SKETCH_WIDTH * sizeof *sketch->values),
    };
    struct axes axes = {
        .rows = rows,
        .points = points,
        .n = n,
        .n_sample = n <= FEW_ROWS ? 0 : MAX_SAMPLE,
        .axes = ica_array_new(AXES, rows->dim * sizeof *axes.axes),
        .next = ica_array_new(AXES, rows->dim * sizeof *axes.next),
        .sketch = sketch,
    };
    enum ica_status status = ICA_OK;
    if (!sketch->values || !axes.axes || !axes.next) {
        ica_sketch_clear(sketch);
        status = ica_error_nomem(err, "sketches of images");
    } else {
        if (axes.n_sample > 0) {
            find_axes(&axes, parallel);
        }
        ica_parallel_run(parallel, (n + ROWS_A_TASK - 1) / ROWS_A_TASK, sketch_rows, &axes);
    }
    free(axes.next);
    free(axes.axes);
    return status;
}

#define LANES ICA_SKETCH_LANES

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

/* Compiled for several vector units, as in dot.c and for the reasons given there. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__) &&              \
    !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define EVERY_VECTOR_UNIT                                                                          \
    __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_VECTOR_UNIT __attribute__((no_sanitize("thread")))
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE void multiply_add(lanes *sum, const float *columns, float factor)
{
    lanes values;
    memcpy(&values, columns, sizeof values);
    *sum += values * factor;
}

/* Four times LANES columns at a time: sums that stay in registers only as variables of their own.
 */
EVERY_VECTOR_UNIT
void ica_sketch_multiply(const float *row, size_t row_stride, const float *columns,
                         size_t n_columns, float *products)
{
    size_t c = 0;
    for (; c + 4 * LANES <= n_columns; c += 4 * LANES) {
        lanes sum_0 = {0};
        lanes sum_1 = {0};
        lanes sum_2 = {0};
        lanes sum_3 = {0};
        for (size_t k = 0; k < ICA_SKETCH_WIDTH; k++) {
            const float *values = columns + k * n_columns + c;
            multiply_add(&sum_0, values, row[k * row_stride]);
            multiply_add(&sum_1, values + LANES, row[k * row_stride]);
            multiply_add(&sum_2, values + 2 * LANES, row[k * row_stride]);
            multiply_add(&sum_3, values + 3 * LANES, row[k * row_stride]);
        }
        memcpy(products + c, &sum_0, sizeof sum_0);
        memcpy(products + c + LANES, &sum_1, sizeof sum_1);
        memcpy(products + c + 2 * LANES, &sum_2, sizeof sum_2);
        memcpy(products + c + 3 * LANES, &sum_3, sizeof sum_3);
    }
    for (; c < n_columns; c += LANES) {
        lanes sum = {0};
        for (size_t k = 0; k < ICA_SKETCH_WIDTH; k++) {
            multiply_add(&sum, columns + k * n_columns + c, row[k * row_stride]);
        }
        memcpy(products + c, &sum, sizeof sum);
    }
}

void ica_sketch_clear(struct ica_sketch *sketch)
{
    free(sketch->values);
    *sketch = (struct ica_sketch){0};
}
