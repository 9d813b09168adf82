/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of a text while they are found: no more than are wanted. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_TOKEN_IDS_H
#define ICA_ADAPTERS_TOKENIZER_JSON_TOKEN_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ica_token_ids {
    int64_t *ids; /* borrowed; room for `max` */
    size_t n;
    size_t max;
};

static inline bool ica_token_ids_is_full(const struct ica_token_ids *ids)
{
    return ids->n == ids->max;
}

/* Append an id; one that is too many is left out. */
static inline void ica_token_ids_add(struct ica_token_ids *ids, uint32_t id)
{
    if (ids->n < ids->max) {
        ids->ids[ids->n++] = id;
    }
}

#endif
