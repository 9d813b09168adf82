/* SPDX-License-Identifier: Apache-2.0 */
/* A stable sort of indices with a context for the comparison, which qsort() lacks. */
#ifndef ICA_DOMAIN_CLUSTERING_INDEX_SORT_H
#define ICA_DOMAIN_CLUSTERING_INDEX_SORT_H

#include <stdbool.h>
#include <stddef.h>

/* Less than 0, 0 or greater than 0 when the thing that `a` stands for comes before, is equal to or
 * comes after that of `b`. */
typedef int ica_index_compare(const void *context, size_t a, size_t b);

/* Sort the `n` values in `indices`; equal ones keep their order. False, and nothing changed, when
 * memory is short. */
bool ica_index_sort(size_t *indices, size_t n, ica_index_compare *compare, const void *context);

/* Fill `indices` with 0 to n - 1. */
void ica_index_fill(size_t *indices, size_t n);

#endif
