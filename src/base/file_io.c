/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in and out. */
#include "base/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES (64 * 1024)

enum ica_status ica_status_from_errno(int error_number)
{
    switch (error_number) {
    case 0:
        return ICA_OK;
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return ICA_ENOTFOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ICA_EDENIED;
    case ENOMEM:
        return ICA_ENOMEM;
    default:
        return ICA_EIO;
    }
}

enum ica_status ica_error_set_errno(struct ica_error *err, int error_number)
{
    char text[128];
    return ica_error_set(err, ica_status_from_errno(error_number), "%s.",
                         strerror_r(error_number, text, sizeof text));
}

/* Open a regular file and learn its size. O_NONBLOCK: a named pipe must not make us wait. */
static enum ica_status open_regular(const char *path, int *fd, uint64_t *size,
                                    struct ica_error *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0) {
        return ica_error_set_errno(err, errno);
    }
    struct stat facts;
    if (fstat(*fd, &facts)) {
        return ica_error_set_errno(err, errno);
    }
    if (!S_ISREG(facts.st_mode)) {
        return ica_error_set(err, ICA_EINVALID, "It is not a regular file.");
    }
    *size = (uint64_t)facts.st_size;
    return ICA_OK;
}

/* Append up to `limit` bytes, or what there is. */
static enum ica_status read_bytes(int fd, uint64_t limit, struct ica_buffer *out,
                                  struct ica_error *err)
{
    uint8_t chunk[CHUNK_BYTES];
    while (limit > 0) {
        size_t wanted = limit < sizeof chunk ? (size_t)limit : sizeof chunk;
        ssize_t got = read(fd, chunk, wanted);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ica_error_set_errno(err, errno);
        }
        if (got == 0) {
            break;
        }
        enum ica_status status = ica_buffer_append(out, chunk, (size_t)got, err);
        if (status) {
            return status;
        }
        limit -= (uint64_t)got;
    }
    return ICA_OK;
}

static void close_if_open(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

enum ica_status ica_file_read(const char *path, struct ica_buffer *out, struct ica_error *err)
{
    int fd;
    uint64_t size;
    enum ica_status status = open_regular(path, &fd, &size, err);
    if (!status && size > out->max_bytes - out->size) {
        status = ica_error_set(err, ICA_ETOOLARGE,
                               "The file has %llu bytes, more than the limit of %zu.",
                               (unsigned long long)size, out->max_bytes);
    }
    if (!status) {
        /* No limit but the buffer's: the file may grow meanwhile, or say 0 as those of /proc do. */
        status = read_bytes(fd, UINT64_MAX, out, err);
    }
    close_if_open(fd);
    return status;
}

enum ica_status ica_file_read_head(const char *path, size_t size, struct ica_buffer *out,
                                   struct ica_error *err)
{
    int fd;
    uint64_t file_size;
    enum ica_status status = open_regular(path, &fd, &file_size, err);
    if (!status) {
        status = read_bytes(fd, size, out, err);
    }
    close_if_open(fd);
    return status;
}

enum ica_status ica_file_write_all(int fd, const void *bytes, size_t size, struct ica_error *err)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t written = write(fd, next, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return ica_error_set_errno(err, errno);
        }
        next += written;
        size -= (size_t)written;
    }
    return ICA_OK;
}

/* Write to the temporary file and give it its name. */
static enum ica_status write_and_rename(int fd, const char *temporary, const char *path,
                                        const void *bytes, size_t size, struct ica_error *err)
{
    enum ica_status status = ica_file_write_all(fd, bytes, size, err);
    mode_t mask = umask(0);
    (void)umask(mask);
    if (!status && (fchmod(fd, 0666 & ~mask) || rename(temporary, path))) {
        status = ica_error_set_errno(err, errno);
    }
    return status;
}

enum ica_status ica_file_replace(const char *path, const void *bytes, size_t size,
                                 struct ica_error *err)
{
    static const char suffix[] = ".XXXXXX";
    size_t length = strlen(path);
    char *temporary = malloc(length + sizeof suffix);
    if (!temporary) {
        return ica_error_nomem(err, "a file name");
    }
    memcpy(temporary, path, length);
    memcpy(temporary + length, suffix, sizeof suffix);
    enum ica_status status;
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        status = ica_error_set_errno(err, errno);
    } else {
        status = write_and_rename(fd, temporary, path, bytes, size, err);
        if (status) {
            (void)unlink(temporary);
        }
        (void)close(fd);
    }
    free(temporary);
    return status;
}

void ica_file_make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        (void)mkdir(path, 0777);
        *slash = '/';
    }
}
