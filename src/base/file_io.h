/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in and out. Messages do not name the file: the caller knows what it is called. */
#ifndef ICA_BASE_FILE_IO_H
#define ICA_BASE_FILE_IO_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* The status for a system call's errno. */
enum ica_status ica_status_from_errno(int error_number);

/* Set `err` to what the system call that left `error_number` says, and return its status. */
enum ica_status ica_error_set_errno(struct ica_error *err, int error_number);

/* Append the content of a regular file to `out`. ICA_ETOOLARGE, before anything is read, when it is
 * larger than what `out` may hold; ICA_EINVALID when it is no regular file. */
enum ica_status ica_file_read(const char *path, struct ica_buffer *out,
                              struct ica_error *err) ICA_MUST_CHECK;

/* Append at most `size` bytes of the file's beginning, within the maximum of `out`. */
enum ica_status ica_file_read_head(const char *path, size_t size, struct ica_buffer *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Write all bytes to an open file. */
enum ica_status ica_file_write_all(int fd, const void *bytes, size_t size,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Make the folders above the file `path`, as far as they are missing; what fails shows when the
 * file is opened. */
void ica_file_make_folders(char *path);

/* Put `bytes` into the file `path`, replacing it at once or, on failure, leaving it as it was. */
enum ica_status ica_file_replace(const char *path, const void *bytes, size_t size,
                                 struct ica_error *err) ICA_MUST_CHECK;

#endif
