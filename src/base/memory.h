/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes, and allocation of arrays with checked ones. Memory from here is released with free(). */
#ifndef ICA_BASE_MEMORY_H
#define ICA_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* `*out = a * b`; false (and `*out` untouched) when the product does not fit in a size_t. */
bool ica_size_multiply(size_t a, size_t b, size_t *out);

static inline size_t ica_size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Zeroed array of `count` elements. NULL when memory is short or the size overflows; a count of 0
 * gives a valid pointer that must be freed like any other. */
void *ica_array_new(size_t count, size_t element_size);

/* Grow the array `*array` (NULL at first) so that it holds at least `needed` elements: capacity
 * doubles, new memory is not zeroed. False, and nothing changed, when memory is short or `needed`
 * is over `max`. */
bool ica_array_reserve(void **array, size_t *capacity, size_t needed, size_t max,
                       size_t element_size);

#endif
