/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of the images of one run: a set of texts with open addressing and linear probing. */
#include "domain/image/image_id.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define FIRST_CAPACITY 64 /* a power of two */

/* FNV-1a, 64 bit. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The slot that holds `text`, or the free one where it belongs. */
static struct ica_image_id_slot *find_slot(struct ica_image_id_slot slots[], size_t capacity,
                                           const char *text)
{
    size_t slot = (size_t)hash_text(text) & (capacity - 1);
    while (slots[slot].id && strcmp(slots[slot].id, text) != 0) {
        slot = (slot + 1) & (capacity - 1);
    }
    return &slots[slot];
}

/* Keep the table at most half full. */
static bool make_room(struct ica_image_ids *ids)
{
    if (ids->count + 1 <= ids->capacity / 2) {
        return true;
    }
    size_t capacity = ids->capacity ? ids->capacity * 2 : FIRST_CAPACITY;
    struct ica_image_id_slot *slots = ica_array_new(capacity, sizeof *slots);
    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < ids->capacity; i++) {
        if (ids->slots[i].id) {
            *find_slot(slots, capacity, ids->slots[i].id) = ids->slots[i];
        }
    }
    free(ids->slots);
    ids->slots = slots;
    ids->capacity = capacity;
    return true;
}

void ica_image_ids_clear(struct ica_image_ids *ids)
{
    for (size_t i = 0; i < ids->capacity; i++) {
        free(ids->slots[i].id);
    }
    free(ids->slots);
    *ids = (struct ica_image_ids){0};
}

/* "photo.jpg", 2 -> "photo (2).jpg"; the extension is what follows the last dot of the last path
 * component, if that dot is not its first character. Owned. */
static char *numbered(const char *name, size_t number)
{
    const char *slash = strrchr(name, '/');
    const char *dot = strrchr(slash ? slash + 1 : name, '.');
    size_t stem = dot && dot != (slash ? slash + 1 : name) ? (size_t)(dot - name) : strlen(name);
    size_t size = strlen(name) + 32;
    char *text = malloc(size);
    if (text) {
        (void)snprintf(text, size, "%.*s (%zu)%s", (int)stem, name, number, name + stem);
    }
    return text;
}

/* A copy of `base`, or its first numbered form that is free. Owned; NULL when memory is short. */
static char *free_id(struct ica_image_ids *ids, const char *base)
{
    struct ica_image_id_slot *same = find_slot(ids->slots, ids->capacity, base);
    if (!same->id) {
        return ica_text_copy(base);
    }
    /* Counting on from the last number keeps many images of one name cheap. */
    size_t number = same->number ? same->number : 1;
    char *id = NULL;
    do {
        free(id);
        id = numbered(base, ++number);
    } while (id && find_slot(ids->slots, ids->capacity, id)->id);
    same->number = number;
    return id;
}

char *ica_image_ids_add(struct ica_image_ids *ids, const char *name, size_t size)
{
    if (!make_room(ids)) {
        return NULL;
    }
    char *base = size ? ica_text_copy_utf8(name, size) : ica_text_copy("image");
    char *id = base ? free_id(ids, base) : NULL;
    free(base);
    char *kept = id ? ica_text_copy(id) : NULL;
    if (!kept) {
        free(id);
        return NULL;
    }
    find_slot(ids->slots, ids->capacity, kept)->id = kept;
    ids->count++;
    return id;
}
