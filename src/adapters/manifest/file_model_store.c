/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is visible under its name before it is whole: files are put into a hidden folder, brought
 * to the disk, and the folder gets its name by one rename. The kernel gives up the lock when its
 * owner dies, so a crash leaves at most a hidden folder. */
#include "adapters/manifest/file_model_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/manifest/manifest_writer.h"
#include "adapters/manifest/store_files.h"
#include "base/file_io.h"
#include "base/text.h"

#define LOCK         ".lock"
#define NEW          ".new-"
#define PULL         ".pull-"
#define REMOVED      ".new-removed-" /* begins like what is cleared away */
#define DEFAULT_FILE "default"

struct file_store {
    struct ica_model_store base;
    char *folder;
    int lock; /* -1 while it is not held */
};

/* What the port's users see, and how it goes on. */
struct staging {
    struct ica_staging base;
    enum ica_staging_kind kind;
    bool is_committed;
};

/* Owned "STORE/prefix+name"; NULL when memory is short. */
static char *store_path(const struct file_store *store, const char *prefix, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s%s", store->folder, prefix, name) < 0 ? NULL : path;
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool exists(const char *path)
{
    struct stat info;
    return path && !lstat(path, &info);
}

/* ---- The lock ---------------------------------------------------------------------------------
 */

static enum ica_status lock_store(struct file_store *store, struct ica_error *err)
{
    char *path = store_path(store, "", LOCK);
    if (!path) {
        return ica_error_nomem(err, "a path");
    }
    ica_file_make_folders(path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    free(path);
    if (fd < 0) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status,
                                "The model store %.200s cannot be written to: ", store->folder);
    }
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        (void)close(fd);
        return ica_error_set(err, ICA_EBUSY,
                             "Another image-cluster-ai is writing to the model store %.200s: wait "
                             "until it has ended, then try again.",
                             store->folder);
    }
    store->lock = fd;
    return ICA_OK;
}

static void unlock_store(struct file_store *store)
{
    if (store->lock >= 0) {
        (void)close(store->lock);
        store->lock = -1;
    }
}

static int is_leftover(const struct dirent *file)
{
    return strncmp(file->d_name, NEW, strlen(NEW)) == 0;
}

/* Whatever is there while the lock is ours was left by one that was ended in its work. */
static enum ica_status clear_leftovers(struct file_store *store, struct ica_error *err)
{
    struct dirent **names = NULL;
    int n_names = scandir(store->folder, &names, is_leftover, NULL);
    enum ica_status status = ICA_OK;
    for (int i = 0; i < n_names; i++) {
        char *path = store_path(store, "", names[i]->d_name);
        if (!status) {
            status = path ? ica_store_remove_tree(path, err) : ica_error_nomem(err, "a path");
        }
        free(path);
        free(names[i]);
    }
    free(names);
    return status;
}

/* ---- Staging ----------------------------------------------------------------------------------
 */

static enum ica_status check_free(const struct file_store *store, const char *name,
                                  enum ica_staging_kind kind, struct ica_error *err)
{
    char *model = store_path(store, "", name);
    char *manifest = model ? join(model, ICA_STORE_MANIFEST) : NULL;
    enum ica_status status = ICA_OK;
    if (!manifest) {
        status = ica_error_nomem(err, "a path");
    } else if (kind == ICA_STAGING_PLACED && !exists(model)) {
        status = ica_error_set(err, ICA_ENOTFOUND, "There is no folder %.200s.", model);
    } else if (exists(manifest)) {
        status = ica_error_set(err, ICA_EINVALID,
                               "There is a model %s in the store already: give another --name, or "
                               "remove it first with `image-cluster-ai models remove %s`.",
                               name, name);
    } else if (kind != ICA_STAGING_PLACED && exists(model) && rmdir(model)) {
        status = ica_error_set(err, ICA_EINVALID,
                               "There are files in %.200s already: `image-cluster-ai models verify "
                               "%s` makes a model of them, `image-cluster-ai models remove %s` "
                               "removes them.",
                               model, name, name);
    }
    free(manifest);
    free(model);
    return status;
}

static enum ica_status make_staging(const struct file_store *store, const char *name,
                                    enum ica_staging_kind kind, struct ica_staging **out,
                                    struct ica_error *err)
{
    static const char *const prefixes[] = {
        [ICA_STAGING_NEW] = NEW, [ICA_STAGING_RESUME] = PULL, [ICA_STAGING_PLACED] = ""};
    struct staging *staging = calloc(1, sizeof *staging);
    char *folder = store_path(store, prefixes[kind], name);
    if (!staging || !folder) {
        free(staging);
        free(folder);
        return ica_error_nomem(err, "a model");
    }
    if (mkdir(folder, 0777) && errno != EEXIST) {
        enum ica_status status = ica_error_set_errno(err, errno);
        status = ica_error_prefix(err, status, "%.200s: ", folder);
        free(staging);
        free(folder);
        return status;
    }
    (void)snprintf(staging->base.name, sizeof staging->base.name, "%s", name);
    staging->base.folder = folder;
    staging->kind = kind;
    *out = &staging->base;
    return ICA_OK;
}

static enum ica_status begin(struct ica_model_store *self, const char *name,
                             enum ica_staging_kind kind, struct ica_staging **out,
                             struct ica_error *err)
{
    struct file_store *store = (struct file_store *)self;
    *out = NULL;
    if (!ica_model_name_is_plain(name)) {
        return ica_error_set(err, ICA_EINVALID,
                             "\"%.80s\" is no name for a model: it has 1 to %d letters, digits, "
                             "'.', '_' and '-'.",
                             name, ICA_MAX_MODEL_NAME - 1);
    }
    enum ica_status status = lock_store(store, err);
    if (!status) {
        status = clear_leftovers(store, err);
    }
    if (!status) {
        status = check_free(store, name, kind, err);
    }
    if (!status) {
        status = make_staging(store, name, kind, out, err);
    }
    if (status) {
        unlock_store(store);
    }
    return status;
}

static enum ica_status put(struct ica_model_store *self, struct ica_staging *staging,
                           const char *path, struct ica_model_file *file,
                           const struct ica_monitor *monitor, struct ica_error *err)
{
    (void)self;
    char *copy = join(staging->folder, file->name);
    enum ica_status status = ICA_OK;
    if (!copy) {
        status = ica_error_nomem(err, "a path");
    } else if (exists(copy) || strcmp(file->name, ICA_STORE_MANIFEST) == 0) {
        status =
            ica_error_set(err, ICA_EINVALID,
                          "Two files of the model are called %s: rename one of them.", file->name);
    } else {
        status = ica_store_copy(path, copy, file, monitor, err);
    }
    free(copy);
    return status;
}

/* Give the staging folder the model's name. */
static enum ica_status show(const struct file_store *store, const struct ica_staging *staging,
                            struct ica_error *err)
{
    char *model = store_path(store, "", staging->name);
    enum ica_status status = ICA_OK;
    if (!model) {
        return ica_error_nomem(err, "a path");
    }
    if (strcmp(model, staging->folder) != 0 && rename(staging->folder, model)) {
        status = ica_error_set_errno(err, errno);
        status = ica_error_prefix(err, status, "%.200s: ", model);
    }
    free(model);
    return status ? status : ica_store_sync_folder(store->folder, err);
}

/* A file that is there whole or not at all, on the disk. */
static enum ica_status write_file(const char *path, const char *text, size_t size,
                                  struct ica_error *err)
{
    enum ica_status status = ica_file_replace(path, text, size, err);
    return status ? ica_error_prefix(err, status, "%.200s: ", path) : ICA_OK;
}

static enum ica_status commit(struct ica_model_store *self, struct ica_staging *staging,
                              const struct ica_model *model,
                              const struct ica_model_package *package, struct ica_error *err)
{
    struct file_store *store = (struct file_store *)self;
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MANIFEST_BYTES);
    char *path = join(staging->folder, ICA_STORE_MANIFEST);
    enum ica_status status =
        path ? ica_manifest_write(model, package, &text, err) : ica_error_nomem(err, "a path");
    if (!status) {
        status = write_file(path, ica_buffer_text(&text), text.size, err);
    }
    if (!status) {
        status = ica_store_sync_folder(staging->folder, err);
    }
    if (!status) {
        status = show(store, staging, err);
    }
    ((struct staging *)staging)->is_committed = !status;
    ica_buffer_clear(&text);
    free(path);
    return status;
}

static void end(struct ica_model_store *self, struct ica_staging *staging)
{
    struct staging *own = (struct staging *)staging;
    if (own) {
        if (own->kind == ICA_STAGING_NEW && !own->is_committed) {
            /* What cannot be removed now is cleared away at the next begin(). */
            enum ica_status ignored = ica_store_remove_tree(staging->folder, NULL);
            (void)ignored;
        }
        free(staging->folder);
        free(own);
    }
    unlock_store((struct file_store *)self);
}

static enum ica_status hash(struct ica_model_store *self, const char *path,
                            struct ica_model_file *file, const struct ica_monitor *monitor,
                            struct ica_error *err)
{
    (void)self;
    return ica_store_copy(path, NULL, file, monitor, err);
}

/* ---- Removing ---------------------------------------------------------------------------------
 */

/* Out of sight at once, so that no half of it is ever seen; then away. */
static enum ica_status remove_model(const struct file_store *store, const char *name,
                                    struct ica_error *err)
{
    char *model = store_path(store, "", name);
    char *hidden = store_path(store, REMOVED, name);
    enum ica_status status = model && hidden ? ICA_OK : ica_error_nomem(err, "a path");
    if (!status && rename(model, hidden)) {
        status = ica_error_set_errno(err, errno);
        status = ica_error_prefix(err, status, "%.200s: ", model);
    }
    if (!status) {
        status = ica_store_remove_tree(hidden, err);
    }
    free(hidden);
    free(model);
    return status;
}

static enum ica_status remove_named(struct ica_model_store *self, const char *name,
                                    struct ica_error *err)
{
    struct file_store *store = (struct file_store *)self;
    char *model = store_path(store, "", name);
    char *pulled = store_path(store, PULL, name);
    enum ica_status status = model && pulled ? ICA_OK : ica_error_nomem(err, "a path");
    bool has_model = exists(model);
    if (!status && (!ica_model_name_is_plain(name) || (!has_model && !exists(pulled)))) {
        status =
            ica_error_set(err, ICA_ENOTFOUND, "There is no model \"%.80s\" in the store %.200s.",
                          name, store->folder);
    }
    if (!status) {
        status = lock_store(store, err);
    }
    if (!status) {
        status = clear_leftovers(store, err);
    }
    if (!status && has_model) {
        status = remove_model(store, name, err);
    }
    if (!status) {
        status = ica_store_remove_tree(pulled, err);
    }
    unlock_store(store);
    free(pulled);
    free(model);
    return status;
}

/* ---- The default ------------------------------------------------------------------------------
 */

static enum ica_status load_default(struct ica_model_store *self, char name[ICA_MAX_MODEL_NAME],
                                    struct ica_error *err)
{
    struct file_store *store = (struct file_store *)self;
    struct ica_buffer text;
    char *path = store_path(store, "", DEFAULT_FILE);
    name[0] = 0;
    if (!path) {
        return ica_error_nomem(err, "a path");
    }
    ica_buffer_init(&text, ICA_MAX_MODEL_NAME + 1);
    enum ica_status status = exists(path) ? ica_file_read(path, &text, err) : ICA_OK;
    const char *line = ica_buffer_text(&text);
    size_t length = strcspn(line, "\n");
    if (!status && length < ICA_MAX_MODEL_NAME) {
        memcpy(name, line, length);
        name[length] = 0;
    }
    if (status || (text.size > 0 && !ica_model_name_is_plain(name))) {
        name[0] = 0;
        status = ica_error_set(err, status ? status : ICA_EINVALID,
                               "%.200s holds no name of a model: set one with `image-cluster-ai "
                               "models default NAME`, or remove the file.",
                               path);
    }
    ica_buffer_clear(&text);
    free(path);
    return status;
}

static enum ica_status save_default(struct ica_model_store *self, const char *name,
                                    struct ica_error *err)
{
    struct file_store *store = (struct file_store *)self;
    char *path = store_path(store, "", DEFAULT_FILE);
    char line[ICA_MAX_MODEL_NAME + 2];
    if (!path) {
        return ica_error_nomem(err, "a path");
    }
    enum ica_status status = ICA_OK;
    if (*name) {
        int length = snprintf(line, sizeof line, "%s\n", name);
        ica_file_make_folders(path);
        status = write_file(path, line, (size_t)length, err);
    } else {
        status = ica_store_remove_tree(path, err);
    }
    free(path);
    return status;
}

static void destroy(struct ica_model_store *self)
{
    struct file_store *store = (struct file_store *)self;
    unlock_store(store);
    free(store->folder);
    free(store);
}

static const struct ica_model_store_ops ops = {
    .begin = begin,
    .put = put,
    .commit = commit,
    .end = end,
    .hash = hash,
    .remove = remove_named,
    .load_default = load_default,
    .save_default = save_default,
    .destroy = destroy,
};

enum ica_status ica_file_model_store_open(struct ica_model_store **out, const char *folder,
                                          struct ica_error *err)
{
    *out = NULL;
    struct file_store *store = calloc(1, sizeof *store);
    char *copy = ica_text_copy(folder);
    if (!store || !copy) {
        free(store);
        free(copy);
        return ica_error_nomem(err, "the model store");
    }
    store->base.ops = &ops;
    store->base.folder = copy;
    store->folder = copy;
    store->lock = -1;
    *out = &store->base;
    return ICA_OK;
}
