/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/store_files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"
#include "base/sha256.h"

#define CHUNK_BYTES (64 * 1024)
#define MAX_FOLDERS 16 /* open at once while a tree is removed */
#define STAGE       "reading"

/* A file on its way. */
struct copying {
    const char *path;
    const char *copy_path; /* NULL: it is only read */
    int from;
    int to;
    uint64_t size;
    uint64_t done;
    struct ica_sha256 hash;
    const struct ica_monitor *monitor;
    struct ica_error *err;
};

static enum ica_status read_failed(const struct copying *copying, int error_number)
{
    enum ica_status status = ica_error_set_errno(copying->err, error_number);
    return ica_error_prefix(copying->err, status, "%.200s: ", copying->path);
}

static enum ica_status write_failed(const struct copying *copying, int error_number)
{
    enum ica_status status = ica_error_set_errno(copying->err, error_number);
    return ica_error_prefix(copying->err, status,
                            "%.200s (%llu of %llu bytes written): ", copying->copy_path,
                            (unsigned long long)copying->done, (unsigned long long)copying->size);
}

/* O_NONBLOCK: a named pipe must not make us wait. */
static enum ica_status open_both(struct copying *copying)
{
    struct stat info;
    copying->from = open(copying->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (copying->from < 0 || fstat(copying->from, &info)) {
        return read_failed(copying, errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return ica_error_set(copying->err, ICA_EINVALID, "%.200s is not a regular file.",
                             copying->path);
    }
    copying->size = (uint64_t)info.st_size;
    if (copying->size > ICA_MAX_MODEL_FILE_BYTES) {
        return ica_error_set(copying->err, ICA_ETOOLARGE, "%.200s is larger than any model.",
                             copying->path);
    }
    if (copying->copy_path) {
        copying->to = open(copying->copy_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        return copying->to < 0 ? write_failed(copying, errno) : ICA_OK;
    }
    return ICA_OK;
}

static enum ica_status copy_all(struct copying *copying)
{
    uint8_t chunk[CHUNK_BYTES];
    for (;;) {
        ssize_t got = read(copying->from, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return read_failed(copying, errno);
        }
        if (got == 0) {
            return ICA_OK;
        }
        ica_sha256_add(&copying->hash, chunk, (size_t)got);
        if (copying->to >= 0 && ica_file_write_all(copying->to, chunk, (size_t)got, copying->err)) {
            return write_failed(copying, errno);
        }
        copying->done += (uint64_t)got;
        if (!ica_monitor_step(copying->monitor, STAGE, (size_t)copying->done,
                              (size_t)copying->size)) {
            return ica_error_set(copying->err, ICA_ECANCELLED, "It was cancelled.");
        }
    }
}

enum ica_status ica_store_copy(const char *path, const char *copy_path, struct ica_model_file *file,
                               const struct ica_monitor *monitor, struct ica_error *err)
{
    struct copying copying = {
        .path = path, .copy_path = copy_path, .from = -1, .to = -1, .monitor = monitor, .err = err};
    ica_sha256_init(&copying.hash);
    enum ica_status status = open_both(&copying);
    if (!status) {
        status = copy_all(&copying);
    }
    if (!status && copying.to >= 0 && fsync(copying.to)) {
        status = write_failed(&copying, errno);
    }
    if (!status) {
        file->size_bytes = copying.done;
        ica_sha256_text(&copying.hash, file->sha256);
    }
    if (copying.from >= 0) {
        (void)close(copying.from);
    }
    if (copying.to >= 0) {
        (void)close(copying.to);
    }
    return status;
}

enum ica_status ica_store_sync_folder(const char *path, struct ica_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_safe = fd >= 0 && (!fsync(fd) || errno == EINVAL); /* not every file system can */
    int error_number = errno;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!is_safe) {
        enum ica_status status = ica_error_set_errno(err, error_number);
        return ica_error_prefix(err, status, "%.200s: ", path);
    }
    return ICA_OK;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

enum ica_status ica_store_remove_tree(const char *path, struct ica_error *err)
{
    if (nftw(path, remove_one, MAX_FOLDERS, FTW_DEPTH | FTW_PHYS) && errno != ENOENT) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "%.200s: ", path);
    }
    return ICA_OK;
}
