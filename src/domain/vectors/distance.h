/* SPDX-License-Identifier: Apache-2.0 */
/* Where clustering gets its distances from. Algorithms ask for blocks of distances and never learn
 * what the rows are, so they work with any metric and need no n x n matrix. */
#ifndef ICA_DOMAIN_VECTORS_DISTANCE_H
#define ICA_DOMAIN_VECTORS_DISTANCE_H

#include <stddef.h>

/* Most rows that an algorithm asks for in one block. */
#define ICA_DISTANCE_BLOCK_ROWS 32

/* Embedded first in a struct with the data. All members are constant once it is made. */
struct ica_distance {
    size_t n; /* rows that distances exist between */

    /* Rows worth asking for at once: 1 where a distance costs nothing, more where reading the other
     * rows from memory is the cost. At most ICA_DISTANCE_BLOCK_ROWS. */
    size_t look_ahead;

    /* out[r * n_columns + c] = distance between rows[r] and columns[c], all below `n`. Finite, not
     * negative, symmetric, 0 from a row to itself, and the same bits for a pair in every block.
     * Called from several threads at once. */
    void (*block)(const struct ica_distance *self, const size_t *rows, size_t n_rows,
                  const size_t *columns, size_t n_columns, double *out);

    /* Optional; NULL means that block() is cheap enough. Lower bounds of the same distances, close
     * to them and much cheaper. They decide which distances are worth asking for, never a result.
     */
    void (*bounds)(const struct ica_distance *self, const size_t *rows, size_t n_rows,
                   const size_t *columns, size_t n_columns, double *out);
};

static inline void ica_distance_block(const struct ica_distance *self, const size_t *rows,
                                      size_t n_rows, const size_t *columns, size_t n_columns,
                                      double *out)
{
    self->block(self, rows, n_rows, columns, n_columns, out);
}

static inline void ica_distance_bounds(const struct ica_distance *self, const size_t *rows,
                                       size_t n_rows, const size_t *columns, size_t n_columns,
                                       double *out)
{
    (self->bounds ? self->bounds : self->block)(self, rows, n_rows, columns, n_columns, out);
}

#endif
