/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/added_tokens.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/unicode.h"
#include "base/memory.h"

/* ---- Reading ----------------------------------------------------------------------------------
 */

static enum ica_status add(struct ica_added_tokens *added, const struct ica_token_reader *reader,
                           const char *text, size_t size, struct ica_added_token token)
{
    size_t n = added->table.n;
    if (size == 0 || ica_token_table_find(&added->table, text, size)) {
        return ica_token_wrong(reader, "added_tokens", "a list of different tokens");
    }
    enum ica_status status =
        ica_token_table_add(&added->table, text, size, (uint32_t)n, reader->err);
    if (status) {
        return ica_error_prefix(reader->err, status, "%.200s: \"added_tokens\": ", reader->path);
    }
    if (!ica_array_reserve((void **)&added->tokens, &added->capacity, n + 1, ICA_MAX_ADDED_TOKENS,
                           sizeof *added->tokens)) {
        return ica_error_nomem(reader->err, "the tokenizer");
    }
    added->tokens[n] = token;
    return ICA_OK;
}

/* Where the reference and the file disagree on an id, none is right. */
static enum ica_status check_id(const struct ica_token_reader *reader, const char *content,
                                uint32_t id, const struct ica_token_table *known)
{
    const struct ica_token_entry *entry = ica_token_table_find(known, content, strlen(content));
    return !entry || entry->id == id
               ? ICA_OK
               : ica_error_set(reader->err, ICA_EINVALID,
                               "%.200s: the added token \"%.80s\" is %u, but %u in \"vocab\".",
                               reader->path, content, id, entry->id);
}

static enum ica_status read_token(struct ica_added_tokens *plain,
                                  struct ica_added_tokens *normalised,
                                  const struct ica_token_reader *reader, const json_t *node,
                                  const struct ica_normaliser *normaliser,
                                  const struct ica_token_table *known)
{
    struct ica_added_token token = {0};
    const char *content = json_string_value(json_object_get(node, "content"));
    bool is_word = false;
    bool is_normalised = false;
    bool is_special = false;
    if (!content || strlen(content) > ICA_MAX_TOKEN_SIZE) {
        return ica_token_wrong(reader, "content", "a text of at most 512 bytes");
    }
    enum ica_status status = ica_token_id(reader, json_object_get(node, "id"), "id", &token.id);
    status = status ? status : check_id(reader, content, token.id, known);
    status = status ? status : ica_token_flag(reader, node, "single_word", false, &is_word);
    status = status ? status : ica_token_flag(reader, node, "special", false, &is_special);
    status =
        status ? status : ica_token_flag(reader, node, "normalized", !is_special, &is_normalised);
    status = status ? status : ica_token_flag(reader, node, "lstrip", false, &token.strips_left);
    status = status ? status : ica_token_flag(reader, node, "rstrip", false, &token.strips_right);
    if (!status && is_word) {
        status = ica_token_wrong(reader, "single_word", "false");
    }
    if (status || !is_normalised) {
        return status ? status : add(plain, reader, content, strlen(content), token);
    }
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_NORMALISED_BYTES);
    status = ica_normaliser_apply(normaliser, &text, content, strlen(content), reader->err);
    status = status ? status : add(normalised, reader, ica_buffer_text(&text), text.size, token);
    ica_buffer_clear(&text);
    return status;
}

enum ica_status ica_added_tokens_read(struct ica_added_tokens *plain,
                                      struct ica_added_tokens *normalised,
                                      const struct ica_token_reader *reader, const json_t *node,
                                      const struct ica_normaliser *normaliser,
                                      const struct ica_token_table *known)
{
    size_t n = json_array_size(node);
    if ((node && !json_is_null(node) && !json_is_array(node)) || n > ICA_MAX_ADDED_TOKENS) {
        return ica_token_wrong(reader, "added_tokens", "a list of at most 65536 tokens");
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n && !status; i++) {
        status = read_token(plain, normalised, reader, json_array_get(node, i), normaliser, known);
    }
    status = status ? status : ica_token_table_sort(&plain->table, reader->err);
    return status ? status : ica_token_table_sort(&normalised->table, reader->err);
}

void ica_added_tokens_clear(struct ica_added_tokens *added)
{
    ica_token_table_clear(&added->table);
    free(added->tokens);
    *added = (struct ica_added_tokens){0};
}

bool ica_added_tokens_id(const json_t *node, const char *content, uint32_t *id)
{
    for (size_t i = 0; i < json_array_size(node); i++) {
        const json_t *token = json_array_get(node, i);
        const char *found = json_string_value(json_object_get(token, "content"));
        if (found && strcmp(found, content) == 0) {
            *id = (uint32_t)json_integer_value(json_object_get(token, "id"));
            return true;
        }
    }
    return false;
}

/* ---- Finding ----------------------------------------------------------------------------------
 */

static const struct ica_token_entry *longest_at(const struct ica_added_tokens *added,
                                                const char *text, size_t size)
{
    struct ica_token_walk walk = ica_token_walk_begin(&added->table, text, size);
    const struct ica_token_entry *longest = NULL;
    for (const struct ica_token_entry *entry; (entry = ica_token_walk_next(&walk));) {
        longest = entry;
    }
    return longest;
}

static size_t skip_space_back(const char *text, size_t least, size_t end)
{
    while (end > least) {
        size_t n_bytes;
        size_t last = ica_unicode_last(text, end);
        if (!ica_unicode_is_space(ica_unicode_next(text + end - last, last, &n_bytes))) {
            break;
        }
        end -= last;
    }
    return end;
}

static size_t skip_space(const char *text, size_t size, size_t at)
{
    size_t n_bytes;
    while (at < size && ica_unicode_is_space(ica_unicode_next(text + at, size - at, &n_bytes))) {
        at += n_bytes;
    }
    return at;
}

size_t ica_added_tokens_next(const struct ica_added_tokens *added, const char *text, size_t size,
                             size_t from, struct ica_text_part parts[2])
{
    const struct ica_token_entry *entry = NULL;
    size_t at = from;
    while (added->table.n > 0 && at < size && !(entry = longest_at(added, text + at, size - at))) {
        at++;
    }
    if (!entry) {
        parts[0] = (struct ica_text_part){.start = from, .end = size};
        return 1;
    }
    const struct ica_added_token *token = &added->tokens[entry->id];
    size_t end = at + entry->size;
    size_t start = token->strips_left ? skip_space_back(text, from, at) : at;
    end = token->strips_right ? skip_space(text, size, end) : end;
    size_t n = 0;
    if (start > from) {
        parts[n++] = (struct ica_text_part){.start = from, .end = start};
    }
    parts[n++] =
        (struct ica_text_part){.start = start, .end = end, .is_token = true, .id = token->id};
    return n;
}
