/* SPDX-License-Identifier: Apache-2.0 */
/* Union by size without path compression (Galler, Fischer 1964): a look-up writes nothing, and no
 * path is longer than log2(n), because a step up at least doubles the set. */
#include "domain/clustering/disjoint_sets.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"

enum ica_status ica_disjoint_sets_init(struct ica_disjoint_sets *sets, size_t n,
                                       struct ica_error *err)
{
    *sets = (struct ica_disjoint_sets){
        .n = n,
        .parents = ica_array_new(n, sizeof *sets->parents),
        .sizes = ica_array_new(n, sizeof *sets->sizes),
    };
    if (!sets->parents || !sets->sizes) {
        ica_disjoint_sets_clear(sets);
        return ica_error_nomem(err, "joining images");
    }
    ica_index_fill(sets->parents, n);
    for (size_t i = 0; i < n; i++) {
        sets->sizes[i] = 1;
    }
    return ICA_OK;
}

size_t ica_disjoint_sets_root(const struct ica_disjoint_sets *sets, size_t i)
{
    while (sets->parents[i] != i) {
        i = sets->parents[i];
    }
    return i;
}

bool ica_disjoint_sets_join(struct ica_disjoint_sets *sets, size_t a, size_t b)
{
    size_t small = ica_disjoint_sets_root(sets, a);
    size_t large = ica_disjoint_sets_root(sets, b);
    if (small == large) {
        return false;
    }
    if (sets->sizes[small] > sets->sizes[large]) {
        size_t other = small;
        small = large;
        large = other;
    }
    sets->parents[small] = large;
    sets->sizes[large] += sets->sizes[small];
    return true;
}

size_t ica_disjoint_sets_number(const struct ica_disjoint_sets *sets, size_t *numbers)
{
    size_t next = 0;
    for (size_t i = 0; i < sets->n; i++) {
        numbers[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < sets->n; i++) {
        size_t root = ica_disjoint_sets_root(sets, i);
        if (numbers[root] == SIZE_MAX) {
            numbers[root] = next++; /* the root may come later: it keeps the number until then */
        }
        numbers[i] = numbers[root];
    }
    return next;
}

void ica_disjoint_sets_clear(struct ica_disjoint_sets *sets)
{
    free(sets->parents);
    free(sets->sizes);
    *sets = (struct ica_disjoint_sets){0};
}
