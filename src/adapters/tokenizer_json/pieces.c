/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/pieces.h"

#include <stdlib.h>

#include "base/memory.h"

void ica_pieces_init(struct ica_pieces *pieces, size_t max_bytes)
{
    *pieces = (struct ica_pieces){0};
    ica_buffer_init(&pieces->text, max_bytes);
}

void ica_pieces_clear(struct ica_pieces *pieces)
{
    ica_buffer_clear(&pieces->text);
    free(pieces->items);
    pieces->items = NULL;
    pieces->n = pieces->capacity = 0;
}

void ica_pieces_empty(struct ica_pieces *pieces)
{
    pieces->text.size = 0;
    pieces->n = 0;
}

enum ica_status ica_pieces_add(struct ica_pieces *pieces, size_t start, size_t end,
                               struct ica_error *err)
{
    if (start == end) {
        return ICA_OK;
    }
    if (!ica_array_reserve((void **)&pieces->items, &pieces->capacity, pieces->n + 1,
                           pieces->text.max_bytes, sizeof *pieces->items)) {
        return ica_error_nomem(err, "the pieces of a text");
    }
    pieces->items[pieces->n++] = (struct ica_piece){start, end};
    return ICA_OK;
}

/* Join parts where `behaviour` says so, in place; of what is joined, all but one become empty. Only
 * the first match of a row of them joins. */
static void join(enum ica_split_behaviour behaviour, struct ica_split_part parts[], size_t n)
{
    if (behaviour == ICA_SPLIT_CONTIGUOUS) {
        for (size_t i = 1; i < n; i++) {
            if (parts[i].is_match == parts[i - 1].is_match) {
                parts[i].piece.start = parts[i - 1].piece.start;
                parts[i - 1].piece.end = parts[i - 1].piece.start;
            }
        }
    } else if (behaviour == ICA_SPLIT_MERGED_WITH_PREVIOUS) {
        for (size_t i = 1; i < n; i++) {
            if (parts[i].is_match && !parts[i - 1].is_match) {
                parts[i - 1].piece.end = parts[i].piece.end;
                parts[i].piece.start = parts[i].piece.end;
            }
        }
    } else if (behaviour == ICA_SPLIT_MERGED_WITH_NEXT) {
        for (size_t i = n; i-- > 1;) {
            if (parts[i - 1].is_match && !parts[i].is_match) {
                parts[i].piece.start = parts[i - 1].piece.start;
                parts[i - 1].piece.end = parts[i - 1].piece.start;
            }
        }
    }
}

enum ica_status ica_pieces_add_parts(struct ica_pieces *pieces, enum ica_split_behaviour behaviour,
                                     struct ica_split_part parts[], size_t n, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    join(behaviour, parts, n);
    for (size_t i = 0; i < n && !status; i++) {
        if (behaviour != ICA_SPLIT_REMOVED || !parts[i].is_match) {
            status = ica_pieces_add(pieces, parts[i].piece.start, parts[i].piece.end, err);
        }
    }
    return status;
}
