/* SPDX-License-Identifier: Apache-2.0 */
/* Short stand-ins for long rows, to tell quickly which of them cannot be near each other. */
#ifndef ICA_DOMAIN_CLUSTERING_DUPLICATES_SKETCH_H
#define ICA_DOMAIN_CLUSTERING_DUPLICATES_SKETCH_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/vectors/cosine_distance.h"

#define ICA_SKETCH_WIDTH 32
#define ICA_SKETCH_LANES 8    /* columns that are multiplied at once */
#define ICA_SKETCH_SLACK 1e-5 /* what rounding may add to a distance of sketches */

/* Starts all zero. */
struct ica_sketch {
    size_t n;
    /* Owned, n x ICA_SKETCH_WIDTH: unit rows. 1 minus the scalar product of two, less the slack,
     * is never more than the cosine distance of the rows they stand for. */
    float *values;
};

/* Sketch the `n` rows points[i] of `rows`, none of which is all zero. Of few rows the sketches are
 * all the same, as making good ones would take longer than they save. ICA_ENOMEM. */
enum ica_status ica_sketch_init(struct ica_sketch *sketch, const struct ica_cosine_distance *rows,
                                const size_t *points, size_t n, struct ica_parallel *parallel,
                                struct ica_error *err) ICA_MUST_CHECK;

/* products[c] = scalar product of the sketch whose value k is at row[k * row_stride] and of sketch
 * c of `n_columns`, a multiple of ICA_SKETCH_LANES, whose value k is at columns[k * n_columns + c].
 * In float; the slack allows for it. */
void ica_sketch_multiply(const float *row, size_t row_stride, const float *columns,
                         size_t n_columns, float *products);

/* Accepts an all-zero struct. */
void ica_sketch_clear(struct ica_sketch *sketch);

#endif
