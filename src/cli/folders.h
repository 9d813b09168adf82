/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting the images into folders, one per group: `--copy-to` and `--link-to`. */
#ifndef ICA_CLI_FOLDERS_H
#define ICA_CLI_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "domain/result.h"

/* Make the folder `path`, or take it as it is if it is there and empty. ICA_EINVALID when it is
 * not empty. */
enum ica_status ica_folders_prepare(const char *path, struct ica_error *err) ICA_MUST_CHECK;

/* Put a copy of each image, or an absolute symbolic link to it, into a folder of its group below
 * `path`: "00 black shoes", "01 dogs", ..., and "unclustered". `files` are the
 * paths that the run was given, those that could not be read included, in order. Nothing that
 * exists is ever overwritten. The message names the file. */
enum ica_status ica_folders_fill(const char *path, bool link, const struct ica_result *result,
                                 const char *const files[], struct ica_error *err) ICA_MUST_CHECK;

/* Put a copy of, or a link to, each of the `n` files directly into `path`, likewise. */
enum ica_status ica_folder_fill(const char *path, bool link, const char *const files[], size_t n,
                                struct ica_error *err) ICA_MUST_CHECK;

/* The name of the folder for group `c` of the result. */
#define ICA_FOLDER_NAME_SIZE 160
void ica_folder_name(const struct ica_result *result, size_t c, char name[ICA_FOLDER_NAME_SIZE]);

#endif
