/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation of arrays with checked sizes. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_CAPACITY 16

bool ica_size_multiply(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *out = a * b;
    return true;
}

void *ica_array_new(size_t count, size_t element_size)
{
    size_t size_bytes;
    return ica_size_multiply(count, element_size, &size_bytes)
               ? calloc(count ? count : 1, element_size)
               : NULL;
}

bool ica_array_reserve(void **array, size_t *capacity, size_t needed, size_t max,
                       size_t element_size)
{
    if (needed <= *capacity) {
        return true;
    }
    if (needed > max) {
        return false;
    }
    size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;
    while (wanted < needed) {
        wanted = wanted > max / 2 ? max : wanted * 2;
    }
    wanted = wanted > max ? max : wanted;
    size_t size_bytes;
    if (!ica_size_multiply(wanted, element_size, &size_bytes)) {
        return false;
    }
    void *grown = realloc(*array, size_bytes);
    if (!grown) {
        return false;
    }
    *array = grown;
    *capacity = wanted;
    return true;
}
