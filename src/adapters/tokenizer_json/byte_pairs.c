/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/byte_pairs.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/unicode.h"
#include "base/memory.h"

#define NONE UINT32_MAX

/* What a pair of tokens becomes; `left` is NONE in a free slot. */
struct ica_merge_slot {
    uint32_t left;
    uint32_t right;
    uint32_t rank; /* in the order of learning */
    uint32_t joined;
};

/* ---- Merges -----------------------------------------------------------------------------------
 */

static struct ica_merge_slot *slot_of(const struct ica_byte_pairs *model, uint32_t left,
                                      uint32_t right)
{
    uint64_t key = (uint64_t)left << 32 | right;
    key = (key ^ key >> 31) * 0x9E3779B97F4A7C15U;
    key = (key ^ key >> 29) * 0xBF58476D1CE4E5B9U;
    for (size_t i = (size_t)(key >> 32);; i++) {
        struct ica_merge_slot *slot = &model->slots[i & (model->n_slots - 1)];
        if (slot->left == NONE || (slot->left == left && slot->right == right)) {
            return slot;
        }
    }
}

/* A merge is ["a", "b"], or "a b" in files of before 2024. */
static bool split_merge(const json_t *merge, const char *parts[2], size_t sizes[2])
{
    if (json_is_array(merge) && json_array_size(merge) == 2) {
        for (size_t i = 0; i < 2; i++) {
            const json_t *part = json_array_get(merge, i);
            parts[i] = json_string_value(part);
            sizes[i] = json_string_length(part);
        }
        return parts[0] && parts[1];
    }
    const char *text = json_string_value(merge);
    const char *space = text ? strchr(text, ' ') : NULL;
    if (!space || strchr(space + 1, ' ')) {
        return false;
    }
    parts[0] = text;
    sizes[0] = (size_t)(space - text);
    parts[1] = space + 1;
    sizes[1] = strlen(space + 1);
    return true;
}

static bool add_merge(struct ica_byte_pairs *model, const json_t *merge, uint32_t rank)
{
    const char *parts[2];
    size_t sizes[2];
    char joined[ICA_MAX_TOKEN_SIZE];
    if (!split_merge(merge, parts, sizes) || sizes[0] > sizeof joined ||
        sizes[1] > sizeof joined - sizes[0]) {
        return false;
    }
    memcpy(joined, parts[0], sizes[0]);
    memcpy(joined + sizes[0], parts[1], sizes[1]);
    const struct ica_token_table *table = &model->vocabulary.table;
    const struct ica_token_entry *left = ica_token_table_find(table, parts[0], sizes[0]);
    const struct ica_token_entry *right = ica_token_table_find(table, parts[1], sizes[1]);
    const struct ica_token_entry *both = ica_token_table_find(table, joined, sizes[0] + sizes[1]);
    if (!left || !right || !both) {
        return false;
    }
    *slot_of(model, left->id, right->id) =
        (struct ica_merge_slot){left->id, right->id, rank, both->id};
    return true;
}

static enum ica_status read_merges(struct ica_byte_pairs *model,
                                   const struct ica_token_reader *reader, const json_t *list)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > ICA_MAX_MERGES) {
        return ica_token_wrong(reader, "merges", "a list of at most 2000000 pairs");
    }
    model->n_slots = 16;
    while (model->n_slots < 2 * n) {
        model->n_slots *= 2;
    }
    model->slots = ica_array_new(model->n_slots, sizeof *model->slots);
    if (!model->slots) {
        return ica_error_nomem(reader->err, "the tokenizer");
    }
    for (size_t i = 0; i < model->n_slots; i++) {
        model->slots[i].left = NONE;
    }
    uint32_t rank = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *merge = json_array_get(list, i);
        const char *text = json_string_value(merge);
        if (text && strncmp(text, "#version", 8) == 0) {
            continue;
        }
        if (!add_merge(model, merge, rank++)) {
            return ica_error_set(reader->err, ICA_EINVALID,
                                 "%.200s: merge %zu must be two tokens that together are a third.",
                                 reader->path, i + 1);
        }
    }
    return ICA_OK;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static enum ica_status read_vocabulary(struct ica_byte_pairs *model,
                                       const struct ica_token_reader *reader, const json_t *object)
{
    if (!json_is_object(object)) {
        return ica_token_wrong(reader, "vocab", "an object of tokens and their numbers");
    }
    bool *is_used = ica_array_new(ICA_MAX_TOKEN_ID + 1, sizeof *is_used);
    if (!is_used) {
        return ica_error_nomem(reader->err, "the tokenizer");
    }
    enum ica_status status = ICA_OK;
    const char *token;
    json_t *value;
    json_object_foreach((json_t *)object, token, value)
    {
        uint32_t id = 0;
        status = ica_token_id(reader, value, "vocab", &id);
        if (!status && is_used[id]) {
            status = ica_error_set(reader->err, ICA_EINVALID,
                                   "%.200s: two tokens in \"vocab\" have the number %u.",
                                   reader->path, id);
        } else if (!status) {
            is_used[id] = true;
            status = ica_token_vocabulary_refuse(
                reader, ica_token_table_add(&model->vocabulary.table, token, strlen(token), id,
                                            reader->err));
        }
        if (status) {
            break;
        }
    }
    free(is_used);
    return status;
}

static enum ica_status read_unknown(struct ica_byte_pairs *model,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    const json_t *value = json_object_get(node, "unk_token");
    const struct ica_token_entry *entry =
        json_is_string(value)
            ? ica_token_table_find(&model->vocabulary.table, json_string_value(value),
                                   json_string_length(value))
            : NULL;
    if (value && !json_is_null(value) && !entry) {
        return ica_token_wrong(reader, "unk_token", "a token of \"vocab\"");
    }
    model->vocabulary.has_unknown = entry;
    model->vocabulary.unknown = entry ? entry->id : 0;
    return ica_token_flag(reader, node, "fuse_unk", false, &model->vocabulary.fuses_unknown);
}

static bool is_empty_text(const json_t *value)
{
    return !value || json_is_null(value) ||
           (json_is_string(value) && json_string_length(value) == 0);
}

static enum ica_status read_affixes(struct ica_byte_pairs *model,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    const json_t *suffix = json_object_get(node, "end_of_word_suffix");
    const json_t *dropout = json_object_get(node, "dropout");
    if (!is_empty_text(json_object_get(node, "continuing_subword_prefix"))) {
        return ica_token_wrong(reader, "continuing_subword_prefix", "empty");
    }
    if (dropout && !json_is_null(dropout) && json_number_value(dropout) != 0) {
        return ica_token_wrong(reader, "dropout", "null: ids may not depend on chance");
    }
    if (is_empty_text(suffix)) {
        return ICA_OK;
    }
    if (!json_is_string(suffix) || json_string_length(suffix) > ICA_MAX_WORD_SUFFIX) {
        return ica_token_wrong(reader, "end_of_word_suffix", "a text of at most 32 bytes");
    }
    memcpy(model->suffix, json_string_value(suffix), json_string_length(suffix) + 1);
    return ICA_OK;
}

enum ica_status ica_byte_pairs_read(struct ica_byte_pairs *model,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    enum ica_status status = read_vocabulary(model, reader, json_object_get(node, "vocab"));
    status = status ? status : read_unknown(model, reader, node);
    status = status ? status : read_affixes(model, reader, node);
    status = status ? status
                    : ica_token_flag(reader, node, "ignore_merges", false, &model->ignores_merges);
    status = status ? status : ica_token_vocabulary_read_bytes(&model->vocabulary, reader, node);
    return status ? status : read_merges(model, reader, json_object_get(node, "merges"));
}

void ica_byte_pairs_clear(struct ica_byte_pairs *model)
{
    ica_token_table_clear(&model->vocabulary.table);
    free(model->slots);
    *model = (struct ica_byte_pairs){0};
}

/* ---- Encoding ---------------------------------------------------------------------------------
 */

/* A token of the piece, in a list that shrinks as tokens are joined. */
struct symbol {
    uint32_t id;
    uint32_t before;
    uint32_t after; /* NONE at the end; of one that was joined to the one before, itself */
};

/* A pair that might be joined: the symbol at `place` and the one after it. */
struct candidate {
    uint32_t rank;
    uint32_t place;
    uint32_t joined;
};

struct word {
    const struct ica_byte_pairs *model;
    struct symbol *symbols; /* owned */
    size_t n_symbols;
    size_t symbol_capacity;
    struct candidate *heap; /* owned; the least rank first, of equals the first place */
    size_t n_heap;
    size_t heap_capacity;
    bool is_short_of_memory;
};

static void add_symbol(struct word *word, uint32_t id)
{
    if (!ica_array_reserve((void **)&word->symbols, &word->symbol_capacity, word->n_symbols + 1,
                           NONE, sizeof *word->symbols)) {
        word->is_short_of_memory = true;
        return;
    }
    uint32_t i = (uint32_t)word->n_symbols++;
    word->symbols[i] = (struct symbol){.id = id, .before = i > 0 ? i - 1 : NONE, .after = NONE};
    if (i > 0) {
        word->symbols[i - 1].after = i;
    }
}

/* Add the symbol of one character (with the suffix, if it is the last). An unknown one is kept
 * back in `*is_pending`, since the next may be fused with it. */
static void add_character(struct word *word, const char *text, size_t size, bool *is_pending)
{
    const struct ica_token_vocabulary *vocabulary = &word->model->vocabulary;
    const struct ica_token_entry *entry = ica_token_table_find(&vocabulary->table, text, size);
    if (entry) {
        if (*is_pending) {
            add_symbol(word, vocabulary->unknown);
            *is_pending = false;
        }
        add_symbol(word, entry->id);
    } else if (ica_token_vocabulary_has_bytes(vocabulary, text, size)) {
        for (size_t i = 0; i < size; i++) {
            add_symbol(word, vocabulary->byte_tokens[(unsigned char)text[i]]);
        }
    } else if (vocabulary->has_unknown) {
        if (*is_pending && !vocabulary->fuses_unknown) {
            add_symbol(word, vocabulary->unknown);
        }
        *is_pending = true;
    }
}

static void add_characters(struct word *word, const char *piece, size_t size)
{
    bool is_pending = false;
    size_t n_bytes;
    for (size_t at = 0; at < size; at += n_bytes) {
        char last[4 + ICA_MAX_WORD_SUFFIX];
        size_t suffix_size = strlen(word->model->suffix);
        (void)ica_unicode_next(piece + at, size - at, &n_bytes);
        if (at + n_bytes < size || suffix_size == 0) {
            add_character(word, piece + at, n_bytes, &is_pending);
        } else {
            memcpy(last, piece + at, n_bytes);
            memcpy(last + n_bytes, word->model->suffix, suffix_size);
            add_character(word, last, n_bytes + suffix_size, &is_pending);
        }
    }
    if (is_pending) {
        add_symbol(word, word->model->vocabulary.unknown);
    }
}

static bool is_before(const struct candidate *a, const struct candidate *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->place < b->place;
}

static void push(struct word *word, struct candidate candidate)
{
    if (!ica_array_reserve((void **)&word->heap, &word->heap_capacity, word->n_heap + 1, NONE,
                           sizeof *word->heap)) {
        word->is_short_of_memory = true;
        return;
    }
    size_t i = word->n_heap++;
    for (; i > 0 && is_before(&candidate, &word->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        word->heap[i] = word->heap[(i - 1) / 2];
    }
    word->heap[i] = candidate;
}

static struct candidate pop(struct word *word)
{
    struct candidate *heap = word->heap;
    struct candidate first = heap[0];
    struct candidate last = heap[--word->n_heap];
    size_t i = 0;
    for (size_t child = 1; child < word->n_heap; child = 2 * i + 1) {
        if (child + 1 < word->n_heap && is_before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!is_before(&heap[child], &last)) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return first;
}

/* What the symbol at `place` and the one after it become, or NULL. */
static const struct ica_merge_slot *merge_at(const struct word *word, uint32_t place)
{
    const struct symbol *symbol = &word->symbols[place];
    if (symbol->after == NONE || symbol->after == place) {
        return NULL;
    }
    const struct ica_merge_slot *slot =
        slot_of(word->model, symbol->id, word->symbols[symbol->after].id);
    return slot->left == NONE ? NULL : slot;
}

static void propose(struct word *word, uint32_t place)
{
    const struct ica_merge_slot *slot = place == NONE ? NULL : merge_at(word, place);
    if (slot) {
        push(word, (struct candidate){slot->rank, place, slot->joined});
    }
}

static void merge_all(struct word *word)
{
    for (size_t i = 0; i < word->n_symbols; i++) {
        propose(word, (uint32_t)i);
    }
    while (word->n_heap > 0 && !word->is_short_of_memory) {
        struct candidate candidate = pop(word);
        const struct ica_merge_slot *slot = merge_at(word, candidate.place);
        if (!slot || slot->joined != candidate.joined) {
            continue; /* one of the two was joined to another meanwhile */
        }
        struct symbol *symbol = &word->symbols[candidate.place];
        uint32_t gone = symbol->after;
        symbol->id = candidate.joined;
        symbol->after = word->symbols[gone].after;
        word->symbols[gone].after = gone;
        if (symbol->after != NONE) {
            word->symbols[symbol->after].before = candidate.place;
        }
        propose(word, symbol->before);
        propose(word, candidate.place);
    }
}

enum ica_status ica_byte_pairs_encode(const struct ica_byte_pairs *model, const char *piece,
                                      size_t size, struct ica_token_ids *ids, struct ica_error *err)
{
    if (model->ignores_merges) {
        const struct ica_token_entry *entry =
            ica_token_table_find(&model->vocabulary.table, piece, size);
        if (entry) {
            ica_token_ids_add(ids, entry->id);
            return ICA_OK;
        }
    }
    struct word word = {.model = model};
    add_characters(&word, piece, size);
    merge_all(&word);
    for (uint32_t i = 0; word.n_symbols > 0 && i != NONE; i = word.symbols[i].after) {
        ica_token_ids_add(ids, word.symbols[i].id);
    }
    free(word.symbols);
    free(word.heap);
    return word.is_short_of_memory ? ica_error_nomem(err, "the tokens of a text") : ICA_OK;
}
