/* SPDX-License-Identifier: Apache-2.0 */
/* The image folder port on a real folder: the walk, and what each file's inode says. */
#include "cli/search/image_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "application/runs/cluster_images.h"
#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/walk.h"

#define MAX_FILES        ((size_t)10 * ICA_MAX_IMAGES)
#define NS_PER_S         INT64_C(1000000000)
#define MAX_SECONDS_KEPT (INT64_MAX / NS_PER_S - 1)

char *ica_path_below(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    size_t size = strlen(path) + 1;
    char *joined = malloc(length + 1 + size);
    if (joined) {
        memcpy(joined, folder, length);
        joined[length] = '/';
        memcpy(joined + length + 1, path, size);
    }
    return joined;
}

/* Size and time of change; a time that no clock shows counts as the farthest. */
static void take_facts(struct ica_folder_file *file, const struct stat *facts)
{
    int64_t seconds = facts->st_mtim.tv_sec;
    seconds = seconds > MAX_SECONDS_KEPT ? MAX_SECONDS_KEPT : seconds;
    seconds = seconds < -MAX_SECONDS_KEPT ? -MAX_SECONDS_KEPT : seconds;
    file->size_bytes = (uint64_t)facts->st_size;
    file->mtime_ns = seconds * NS_PER_S + facts->st_mtim.tv_nsec;
}

static enum ica_status fail_file(struct ica_folder_file *file, const struct ica_error *reason,
                                 struct ica_error *err)
{
    file->failure = malloc(sizeof *file->failure);
    if (!file->failure) {
        return ica_error_nomem(err, "the list of files");
    }
    *file->failure = *reason;
    return ICA_OK;
}

/* One file that the walk has found, whose path begins with `prefix` bytes of the folder. */
static enum ica_status take_found(struct ica_folder_file *file, const struct ica_found *found,
                                  size_t prefix, struct ica_error *err)
{
    struct stat facts;
    struct ica_error failure;
    file->named = found->named;
    file->path = ica_text_copy(found->path + prefix);
    if (!file->path) {
        return ica_error_nomem(err, "the list of files");
    }
    if (found->failure) {
        return fail_file(file, found->failure, err);
    }
    if (stat(found->path, &facts)) {
        (void)ica_error_set_errno(&failure, errno);
        return fail_file(file, &failure, err);
    }
    take_facts(file, &facts);
    return ICA_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct ica_folder_file *)a)->path,
                  ((const struct ica_folder_file *)b)->path);
}

static enum ica_status take_all(struct ica_walked_folder *folder,
                                const struct ica_found_list *found, struct ica_folder_files *out,
                                struct ica_error *err)
{
    const char *path = folder->base.path;
    size_t prefix = strcmp(path, "/") == 0 ? 1 : strlen(path) + 1;
    enum ica_status status = ICA_OK;
    folder->n_folders = found->n_folders;
    out->items = ica_array_new(found->n_items, sizeof *out->items);
    if (!out->items) {
        return ica_error_nomem(err, "the list of files");
    }
    out->capacity = found->n_items;
    for (size_t i = 0; i < found->n_items && !status; i++) {
        const struct ica_found *item = &found->items[i];
        if (item->failure && strcmp(item->path, path) == 0) { /* the folder itself */
            return ica_error_set(err, item->failure->status, "%.300s: %s", folder->given,
                                 item->failure->text);
        }
        status = take_found(&out->items[out->n_items++], item, prefix, err);
    }
    if (!status && out->n_items > 0) {
        qsort(out->items, out->n_items, sizeof *out->items, by_path);
    }
    return status;
}

static enum ica_status list(struct ica_image_folder *self, struct ica_folder_files *out,
                            struct ica_error *err)
{
    const struct ica_walk_options options = {
        .recursive = self->recursive,
        .max_files = MAX_FILES,
    };
    char *const paths[] = {(char *)self->path};
    struct ica_found_list found = {0};
    enum ica_status status = ica_walk(&options, paths, 1, &found, err);
    if (!status) {
        status = take_all((struct ica_walked_folder *)self, &found, out, err);
    }
    ica_found_list_clear(&found);
    return status;
}

static enum ica_status read_file(struct ica_image_folder *self, const char *path, size_t max_bytes,
                                 struct ica_buffer *out, struct ica_error *err)
{
    char *whole = ica_path_below(self->path, path);
    if (!whole) {
        return ica_error_nomem(err, "a path");
    }
    enum ica_status status = max_bytes > 0 ? ica_file_read_head(whole, max_bytes, out, err)
                                           : ica_file_read(whole, out, err);
    free(whole);
    return status;
}

enum ica_status ica_walked_folder_open(struct ica_walked_folder *folder, const char *given,
                                       bool recursive, size_t max_file_bytes, struct ica_error *err)
{
    struct stat facts;
    char *path = realpath(given, NULL);
    bool found = path && stat(path, &facts) == 0;
    *folder = (struct ica_walked_folder){
        .base =
            {
                .path = path,
                .recursive = recursive,
                .max_file_bytes = max_file_bytes,
                .list = list,
                .read = read_file,
            },
        .given = given,
    };
    if (!found) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "Folder %.300s: ", given);
    }
    return S_ISDIR(facts.st_mode)
               ? ICA_OK
               : ica_error_set(err, ICA_EINVALID,
                               "%.300s is no folder: name the folder that it is in.", given);
}

void ica_walked_folder_clear(struct ica_walked_folder *folder)
{
    free((char *)folder->base.path);
    *folder = (struct ica_walked_folder){0};
}
