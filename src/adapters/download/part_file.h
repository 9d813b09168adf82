/* SPDX-License-Identifier: Apache-2.0 */
/* What has come of a file: PATH.part, and in PATH.part.etag the mark by which the server tells
 * whether its file is still the same. */
#ifndef ICA_ADAPTERS_DOWNLOAD_PART_FILE_H
#define ICA_ADAPTERS_DOWNLOAD_PART_FILE_H

#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

#define ICA_MAX_ETAG 200

struct ica_part_file {
    const char *path; /* borrowed: of the whole file */
    char *part_path;
    char *etag_path;
    int fd;
    uint64_t size; /* bytes so far; `hash` is theirs */
    struct ica_sha256 hash;
    char etag[ICA_MAX_ETAG]; /* "" when the server gave none that is good for this */
};

/* Open what is there of the file, or an empty one, and read it for its hash. To be closed whatever
 * is returned. ICA_EIO, ICA_EDENIED, ICA_ENOMEM. */
enum ica_status ica_part_file_open(struct ica_part_file *part, const char *path,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Begin afresh with the mark `etag`. ICA_EIO. */
enum ica_status ica_part_file_restart(struct ica_part_file *part, const char *etag,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Whether `more` bytes have room on the disk; ICA_EIO with a sentence that says what is missing. */
enum ica_status ica_part_file_reserve(const struct ica_part_file *part, uint64_t more,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* ICA_EIO: the message tells that what came is kept. */
enum ica_status ica_part_file_append(struct ica_part_file *part, const void *bytes, size_t size,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* The file is whole: bring it to the disk and give it its name. ICA_EIO. */
enum ica_status ica_part_file_finish(struct ica_part_file *part,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Remove what came: it is not what was wanted. */
void ica_part_file_discard(struct ica_part_file *part);

void ica_part_file_close(struct ica_part_file *part);

#endif
