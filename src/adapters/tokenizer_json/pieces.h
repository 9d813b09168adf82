/* SPDX-License-Identifier: Apache-2.0 */
/* A text that is being cut into pieces. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_PIECES_H
#define ICA_ADAPTERS_TOKENIZER_JSON_PIECES_H

#include <stdbool.h>

#include "base/buffer.h"

struct ica_piece {
    size_t start; /* in bytes */
    size_t end;
};

/* ica_pieces_init first; ica_pieces_clear releases it. */
struct ica_pieces {
    struct ica_buffer text;
    struct ica_piece *items; /* owned; in the text's order, none empty */
    size_t n;
    size_t capacity;
};

/* What becomes of the parts that a pattern matches, and of those between them. */
enum ica_split_behaviour {
    ICA_SPLIT_REMOVED,
    ICA_SPLIT_ISOLATED,
    ICA_SPLIT_CONTIGUOUS, /* neighbours of the same sort are one piece */
    ICA_SPLIT_MERGED_WITH_PREVIOUS,
    ICA_SPLIT_MERGED_WITH_NEXT,
};

/* A part of a piece: a match, or what is between two. */
struct ica_split_part {
    struct ica_piece piece;
    bool is_match;
};

/* No piece of a text of at most `max_bytes`. */
void ica_pieces_init(struct ica_pieces *pieces, size_t max_bytes);

void ica_pieces_clear(struct ica_pieces *pieces);

/* No piece and no text; the memory is kept. */
void ica_pieces_empty(struct ica_pieces *pieces);

/* Add [start, end) of the text, unless empty. ICA_ENOMEM. */
enum ica_status ica_pieces_add(struct ica_pieces *pieces, size_t start, size_t end,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Add the pieces that `n` neighbouring parts become; `parts` is scratch afterwards. ICA_ENOMEM. */
enum ica_status ica_pieces_add_parts(struct ica_pieces *pieces, enum ica_split_behaviour behaviour,
                                     struct ica_split_part parts[], size_t n,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
