/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a request on disk. */
#include "http/file_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "application/runs/cluster_images.h"
#include "base/memory.h"

#define MAX_PATH_BYTES 4096

static enum ica_status read_file(struct ica_file_source *self, size_t file, struct ica_buffer *out,
                                 struct ica_error *err)
{
    const struct ica_file_spool *spool = (const struct ica_file_spool *)self;
    if (file >= spool->n) {
        return ica_error_set(err, ICA_ENOTFOUND, "The file was not kept.");
    }
    off_t at = file > 0 ? spool->ends[file - 1] : 0;
    enum ica_status status = ICA_OK;
    uint8_t chunk[16384];
    while (!status && at < spool->ends[file]) {
        off_t rest = spool->ends[file] - at;
        size_t wanted = rest < (off_t)sizeof chunk ? (size_t)rest : sizeof chunk;
        ssize_t got = pread(spool->fd, chunk, wanted, at);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return ica_error_set(err, ICA_EIO, "The file cannot be read again.");
        }
        if (got > 0) {
            status = ica_buffer_append(out, chunk, (size_t)got, err);
            at += got;
        }
    }
    return status;
}

/* A file that has no name; where the file system cannot make one, its name is taken away. */
static int open_nameless(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
        return fd;
    }
    char path[MAX_PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/image-cluster-ai-XXXXXX", folder) >= (int)sizeof path) {
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) {
        (void)unlink(path);
    }
    return fd;
}

enum ica_status ica_file_spool_open(struct ica_file_spool *spool, size_t max_file_bytes,
                                    struct ica_error *err)
{
    const char *folder = getenv("TMPDIR");
    folder = folder && *folder ? folder : "/tmp";
    int fd = open_nameless(folder);
    if (fd < 0) {
        return ica_error_set(err, ICA_EIO, "Cannot keep files in %.200s: %s.", folder,
                             strerror(errno));
    }
    *spool = (struct ica_file_spool){
        .base = {.read = read_file, .max_file_bytes = max_file_bytes},
        .fd = fd,
    };
    return ICA_OK;
}

enum ica_status ica_file_spool_add(struct ica_file_spool *spool, const void *bytes, size_t size,
                                   struct ica_error *err)
{
    if (!spool->fd || spool->full) {
        return ICA_OK;
    }
    spool->full = true; /* unless all goes well */
    if (!ica_array_reserve((void **)&spool->ends, &spool->capacity, spool->n + 1, ICA_MAX_IMAGES,
                           sizeof *spool->ends)) {
        return ica_error_nomem(err, "the kept files");
    }
    off_t at = spool->n > 0 ? spool->ends[spool->n - 1] : 0;
    const uint8_t *from = bytes;
    while (size > 0) {
        ssize_t put = pwrite(spool->fd, from, size, at);
        if (put < 0 && errno != EINTR) {
            return ica_error_set(err, ICA_EIO, "Cannot keep the files: %s.", strerror(errno));
        }
        if (put > 0) {
            from += put;
            at += put;
            size -= (size_t)put;
        }
    }
    spool->ends[spool->n++] = at;
    spool->full = false;
    return ICA_OK;
}

struct ica_file_source *ica_file_spool_files(struct ica_file_spool *spool)
{
    return spool->fd ? &spool->base : NULL;
}

void ica_file_spool_close(struct ica_file_spool *spool)
{
    if (spool->fd) {
        (void)close(spool->fd);
    }
    free(spool->ends);
    *spool = (struct ica_file_spool){0};
}
