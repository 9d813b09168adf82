/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens and their ids: a hash table from text to id, and on request an order by which all tokens
 * that a text begins with are found. Constant once filled, and then thread-safe. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_TOKEN_TABLE_H
#define ICA_ADAPTERS_TOKENIZER_JSON_TOKEN_TABLE_H

#include <stdbool.h>

#include "base/buffer.h"

#define ICA_MAX_TOKENS     1000000
#define ICA_MAX_TOKEN_SIZE 512 /* bytes of one */

struct ica_token_entry {
    size_t start; /* of its text in the table's */
    uint32_t size;
    uint32_t id;
};

/* Zero-initialise; ica_token_table_clear releases it. */
struct ica_token_table {
    struct ica_buffer text;          /* all tokens one after the other */
    struct ica_token_entry *entries; /* owned; in the order in which they were added */
    size_t n;
    size_t capacity;
    uint32_t *slots; /* owned; entry + 1, or 0 */
    size_t n_slots;  /* a power of two */
    uint32_t *order; /* owned; entries by their bytes; NULL before ica_token_table_sort */
};

void ica_token_table_clear(struct ica_token_table *table);

/* Add a token. ICA_EINVALID when it is there, ICA_ETOOLARGE, ICA_ENOMEM; messages name no file. */
enum ica_status ica_token_table_add(struct ica_token_table *table, const char *text, size_t size,
                                    uint32_t id, struct ica_error *err) ICA_MUST_CHECK;

/* The entry of this text, or NULL. */
const struct ica_token_entry *ica_token_table_find(const struct ica_token_table *table,
                                                   const char *text, size_t size);

/* Make ready for walks; nothing may be added afterwards. ICA_ENOMEM. */
enum ica_status ica_token_table_sort(struct ica_token_table *table,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* The walk over the tokens that a text begins with, the shorter ones first. */
struct ica_token_walk {
    const struct ica_token_table *table;
    const char *text;
    size_t size;
    size_t depth;
    size_t low; /* what is left in the order: [low, high) begins with `depth` bytes of the text */
    size_t high;
};

struct ica_token_walk ica_token_walk_begin(const struct ica_token_table *table, const char *text,
                                           size_t size);

/* The next token, or NULL after the last. */
const struct ica_token_entry *ica_token_walk_next(struct ica_token_walk *walk);

#endif
