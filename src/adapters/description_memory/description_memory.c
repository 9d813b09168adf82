/* SPDX-License-Identifier: Apache-2.0 */
/* A set-associative table: the key says in which set a description is, and of the few that a set
 * has room for the one that was not used for longest makes place. */
#include "adapters/description_memory/description_memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define WAYS ICA_DESCRIPTION_WAYS

struct entry {
    struct ica_description_key key;
    uint64_t used; /* when last; 0 = the entry is empty */
    struct ica_description description;
};

struct description_memory {
    struct ica_description_cache base;
    pthread_mutex_t mutex;
    struct entry *entries; /* n_sets x WAYS */
    size_t n_sets;
    uint64_t now;
};

/* Keys are hexadecimal digits of a hash: any of them are as good as others. */
static struct entry *set_of(struct description_memory *memory,
                            const struct ica_description_key *key)
{
    char digits[16] = {0};
    memcpy(digits, key->text, sizeof digits - 1);
    return &memory->entries[strtoull(digits, NULL, 16) % memory->n_sets * WAYS];
}

static struct entry *find_entry(struct entry *set, const struct ica_description_key *key)
{
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].used && strcmp(set[i].key.text, key->text) == 0) {
            return &set[i];
        }
    }
    return NULL;
}

static bool find(struct ica_description_cache *self, const struct ica_description_key *key,
                 struct ica_description *out)
{
    struct description_memory *memory = (struct description_memory *)self;
    (void)pthread_mutex_lock(&memory->mutex);
    struct entry *entry = find_entry(set_of(memory, key), key);
    if (entry) {
        entry->used = ++memory->now;
        *out = entry->description;
    }
    (void)pthread_mutex_unlock(&memory->mutex);
    return entry;
}

static void keep(struct ica_description_cache *self, const struct ica_description_key *key,
                 const struct ica_description *description)
{
    struct description_memory *memory = (struct description_memory *)self;
    (void)pthread_mutex_lock(&memory->mutex);
    struct entry *set = set_of(memory, key);
    struct entry *entry = find_entry(set, key);
    for (size_t i = 0; i < WAYS && !entry; i++) {
        bool oldest = true;
        for (size_t j = 0; j < WAYS; j++) {
            oldest &= set[i].used <= set[j].used;
        }
        entry = oldest ? &set[i] : NULL;
    }
    *entry = (struct entry){.key = *key, .used = ++memory->now, .description = *description};
    (void)pthread_mutex_unlock(&memory->mutex);
}

static void destroy(struct ica_description_cache *self)
{
    struct description_memory *memory = (struct description_memory *)self;
    (void)pthread_mutex_destroy(&memory->mutex);
    free(memory->entries);
    free(memory);
}

static const struct ica_description_cache_ops ops = {
    .find = find,
    .keep = keep,
    .destroy = destroy,
};

enum ica_status ica_description_memory_open(struct ica_description_cache **out, size_t n,
                                            struct ica_error *err)
{
    *out = NULL;
    size_t n_sets = n > WAYS ? n / WAYS : 1;
    struct description_memory *memory = calloc(1, sizeof *memory);
    struct entry *entries = ica_array_new(n_sets, WAYS * sizeof *entries);
    if (!memory || !entries || pthread_mutex_init(&memory->mutex, NULL)) {
        free(memory);
        free(entries);
        return ica_error_nomem(err, "the cache of descriptions");
    }
    memory->base.ops = &ops;
    memory->entries = entries;
    memory->n_sets = n_sets;
    *out = &memory->base;
    return ICA_OK;
}
