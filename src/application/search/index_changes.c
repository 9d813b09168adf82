/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between a folder and its index: both lists are in the order of their paths' bytes,
 * so one pass over them is enough. */
#include "application/search/index_changes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct comparison {
    struct ica_index_changes *changes;
    const struct ica_folder_files *files;
    bool recursive;
    size_t next; /* of the files: those before have been passed */
    /* Folders that could not be read, and files, which have nothing below them; owned */
    const char **unread;
    size_t n_unread;
};

static enum ica_status list_unread(struct comparison *comparison, struct ica_error *err)
{
    const struct ica_folder_files *files = comparison->files;
    comparison->unread = ica_array_new(files->n_items, sizeof *comparison->unread);
    if (!comparison->unread) {
        return ica_error_nomem(err, "the list of files");
    }
    for (size_t i = 0; i < files->n_items; i++) {
        if (files->items[i].failure) {
            comparison->unread[comparison->n_unread++] = files->items[i].path;
        }
    }
    return ICA_OK;
}

/* Whether `path` is below a folder that could not be read. */
static bool is_out_of_sight(const struct comparison *comparison, const char *path)
{
    for (size_t i = 0; i < comparison->n_unread; i++) {
        size_t length = strlen(comparison->unread[i]);
        if (length > 0 && strncmp(path, comparison->unread[i], length) == 0 &&
            path[length] == '/') {
            return true;
        }
    }
    return false;
}

static enum ica_status note_gone(struct ica_index_changes *changes, const char *path,
                                 struct ica_error *err)
{
    char *copy = ica_text_copy(path);
    if (!copy || !ica_array_reserve((void **)&changes->gone, &changes->capacity,
                                    changes->n_gone + 1, SIZE_MAX, sizeof *changes->gone)) {
        free(copy);
        return ica_error_nomem(err, "the list of files");
    }
    changes->gone[changes->n_gone++] = copy;
    return ICA_OK;
}

static enum ica_status compare(void *context, const struct ica_index_file *known,
                               struct ica_error *err)
{
    struct comparison *c = context;
    int order = -1;
    while (c->next < c->files->n_items &&
           (order = strcmp(c->files->items[c->next].path, known->path)) < 0) {
        c->next++;
    }
    if (order == 0) {
        const struct ica_folder_file *file = &c->files->items[c->next];
        bool is_kept = !file->failure && file->size_bytes == known->size_bytes &&
                       file->mtime_ns == known->mtime_ns;
        c->changes->is_kept[c->next] = is_kept;
        c->changes->n_kept += is_kept;
        return ICA_OK;
    }
    bool is_deeper = strchr(known->path, '/') != NULL;
    if ((is_deeper && !c->recursive) || is_out_of_sight(c, known->path)) {
        return ICA_OK;
    }
    return note_gone(c->changes, known->path, err);
}

enum ica_status ica_index_changes_find(struct ica_index_changes *out, struct ica_image_index *index,
                                       int64_t generation, const struct ica_folder_files *files,
                                       bool recursive, struct ica_error *err)
{
    struct comparison comparison = {.changes = out, .files = files, .recursive = recursive};
    out->is_kept = ica_array_new(files->n_items, sizeof *out->is_kept);
    if (!out->is_kept) {
        return ica_error_nomem(err, "the list of files");
    }
    enum ica_status status = list_unread(&comparison, err);
    if (!status) {
        status = ica_image_index_files(index, generation, compare, &comparison, err);
    }
    free(comparison.unread);
    return status;
}

void ica_index_changes_clear(struct ica_index_changes *changes)
{
    for (size_t i = 0; i < changes->n_gone; i++) {
        free(changes->gone[i]);
    }
    free(changes->gone);
    free(changes->is_kept);
    *changes = (struct ica_index_changes){0};
}
