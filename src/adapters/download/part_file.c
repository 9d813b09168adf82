/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/download/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file_io.h"

#define CHUNK_BYTES (64 * 1024)
#define SPARE_BYTES (UINT64_C(1) << 20) /* for the manifest, and what the file system needs */

static enum ica_status failed(const struct ica_part_file *part, int error_number,
                              struct ica_error *err)
{
    enum ica_status status = ica_error_set_errno(err, error_number);
    return ica_error_prefix(err, status, "%.200s (%llu bytes, which are kept): ", part->part_path,
                            (unsigned long long)part->size);
}

static void read_etag(struct ica_part_file *part)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_ETAG - 1);
    if (ica_file_read(part->etag_path, &text, NULL) == ICA_OK) {
        (void)snprintf(part->etag, sizeof part->etag, "%s", ica_buffer_text(&text));
    }
    ica_buffer_clear(&text);
}

static enum ica_status read_so_far(struct ica_part_file *part, struct ica_error *err)
{
    uint8_t chunk[CHUNK_BYTES];
    for (;;) {
        ssize_t got = read(part->fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? failed(part, errno, err) : ICA_OK;
        }
        ica_sha256_add(&part->hash, chunk, (size_t)got);
        part->size += (uint64_t)got;
    }
}

enum ica_status ica_part_file_open(struct ica_part_file *part, const char *path,
                                   struct ica_error *err)
{
    *part = (struct ica_part_file){.path = path, .fd = -1};
    ica_sha256_init(&part->hash);
    if (asprintf(&part->part_path, "%s.part", path) < 0) {
        part->part_path = NULL;
        return ica_error_nomem(err, "a path");
    }
    if (asprintf(&part->etag_path, "%s.part.etag", path) < 0) {
        part->etag_path = NULL;
        return ica_error_nomem(err, "a path");
    }
    part->fd = open(part->part_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (part->fd < 0) {
        return failed(part, errno, err);
    }
    read_etag(part);
    return read_so_far(part, err);
}

enum ica_status ica_part_file_restart(struct ica_part_file *part, const char *etag,
                                      struct ica_error *err)
{
    part->size = 0;
    ica_sha256_init(&part->hash);
    if (ftruncate(part->fd, 0) || lseek(part->fd, 0, SEEK_SET)) {
        return failed(part, errno, err);
    }
    (void)snprintf(part->etag, sizeof part->etag, "%s", etag);
    enum ica_status status = ica_file_replace(part->etag_path, etag, strlen(etag), err);
    return status ? ica_error_prefix(err, status, "%.200s: ", part->etag_path) : ICA_OK;
}

enum ica_status ica_part_file_reserve(const struct ica_part_file *part, uint64_t more,
                                      struct ica_error *err)
{
    struct statvfs disk;
    if (fstatvfs(part->fd, &disk)) {
        return ICA_OK; /* what does not fit shows when it is written */
    }
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (free_bytes < more || free_bytes - more < SPARE_BYTES) {
        return ica_error_set(
            err, ICA_EIO,
            "The disk of %.200s has %.1f MB left, but %.1f MB are still to come: make "
            "room, then pull again.",
            part->path, (double)free_bytes / 1e6, (double)more / 1e6);
    }
    return ICA_OK;
}

enum ica_status ica_part_file_append(struct ica_part_file *part, const void *bytes, size_t size,
                                     struct ica_error *err)
{
    if (ica_file_write_all(part->fd, bytes, size, err)) {
        return failed(part, errno, err);
    }
    ica_sha256_add(&part->hash, bytes, size);
    part->size += size;
    return ICA_OK;
}

enum ica_status ica_part_file_finish(struct ica_part_file *part, struct ica_error *err)
{
    if (fsync(part->fd) || rename(part->part_path, part->path)) {
        return failed(part, errno, err);
    }
    (void)unlink(part->etag_path);
    return ICA_OK;
}

void ica_part_file_discard(struct ica_part_file *part)
{
    (void)unlink(part->part_path);
    (void)unlink(part->etag_path);
}

void ica_part_file_close(struct ica_part_file *part)
{
    if (part->fd >= 0) {
        (void)close(part->fd);
    }
    free(part->part_path);
    free(part->etag_path);
    *part = (struct ica_part_file){.fd = -1};
}
