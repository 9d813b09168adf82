/* SPDX-License-Identifier: Apache-2.0 */
/* File: the trie's size in bytes, the trie, the texts; numbers are 32 bits, low byte first. */
#include "adapters/tokenizer_json/charsmap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/unicode.h"
#include "base/base64.h"
#include "base/memory.h"
#include "base/text.h"

#define MAX_CLUSTER_BYTES 5 /* a longer grapheme cluster is looked up character by character */

static uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static bool split(struct ica_charsmap *map, const struct ica_buffer *file)
{
    size_t trie_size = number_at(file->data);
    if (trie_size < 4 || trie_size % 4 != 0 || trie_size > file->size - 4) {
        return false;
    }
    const char *texts = (const char *)file->data + 4 + trie_size;
    size_t texts_size = file->size - 4 - trie_size;
    return texts_size > 0 && texts[texts_size - 1] == 0 && ica_text_is_utf8(texts, texts_size) &&
           (map->n_units = trie_size / 4) > 0 && (map->texts_size = texts_size) > 0;
}

enum ica_status ica_charsmap_read(struct ica_charsmap *map, const char *base64, size_t size,
                                  struct ica_error *err)
{
    struct ica_buffer file;
    ica_buffer_init(&file, ICA_MAX_CHARSMAP_BYTES);
    enum ica_status status = ica_base64_read(&file, base64, size, err);
    if (!status && (file.size < 4 || !split(map, &file))) {
        status = ica_error_set(err, ICA_EINVALID, "The table of replacements is damaged.");
    }
    if (!status) {
        map->units = ica_array_new(map->n_units, sizeof *map->units);
        map->texts = malloc(map->texts_size);
        if (!map->units || !map->texts) {
            status = ica_error_nomem(err, "the table of replacements");
        }
    }
    if (!status) {
        for (size_t i = 0; i < map->n_units; i++) {
            map->units[i] = number_at(file.data + 4 + 4 * i);
        }
        memcpy(map->texts, file.data + 4 + 4 * map->n_units, map->texts_size);
    }
    ica_buffer_clear(&file);
    return status;
}

void ica_charsmap_clear(struct ica_charsmap *map)
{
    free(map->units);
    free(map->texts);
    *map = (struct ica_charsmap){0};
}

/* How far a unit's children are away. */
static size_t offset_of(uint32_t unit)
{
    return (size_t)(unit >> 10) << ((unit & (1U << 9)) >> 6);
}

/* What comes instead of the shortest start of these bytes that the trie has, or NULL. */
static const char *replacement(const struct ica_charsmap *map, const char *bytes, size_t size)
{
    size_t node = offset_of(map->units[0]);
    for (size_t i = 0; i < size && bytes[i]; i++) {
        node ^= (unsigned char)bytes[i];
        if (node >= map->n_units || (map->units[node] & 0x800000FFU) != (unsigned char)bytes[i]) {
            return NULL;
        }
        bool has_leaf = map->units[node] & (1U << 8);
        node ^= offset_of(map->units[node]);
        if (has_leaf) {
            size_t start = node < map->n_units ? map->units[node] & 0x7FFFFFFFU : SIZE_MAX;
            bool is_inside =
                start < map->texts_size && ((unsigned char)map->texts[start] & 0xC0) != 0x80;
            return is_inside ? map->texts + start : NULL;
        }
    }
    return NULL;
}

static size_t cluster_size(const char *text, size_t size)
{
    size_t end;
    int state = 0;
    uint32_t before = ica_unicode_next(text, size, &end);
    while (end < size) {
        size_t n_bytes;
        uint32_t after = ica_unicode_next(text + end, size - end, &n_bytes);
        if (!ica_unicode_is_joined(before, after, &state)) {
            break;
        }
        before = after;
        end += n_bytes;
    }
    return end;
}

static enum ica_status apply_to_characters(const struct ica_charsmap *map, struct ica_buffer *out,
                                           const char *text, size_t size, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t n_bytes;
    for (size_t at = 0; at < size && !status; at += n_bytes) {
        (void)ica_unicode_next(text + at, size - at, &n_bytes);
        const char *found = replacement(map, text + at, n_bytes);
        status = found ? ica_buffer_append_text(out, found, err)
                       : ica_buffer_append(out, text + at, n_bytes, err);
    }
    return status;
}

enum ica_status ica_charsmap_apply(const struct ica_charsmap *map, struct ica_buffer *out,
                                   const char *text, size_t size, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t n_bytes;
    for (size_t at = 0; at < size && !status; at += n_bytes) {
        n_bytes = cluster_size(text + at, size - at);
        const char *found =
            n_bytes <= MAX_CLUSTER_BYTES ? replacement(map, text + at, n_bytes) : NULL;
        status = found ? ica_buffer_append_text(out, found, err)
                       : apply_to_characters(map, out, text + at, n_bytes, err);
    }
    return status;
}
