/* SPDX-License-Identifier: Apache-2.0 */
/* Bisecting spherical k-means (Steinbach, Karypis, Kumar 2000; Dhillon, Modha 2001): a set that is
 * too large is split in two around two directions, and so are its parts. The start needs no chance:
 * the point farthest from the mean of all, and the point farthest from that one. As which of two
 * directions is nearer follows from the scalar product with their difference, a pass reads each
 * point twice: for its side, and for the sum of its side.
 *
 * Where one part is tiny - a few outliers against all others - that is a fine split, but only some
 * times: then the set is cut at the median of those products instead, so that the depth is
 * logarithmic: O(n dim log n) time, O(n) memory. The sums are shared out by columns, so that they
 * do not depend on the number of threads. */
#include "domain/clustering/hierarchy/division.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/index_sort.h"
#include "domain/vectors/dot.h"

#define MAX_PASSES     6
#define LEAST_SHARE    8 /* a smaller part than one in so many is tiny */
#define MAX_PEELS      8 /* splits into a tiny part and the rest, one below the other */
#define POINTS_A_TASK  64
#define COLUMNS_A_TASK 128

struct division {
    const struct ica_means *means;
    size_t *points;
    size_t max_block;
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    size_t n_rows;
    size_t *begins;
    size_t n_blocks;
    double *products;  /* per place in `points`: with `direction` */
    bool *sides;       /* per place */
    size_t *scratch;   /* per place */
    double *direction; /* dim */
    double *sums;      /* 2 x dim: of the points of either side */
};

/* The places of `points` that are being split. */
struct split {
    struct division *division;
    size_t begin;
    size_t n;
};

static void multiply_task(void *context, size_t task)
{
    const struct split *split = context;
    const struct division *d = split->division;
    const struct ica_cosine_distance *rows = &d->means->directions;
    size_t first = split->begin + task * POINTS_A_TASK;
    size_t end = ica_size_min(first + POINTS_A_TASK, split->begin + split->n);
    for (size_t place = first; place < end; place++) {
        size_t point = d->points[place];
        double squared = rows->squared_norms[point];
        d->products[place] =
            squared > 0 ? ica_dot_mixed(d->direction, rows->rows[point], rows->dim) / sqrt(squared)
                        : 0;
    }
}

static void multiply(const struct split *split)
{
    size_t n_tasks = (split->n + POINTS_A_TASK - 1) / POINTS_A_TASK;
    ica_parallel_run(split->division->parallel, n_tasks, multiply_task, (void *)split);
}

static void sum_task(void *context, size_t task)
{
    const struct split *split = context;
    const struct division *d = split->division;
    const struct ica_cosine_distance *rows = &d->means->directions;
    size_t first = task * COLUMNS_A_TASK;
    size_t end = ica_size_min(first + COLUMNS_A_TASK, rows->dim);
    for (size_t k = first; k < end; k++) {
        d->sums[k] = 0;
        d->sums[rows->dim + k] = 0;
    }
    for (size_t place = split->begin; place < split->begin + split->n; place++) {
        size_t point = d->points[place];
        double squared = rows->squared_norms[point];
        double mass = d->means->weights[point] * d->means->lengths[point];
        double factor = squared > 0 ? mass / sqrt(squared) : 0;
        double *sum = d->sums + (d->sides[place] ? rows->dim : 0);
        for (size_t k = first; k < end; k++) {
            sum[k] += (double)rows->rows[point][k] * factor;
        }
    }
}

static void add_up(const struct split *split)
{
    size_t n_tasks = (split->division->means->directions.dim + COLUMNS_A_TASK - 1) / COLUMNS_A_TASK;
    ica_parallel_run(split->division->parallel, n_tasks, sum_task, (void *)split);
}

static double inverse_length(const double *vector, size_t dim)
{
    double squared = 0;
    for (size_t k = 0; k < dim; k++) {
        squared += vector[k] * vector[k];
    }
    return squared > 0 ? 1 / sqrt(squared) : 0;
}

/* From the sums of the sides to the difference of their directions. */
static void aim(struct division *d)
{
    size_t dim = d->means->directions.dim;
    double scale_0 = inverse_length(d->sums, dim);
    double scale_1 = inverse_length(d->sums + dim, dim);
    for (size_t k = 0; k < dim; k++) {
        d->direction[k] = d->sums[dim + k] * scale_1 - d->sums[k] * scale_0;
    }
}

/* The place with the smallest product, the first of equal ones. */
static size_t least_place(const struct split *split)
{
    size_t least = split->begin;
    for (size_t place = split->begin + 1; place < split->begin + split->n; place++) {
        if (split->division->products[place] < split->division->products[least]) {
            least = place;
        }
    }
    return least;
}

/* `direction` becomes the difference of the two points that a split starts from. */
static void start(const struct split *split)
{
    struct division *d = split->division;
    size_t dim = d->means->directions.dim;
    memset(d->sides + split->begin, 0, split->n * sizeof *d->sides);
    add_up(split);
    memcpy(d->direction, d->sums, dim * sizeof *d->direction);
    multiply(split);
    size_t one = d->points[least_place(split)];
    memset(d->sums, 0, 2 * dim * sizeof *d->sums);
    ica_means_add_direction(d->means, one, 1, d->sums);
    memcpy(d->direction, d->sums, dim * sizeof *d->direction);
    multiply(split);
    size_t other = d->points[least_place(split)];
    ica_means_add_direction(d->means, other, 1, d->sums + dim);
    aim(d);
}

/* Each point takes the side that it is nearer to. Returns how many changed sides. */
static size_t choose_sides(const struct split *split)
{
    struct division *d = split->division;
    size_t n_changed = 0;
    multiply(split);
    for (size_t place = split->begin; place < split->begin + split->n; place++) {
        bool side = d->products[place] > 0;
        n_changed += side != d->sides[place];
        d->sides[place] = side;
    }
    return n_changed;
}

static size_t count_second_side(const struct split *split)
{
    size_t count = 0;
    for (size_t place = split->begin; place < split->begin + split->n; place++) {
        count += split->division->sides[place];
    }
    return count;
}

static int compare_products(const void *context, size_t a, size_t b)
{
    const double *products = context;
    return (products[a] > products[b]) - (products[a] < products[b]);
}

static enum ica_status cut_at_median(const struct split *split, struct ica_error *err)
{
    struct division *d = split->division;
    ica_index_fill(d->scratch, split->n);
    if (!ica_index_sort(d->scratch, split->n, compare_products, d->products + split->begin)) {
        return ica_error_nomem(err, "dividing images");
    }
    for (size_t rank = 0; rank < split->n; rank++) {
        d->sides[split->begin + d->scratch[rank]] = rank >= split->n / 2;
    }
    return ICA_OK;
}

/* Move the points of the second side behind those of the first. Returns how many the first has. */
static size_t part(const struct split *split)
{
    struct division *d = split->division;
    size_t n_first = 0;
    size_t n_second = 0;
    for (size_t place = split->begin; place < split->begin + split->n; place++) {
        if (d->sides[place]) {
            d->scratch[n_second++] = d->points[place];
        } else {
            d->points[split->begin + n_first++] = d->points[place];
        }
    }
    memcpy(d->points + split->begin + n_first, d->scratch, n_second * sizeof *d->points);
    return n_first;
}

static enum ica_status find_sides(const struct split *split, struct ica_error *err)
{
    struct division *d = split->division;
    start(split);
    for (size_t pass = 0; choose_sides(split) > 0 && pass < MAX_PASSES; pass++) {
        enum ica_status status = ica_clustering_look(d->monitor, d->n_rows, d->n_rows, err);
        if (status) {
            return status;
        }
        add_up(split);
        aim(d);
    }
    return ICA_OK;
}

/* Split in two and go on with either part. The depth is at most `n_peels` and the logarithm of n to
 * the base LEAST_SHARE / (LEAST_SHARE - 1), for a billion points 156. */
static enum ica_status divide(struct division *d, size_t begin, size_t n, size_t n_peels,
                              struct ica_error *err)
{
    struct split split = {.division = d, .begin = begin, .n = n};
    if (n <= d->max_block) {
        d->begins[d->n_blocks++] = begin;
        return ICA_OK;
    }
    enum ica_status status = find_sides(&split, err);
    if (status) {
        return status;
    }
    size_t n_second = count_second_side(&split);
    size_t least = ica_size_min(n_second, n - n_second);
    bool peel = least < n / LEAST_SHARE + 1;
    if (least == 0 || (peel && n_peels == 0)) {
        status = cut_at_median(&split, err);
        if (status) {
            return status;
        }
    }
    size_t n_first = part(&split);
    n_peels -= peel && n_peels > 0;
    status = divide(d, begin, n_first, n_peels, err);
    return status ? status : divide(d, begin + n_first, n - n_first, n_peels, err);
}

enum ica_status ica_divide(const struct ica_means *means, size_t *points, size_t n,
                           size_t max_block, struct ica_parallel *parallel,
                           const struct ica_monitor *monitor, size_t n_rows, size_t *begins,
                           size_t *n_blocks, struct ica_error *err)
{
    size_t dim = means->directions.dim;
    enum ica_status status;
    struct division division = {
        .means = means,
        .points = points,
        .max_block = max_block,
        .parallel = parallel,
        .monitor = monitor,
        .n_rows = n_rows,
        .begins = begins,
        .products = ica_array_new(n, sizeof *division.products),
        .sides = ica_array_new(n, sizeof *division.sides),
        .scratch = ica_array_new(n, sizeof *division.scratch),
        .direction = ica_array_new(dim, sizeof *division.direction),
        .sums = ica_array_new(2, dim * sizeof *division.sums),
    };
    if (!division.products || !division.sides || !division.scratch || !division.direction ||
        !division.sums) {
        status = ica_error_nomem(err, "dividing images");
    } else {
        status = divide(&division, 0, n, MAX_PEELS, err);
        begins[division.n_blocks] = n;
        *n_blocks = division.n_blocks;
    }
    free(division.sums);
    free(division.direction);
    free(division.scratch);
    free(division.sides);
    free(division.products);
    return status;
}
