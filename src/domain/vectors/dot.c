/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar products in tiles of two by two rows: each float that is loaded and widened serves two
 * products, which halves the work beside the arithmetic itself. */
#include "domain/vectors/dot.h"

#include <float.h>
#include <string.h>

#define LANES 8
#define HALF  (LANES / 2)

/* Four lanes at a time: a width that both compilers keep in registers on every processor. */
typedef double half_lanes __attribute__((vector_size(HALF * sizeof(double))));

struct lanes {
    half_lanes low;
    half_lanes high;
};

/* The fast products have tiles of four by two, and one register for each. */
#define FAST_LANES   8
#define FAST_ROWS    4
#define FAST_COLUMNS 2

typedef float fast_lanes __attribute__((vector_size(FAST_LANES * sizeof(float))));

/* One body, compiled for several vector units and chosen when the program is loaded. Sanitizers
 * cannot run in the code that does the choosing. The thread sanitizer would look at each access to
 * the rows, which nobody writes, and take a hundred times as long as the sums. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__) &&              \
    !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define EVERY_VECTOR_UNIT                                                                          \
    __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_VECTOR_UNIT __attribute__((no_sanitize("thread")))
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE void load(const double *from, struct lanes *to)
{
    memcpy(&to->low, from, sizeof to->low);
    memcpy(&to->high, from + HALF, sizeof to->high);
}

INLINE void widen(const float *from, struct lanes *to)
{
    double values[LANES];
    for (size_t l = 0; l < LANES; l++) {
        values[l] = (double)from[l];
    }
    load(values, to);
}

/* The last elements, fewer than LANES, with zeros after them, which add nothing. */
INLINE void widen_rest(const float *from, size_t count, struct lanes *to)
{
    float values[LANES] = {0};
    memcpy(values, from, count * sizeof *values);
    widen(values, to);
}

INLINE void multiply_add(struct lanes *sum, const struct lanes *x, const struct lanes *y)
{
    sum->low += x->low * y->low;
    sum->high += x->high * y->high;
}

INLINE double add_lanes(const struct lanes *sum)
{
    half_lanes s = sum->low + sum->high;
    return (s[0] + s[2]) + (s[1] + s[3]);
}

/* out = {a0.b0, a0.b1, a1.b0, a1.b1} */
INLINE void dot_tile(const float *a0, const float *a1, const float *b0, const float *b1, size_t dim,
                     double out[4])
{
    struct lanes sums[4] = {0};
    struct lanes x0;
    struct lanes x1;
    struct lanes y0;
    struct lanes y1;
    size_t k = 0;
    for (; dim - k >= LANES; k += LANES) {
        widen(a0 + k, &x0);
        widen(a1 + k, &x1);
        widen(b0 + k, &y0);
        widen(b1 + k, &y1);
        multiply_add(&sums[0], &x0, &y0);
        multiply_add(&sums[1], &x0, &y1);
        multiply_add(&sums[2], &x1, &y0);
        multiply_add(&sums[3], &x1, &y1);
    }
    if (k < dim) {
        widen_rest(a0 + k, dim - k, &x0);
        widen_rest(a1 + k, dim - k, &x1);
        widen_rest(b0 + k, dim - k, &y0);
        widen_rest(b1 + k, dim - k, &y1);
        multiply_add(&sums[0], &x0, &y0);
        multiply_add(&sums[1], &x0, &y1);
        multiply_add(&sums[2], &x1, &y0);
        multiply_add(&sums[3], &x1, &y1);
    }
    for (size_t i = 0; i < 4; i++) {
        out[i] = add_lanes(&sums[i]);
    }
}

EVERY_VECTOR_UNIT
void ica_dot_block(const float *const *rows, size_t n_rows, const float *const *columns,
                   size_t n_columns, size_t dim, double *out)
{
    for (size_t c = 0; c < n_columns; c += 2) {
        size_t next_c = c + 1 < n_columns ? c + 1 : c;
        for (size_t r = 0; r < n_rows; r += 2) {
            size_t next_r = r + 1 < n_rows ? r + 1 : r;
            double tile[4]; /* where there is no next row or column, the same products again */
            dot_tile(rows[r], rows[next_r], columns[c], columns[next_c], dim, tile);
            out[r * n_columns + c] = tile[0];
            out[r * n_columns + next_c] = tile[1];
            out[next_r * n_columns + c] = tile[2];
            out[next_r * n_columns + next_c] = tile[3];
        }
    }
}

EVERY_VECTOR_UNIT
double ica_dot(const float *a, const float *b, size_t dim)
{
    struct lanes sum = {0};
    struct lanes x;
    struct lanes y;
    size_t k = 0;
    for (; dim - k >= LANES; k += LANES) {
        widen(a + k, &x);
        widen(b + k, &y);
        multiply_add(&sum, &x, &y);
    }
    if (k < dim) {
        widen_rest(a + k, dim - k, &x);
        widen_rest(b + k, dim - k, &y);
        multiply_add(&sum, &x, &y);
    }
    return add_lanes(&sum);
}

INLINE double add_fast_lanes(const fast_lanes *sum)
{
    const fast_lanes s = *sum;
    return (double)(((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])));
}

/* Add the products of `count` elements, FAST_LANES or the fewer last ones, from `k` on. */
INLINE void add_fast_products(const float *const rows[FAST_ROWS],
                              const float *const columns[FAST_COLUMNS], size_t k, size_t count,
                              fast_lanes sums[FAST_ROWS][FAST_COLUMNS])
{
    fast_lanes x = {0};
    fast_lanes y[FAST_COLUMNS] = {{0}};
    for (size_t c = 0; c < FAST_COLUMNS; c++) {
        memcpy(&y[c], columns[c] + k, count * sizeof(float));
    }
    for (size_t r = 0; r < FAST_ROWS; r++) {
        memcpy(&x, rows[r] + k, count * sizeof(float));
        for (size_t c = 0; c < FAST_COLUMNS; c++) {
            sums[r][c] += x * y[c];
        }
    }
}

INLINE void dot_tile_fast(const float *const rows[FAST_ROWS],
                          const float *const columns[FAST_COLUMNS], size_t dim,
                          double out[FAST_ROWS][FAST_COLUMNS])
{
    fast_lanes sums[FAST_ROWS][FAST_COLUMNS] = {{{0}}};
    size_t k = 0;
    for (; dim - k >= FAST_LANES; k += FAST_LANES) {
        add_fast_products(rows, columns, k, FAST_LANES, sums);
    }
    if (k < dim) {
        add_fast_products(rows, columns, k, dim - k, sums);
    }
    for (size_t r = 0; r < FAST_ROWS; r++) {
        for (size_t c = 0; c < FAST_COLUMNS; c++) {
            out[r][c] = add_fast_lanes(&sums[r][c]);
        }
    }
}

/* Up to `max` addresses, the last one repeated where there are fewer. Returns how many differ. */
INLINE size_t take(const float *const *from, size_t n, size_t begin, size_t max, const float **to)
{
    size_t count = n - begin < max ? n - begin : max;
    for (size_t i = 0; i < max; i++) {
        to[i] = from[begin + (i < count ? i : count - 1)];
    }
    return count;
}

EVERY_VECTOR_UNIT
void ica_dot_block_fast(const float *const *rows, size_t n_rows, const float *const *columns,
                        size_t n_columns, size_t dim, double *out)
{
    const float *a[FAST_ROWS];
    const float *b[FAST_COLUMNS];
    double tile[FAST_ROWS][FAST_COLUMNS];
    for (size_t c = 0; c < n_columns; c += FAST_COLUMNS) {
        size_t width = take(columns, n_columns, c, FAST_COLUMNS, b);
        for (size_t r = 0; r < n_rows; r += FAST_ROWS) {
            size_t height = take(rows, n_rows, r, FAST_ROWS, a);
            dot_tile_fast(a, b, dim, tile);
            for (size_t i = 0; i < height; i++) {
                memcpy(out + (r + i) * n_columns + c, tile[i], width * sizeof **tile);
            }
        }
    }
}

double ica_dot_fast_error(size_t dim)
{
    /* The roundings that a term goes through, each by half a unit in the last place: its product,
     * the additions of its lane, those of the lanes; and some for terms of higher order. */
    double additions = (double)(dim / FAST_LANES + 1);
    return (1 + additions + 3 + 5) * (double)(FLT_EPSILON / 2);
}

EVERY_VECTOR_UNIT
double ica_dot_mixed(const double *a, const float *b, size_t dim)
{
    struct lanes sum = {0};
    struct lanes x;
    struct lanes y;
    size_t k = 0;
    for (; dim - k >= LANES; k += LANES) {
        load(a + k, &x);
        widen(b + k, &y);
        multiply_add(&sum, &x, &y);
    }
    if (k < dim) {
        double rest[LANES] = {0};
        memcpy(rest, a + k, (dim - k) * sizeof *rest);
        load(rest, &x);
        widen_rest(b + k, dim - k, &y);
        multiply_add(&sum, &x, &y);
    }
    return add_lanes(&sum);
}
