/* SPDX-License-Identifier: Apache-2.0 */
/* Bottom-up merge sort: O(n log n) comparisons always, n indices of extra memory. */
#include "domain/clustering/index_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void merge(const size_t *from, size_t begin, size_t middle, size_t end, size_t *to,
                  ica_index_compare *compare, const void *context)
{
    size_t left = begin;
    size_t right = middle;
    for (size_t i = begin; i < end; i++) {
        bool take_left =
            left < middle && (right == end || compare(context, from[left], from[right]) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

bool ica_index_sort(size_t *indices, size_t n, ica_index_compare *compare, const void *context)
{
    size_t *scratch = ica_array_new(n, sizeof *scratch);
    if (!scratch) {
        return false;
    }
    size_t *from = indices;
    size_t *to = scratch;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t begin = 0; begin < n; begin += 2 * width) {
            size_t middle = begin + width < n ? begin + width : n;
            size_t end = begin + 2 * width < n ? begin + 2 * width : n;
            merge(from, begin, middle, end, to, compare, context);
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != indices) {
        memcpy(indices, from, n * sizeof *indices);
    }
    free(scratch);
    return true;
}

void ica_index_fill(size_t *indices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        indices[i] = i;
    }
}
