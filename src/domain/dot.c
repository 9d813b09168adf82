/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar products in tiles of two by two rows: each float that is loaded and widened serves two
 * products, which halves the work beside the arithmetic itself. */
#include "domain/dot.h"

#include <string.h>

#define LANES 8
#define HALF  (LANES / 2)

/* Four lanes at a time: a width that both compilers keep in registers on every processor. */
typedef double half_lanes __attribute__((vector_size(HALF * sizeof(double))));

struct lanes {
    half_lanes low;
    half_lanes high;
};

/* One body, compiled for several vector units and chosen when the program is loaded. Sanitizers
 * cannot run in the code that does the choosing. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__) &&              \
    !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define EVERY_VECTOR_UNIT                                                                          \
    __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_VECTOR_UNIT
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE void load(const double *from, struct lanes *to)
{
    memcpy(&to->low, from, sizeof(to->low));
    memcpy(&to->high, from + HALF, sizeof(to->high));
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
    memcpy(values, from, count * sizeof(*values));
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

double ica_dot(const float *a, const float *b, size_t dim)
{
    double product;
    ica_dot_block(&a, 1, &b, 1, dim, &product);
    return product;
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
        memcpy(rest, a + k, (dim - k) * sizeof(*rest));
        load(rest, &x);
        widen_rest(b + k, dim - k, &y);
        multiply_add(&sum, &x, &y);
    }
    return add_lanes(&sum);
}
