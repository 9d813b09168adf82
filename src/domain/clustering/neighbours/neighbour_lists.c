/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/clustering/neighbours/neighbour_lists.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum ica_status ica_neighbour_lists_init(struct ica_neighbour_lists *lists, size_t n, size_t k,
                                         struct ica_error *err)
{
    *lists = (struct ica_neighbour_lists){.n = n, .k = k};
    size_t list_bytes;
    if (ica_size_multiply(k, sizeof *lists->items, &list_bytes)) {
        lists->items = ica_array_new(n, list_bytes);
    }
    if (!lists->items) {
        return ica_error_nomem(err, "lists of nearest neighbours");
    }
    for (size_t i = 0; i < n * k; i++) {
        lists->items[i] = (struct ica_neighbour){.distance = HUGE_VAL, .row = ICA_NO_NEIGHBOUR};
    }
    return ICA_OK;
}

static bool is_nearer(struct ica_neighbour a, struct ica_neighbour b)
{
    return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
}

/* Put `item` where the farthest of the `k` items was, at the top. */
static void replace_top(struct ica_neighbour *heap, size_t k, struct ica_neighbour item)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= k) {
            break;
        }
        if (child + 1 < k && is_nearer(heap[child], heap[child + 1])) {
            child++;
        }
        if (!is_nearer(item, heap[child])) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = item;
}

bool ica_neighbour_wanted(const struct ica_neighbour_lists *lists, size_t row, uint32_t other,
                          double distance)
{
    const struct ica_neighbour *heap = ica_neighbours_of(lists, row);
    struct ica_neighbour item = {.distance = distance, .row = other};
    if (!is_nearer(item, heap[0])) {
        return false;
    }
    for (size_t i = 0; i < lists->k; i++) {
        if (heap[i].row == other) {
            return false;
        }
    }
    return true;
}

bool ica_neighbour_offer(struct ica_neighbour_lists *lists, size_t row, uint32_t other,
                         double distance)
{
    if (!ica_neighbour_wanted(lists, row, other, distance)) {
        return false;
    }
    replace_top(ica_neighbours_of(lists, row), lists->k,
                (struct ica_neighbour){.distance = distance, .row = other});
    return true;
}

float ica_neighbour_limit(const struct ica_neighbour_lists *lists, size_t row, double error)
{
    double least = 1 - ica_neighbours_of(lists, row)->distance - error;
    return nextafterf((float)least, -HUGE_VALF);
}

void ica_neighbours_sort(struct ica_neighbour_lists *lists, size_t row)
{
    struct ica_neighbour *heap = ica_neighbours_of(lists, row);
    for (size_t k = lists->k; k > 1; k--) {
        struct ica_neighbour farthest = heap[0];
        struct ica_neighbour last = heap[k - 1];
        replace_top(heap, k - 1, last);
        heap[k - 1] = farthest;
    }
}

void ica_neighbours_sort_heap(struct ica_neighbour_lists *lists, size_t row)
{
    struct ica_neighbour *list = ica_neighbours_of(lists, row);
    ica_neighbours_sort(lists, row);
    for (size_t i = 0, j = lists->k - 1; i < j; i++, j--) {
        struct ica_neighbour item = list[i];
        list[i] = list[j];
        list[j] = item;
    }
}

void ica_neighbour_lists_clear(struct ica_neighbour_lists *lists)
{
    free(lists->items);
    *lists = (struct ica_neighbour_lists){0};
}
