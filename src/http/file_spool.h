/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a request on disk, for a describer that looks at some of them again: one temporary
 * file without a name, which is gone when the request is, however the program ends. */
#ifndef ICA_HTTP_FILE_SPOOL_H
#define ICA_HTTP_FILE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ports/file_source.h"

/* Starts all zero. */
struct ica_file_spool {
    struct ica_file_source base;
    int fd;      /* 0 = not open: there is nothing to be kept */
    off_t *ends; /* of each file; it begins where the one before ends */
    size_t n;
    size_t capacity;
    bool full; /* nothing more can be kept */
};

/* Open a spool in the folder for temporary files (TMPDIR, else /tmp). ICA_EIO. */
enum ica_status ica_file_spool_open(struct ica_file_spool *spool, size_t max_file_bytes,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Append the next file; of one that is not kept, nothing. Does nothing on a spool that is not open,
 * or after a failure: the files up to then can be read, the others cannot. ICA_EIO (the disk is
 * full), ICA_ENOMEM. */
enum ica_status ica_file_spool_add(struct ica_file_spool *spool, const void *bytes, size_t size,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* The files as a port; NULL where the spool is not open. They can be read while others are added,
 * but not by several threads at once with that. */
struct ica_file_source *ica_file_spool_files(struct ica_file_spool *spool);

/* Close it and return to all zero. */
void ica_file_spool_close(struct ica_file_spool *spool);

#endif
