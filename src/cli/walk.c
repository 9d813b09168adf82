/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the files of one run. Folders are listed whole and sorted before they are walked, and the
 * (device, inode) pairs of those entered are kept in a hash set: it is what ends symbolic link
 * loops. */
#include "cli/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/interrupt.h"

#define FIRST_SLOTS 64 /* a power of two */

/* The set of folders that were entered; open addressing, at most half full. */
struct folder_set {
    struct slot {
        dev_t device;
        ino_t inode;
        bool taken;
    } * slots;
    size_t capacity;
    size_t count;
};

struct walk {
    const struct ica_walk_options *options;
    struct folder_set entered;
    struct ica_found_list *list;
    struct ica_error *err;
};

static struct slot *find_slot(const struct folder_set *set, dev_t device, ino_t inode)
{
    uint64_t hash = ((uint64_t)inode ^ (uint64_t)device << 32) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(hash >> 32) & (set->capacity - 1);
    while (set->slots[i].taken &&
           (set->slots[i].device != device || set->slots[i].inode != inode)) {
        i = (i + 1) & (set->capacity - 1);
    }
    return &set->slots[i];
}

static bool grow(struct folder_set *set)
{
    struct folder_set larger = {.capacity = set->capacity ? set->capacity * 2 : FIRST_SLOTS,
                                .count = set->count};
    larger.slots = ica_array_new(larger.capacity, sizeof *larger.slots);
    if (!larger.slots) {
        return false;
    }
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->slots[i].taken) {
            *find_slot(&larger, set->slots[i].device, set->slots[i].inode) = set->slots[i];
        }
    }
    free(set->slots);
    *set = larger;
    return true;
}

/* Note that a folder is entered; `*again` if it was already. */
static enum ica_status enter(struct walk *walk, const struct stat *facts, bool *again)
{
    struct folder_set *set = &walk->entered;
    if (set->count >= set->capacity / 2 && !grow(set)) {
        return ica_error_nomem(walk->err, "the list of folders");
    }
    struct slot *slot = find_slot(set, facts->st_dev, facts->st_ino);
    *again = slot->taken;
    if (!slot->taken) {
        *slot = (struct slot){.device = facts->st_dev, .inode = facts->st_ino, .taken = true};
        set->count++;
    }
    return ICA_OK;
}

/* Whether a file's name says that it is an image. */
static bool has_image_name(const char *path)
{
    static const char *const extensions[] = {"jpg", "jpeg", "jpe", "jfif", "png",  "webp", "gif",
                                             "tif", "tiff", "bmp", "heic", "heif", "avif"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof extensions / sizeof extensions[0]; i++) {
        if (strcasecmp(dot + 1, extensions[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Append a file; the list takes `path` (owned, may be NULL for lack of memory) and a copy of the
 * failure. */
static enum ica_status append(struct walk *walk, char *path, bool named,
                              const struct ica_error *failure)
{
    struct ica_found_list *list = walk->list;
    struct ica_found found = {.path = path, .named = named};
    if (failure) {
        found.failure = malloc(sizeof *found.failure);
    }
    enum ica_status status = ICA_OK;
    if (list->n_items >= walk->options->max_files) {
        status = ica_error_set(walk->err, ICA_EINVALID, "There are more than %zu files.",
                               walk->options->max_files);
    } else if (!path || (failure && !found.failure) ||
               !ica_array_reserve((void **)&list->items, &list->capacity, list->n_items + 1,
                                  SIZE_MAX, sizeof *list->items)) {
        status = ica_error_nomem(walk->err, "the list of files");
    }
    if (status) {
        free(path);
        free(found.failure);
        return status;
    }
    if (failure) {
        *found.failure = *failure;
    }
    list->items[list->n_items++] = found;
    return ICA_OK;
}

static enum ica_status append_failure(struct walk *walk, char *path, int error_number)
{
    struct ica_error failure;
    (void)ica_error_set_errno(&failure, error_number);
    return append(walk, path, true, &failure);
}

/* "folder/name", or "name" below "" and "/name" below "/". Owned; NULL when memory is short. */
static char *join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') {
        length--;
    }
    size_t slash = length > 0 && folder[length - 1] != '/';
    size_t size = strlen(name) + 1;
    char *path = malloc(length + slash + size);
    if (path) {
        memcpy(path, folder, length);
        memcpy(path + length, "/", slash);
        memcpy(path + length + slash, name, size);
    }
    return path;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum ica_status walk_folder(struct walk *walk, const char *folder);

/* One entry of a folder. Takes `path`. */
static enum ica_status walk_entry(struct walk *walk, char *path)
{
    if (!path) {
        return ica_error_nomem(walk->err, "a path");
    }
    struct stat facts;
    if (stat(path, &facts)) {
        return append_failure(walk, path, errno);
    }
    if (S_ISREG(facts.st_mode)) {
        return append(walk, path, has_image_name(path), NULL);
    }
    enum ica_status status = ICA_OK;
    if (!S_ISDIR(facts.st_mode)) {
        walk->list->n_skipped++;
    } else if (walk->options->recursive) {
        bool again;
        status = enter(walk, &facts, &again);
        if (!status && !again) {
            status = walk_folder(walk, path);
        }
    } else {
        walk->list->n_folders++;
    }
    free(path);
    return status;
}

/* The recursion is as deep as the path, whose length the system limits. */
static enum ica_status walk_folder(struct walk *walk, const char *folder)
{
    if (ica_interrupted()) {
        return ica_error_set(walk->err, ICA_ECANCELLED, "The work was cancelled.");
    }
    struct dirent **entries;
    int n_entries = scandir(folder, &entries, is_visible, by_bytes);
    if (n_entries < 0) {
        return append_failure(walk, ica_text_copy(folder), errno);
    }
    enum ica_status status = ICA_OK;
    for (int i = 0; i < n_entries; i++) {
        if (!status) {
            status = walk_entry(walk, join(folder, entries[i]->d_name));
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* A path that was given. */
static enum ica_status walk_given(struct walk *walk, const char *path)
{
    struct stat facts;
    if (stat(path, &facts)) {
        return append_failure(walk, ica_text_copy(path), errno);
    }
    if (!S_ISDIR(facts.st_mode)) {
        return append(walk, ica_text_copy(path), true, NULL);
    }
    bool again;
    enum ica_status status = enter(walk, &facts, &again);
    return status || again ? status : walk_folder(walk, path);
}

enum ica_status ica_walk(const struct ica_walk_options *options, char *const paths[],
                         size_t n_paths, struct ica_found_list *list, struct ica_error *err)
{
    struct walk walk = {.options = options, .list = list, .err = err};
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n_paths && !status; i++) {
        status = walk_given(&walk, paths[i]);
    }
    free(walk.entered.slots);
    return status;
}

void ica_found_list_clear(struct ica_found_list *list)
{
    for (size_t i = 0; i < list->n_items; i++) {
        free(list->items[i].path);
        free(list->items[i].failure);
    }
    free(list->items);
    *list = (struct ica_found_list){0};
}
