/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/token_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MAX_TEXT_BYTES ((size_t)64 << 20)
#define FIRST_SLOTS    1024

void ica_token_table_clear(struct ica_token_table *table)
{
    free(table->text.data);
    free(table->entries);
    free(table->slots);
    free(table->order);
    *table = (struct ica_token_table){0};
}

/* FNV-1a with a last mix, since the low bits choose the slot. */
static size_t hash(const char *text, size_t size)
{
    uint64_t value = 0xCBF29CE484222325U;
    for (size_t i = 0; i < size; i++) {
        value = (value ^ (unsigned char)text[i]) * 0x100000001B3U;
    }
    value ^= value >> 32;
    value *= 0x9E3779B97F4A7C15U;
    return (size_t)(value >> 29);
}

static const char *text_of(const struct ica_token_table *table, const struct ica_token_entry *entry)
{
    return (const char *)table->text.data + entry->start;
}

/* The slot that this text is in, or else the free one where it belongs. */
static uint32_t *slot_of(const struct ica_token_table *table, const char *text, size_t size)
{
    for (size_t i = hash(text, size);; i++) {
        uint32_t *slot = &table->slots[i & (table->n_slots - 1)];
        const struct ica_token_entry *entry = *slot ? &table->entries[*slot - 1] : NULL;
        if (!entry || (entry->size == size && memcmp(text_of(table, entry), text, size) == 0)) {
            return slot;
        }
    }
}

/* Keep at most half of the slots in use. */
static bool grow(struct ica_token_table *table)
{
    if (table->slots && 2 * (table->n + 1) <= table->n_slots) {
        return true;
    }
    size_t n_slots = table->slots ? 2 * table->n_slots : FIRST_SLOTS;
    uint32_t *slots = ica_array_new(n_slots, sizeof *slots);
    if (!slots) {
        return false;
    }
    free(table->slots);
    table->slots = slots;
    table->n_slots = n_slots;
    for (size_t i = 0; i < table->n; i++) {
        const struct ica_token_entry *entry = &table->entries[i];
        *slot_of(table, text_of(table, entry), entry->size) = (uint32_t)(i + 1);
    }
    return true;
}

enum ica_status ica_token_table_add(struct ica_token_table *table, const char *text, size_t size,
                                    uint32_t id, struct ica_error *err)
{
    if (table->n == ICA_MAX_TOKENS || size > ICA_MAX_TOKEN_SIZE) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "More than %d tokens, or one of more than %d bytes.", ICA_MAX_TOKENS,
                             ICA_MAX_TOKEN_SIZE);
    }
    table->text.max_bytes = MAX_TEXT_BYTES;
    if (!grow(table) || !ica_array_reserve((void **)&table->entries, &table->capacity, table->n + 1,
                                           ICA_MAX_TOKENS, sizeof *table->entries)) {
        return ica_error_nomem(err, "the tokens");
    }
    uint32_t *slot = slot_of(table, text, size);
    if (*slot) {
        return ica_error_set(err, ICA_EINVALID, "The token \"%.80s\" is there twice.", text);
    }
    table->entries[table->n] =
        (struct ica_token_entry){.start = table->text.size, .size = (uint32_t)size, .id = id};
    enum ica_status status = ica_buffer_append(&table->text, text, size, err);
    if (!status) {
        *slot = (uint32_t)++table->n;
    }
    return status;
}

const struct ica_token_entry *ica_token_table_find(const struct ica_token_table *table,
                                                   const char *text, size_t size)
{
    if (table->n == 0) {
        return NULL;
    }
    uint32_t slot = *slot_of(table, text, size);
    return slot ? &table->entries[slot - 1] : NULL;
}

static int compare(const void *a, const void *b, void *context)
{
    const struct ica_token_table *table = context;
    const struct ica_token_entry *first = &table->entries[*(const uint32_t *)a];
    const struct ica_token_entry *second = &table->entries[*(const uint32_t *)b];
    size_t common = ica_size_min(first->size, second->size);
    int difference = common ? memcmp(text_of(table, first), text_of(table, second), common) : 0;
    return difference ? difference : (first->size > second->size) - (first->size < second->size);
}

enum ica_status ica_token_table_sort(struct ica_token_table *table, struct ica_error *err)
{
    table->order = ica_array_new(table->n, sizeof *table->order);
    if (!table->order) {
        return ica_error_nomem(err, "the tokens");
    }
    for (size_t i = 0; i < table->n; i++) {
        table->order[i] = (uint32_t)i;
    }
    qsort_r(table->order, table->n, sizeof *table->order, compare, table);
    return ICA_OK;
}

struct ica_token_walk ica_token_walk_begin(const struct ica_token_table *table, const char *text,
                                           size_t size)
{
    return (struct ica_token_walk){
        .table = table, .text = text, .size = size, .low = 0, .high = table->n};
}

/* The first place in [low, high) whose byte at this depth is `least` or more; tokens that end
 * before it come first. */
static size_t lower_bound(const struct ica_token_walk *walk, size_t low, size_t high, int least)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ica_token_entry *entry = &walk->table->entries[walk->table->order[middle]];
        int byte = entry->size > walk->depth
                       ? (unsigned char)text_of(walk->table, entry)[walk->depth]
                       : -1;
        if (byte < least) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct ica_token_entry *ica_token_walk_next(struct ica_token_walk *walk)
{
    while (walk->depth < walk->size && walk->low < walk->high) {
        int byte = (unsigned char)walk->text[walk->depth];
        walk->low = lower_bound(walk, walk->low, walk->high, byte);
        walk->high = lower_bound(walk, walk->low, walk->high, byte + 1);
        walk->depth++;
        if (walk->low < walk->high) {
            const struct ica_token_entry *entry =
                &walk->table->entries[walk->table->order[walk->low]];
            if (entry->size == walk->depth) {
                return entry;
            }
        }
    }
    return NULL;
}
