/* SPDX-License-Identifier: Apache-2.0 */
/* Reads matrices in NumPy's .npy format, as far as reference data uses it. */
#ifndef ICA_TESTS_SUPPORT_NPY_H
#define ICA_TESTS_SUPPORT_NPY_H

#include <stdbool.h>
#include <stddef.h>

struct npy {
    size_t n_rows;
    size_t n_columns;
    double *values; /* owned, row by row */
};

/* Read the two-dimensional little-endian float32 or float64 array in C order at `path`. False when
 * there is no such file or it is something else. */
bool npy_read(struct npy *out, const char *path);

/* The values as float32; owned by the caller, NULL when memory is short. */
float *npy_floats(const struct npy *npy);

void npy_clear(struct npy *npy);

#endif
