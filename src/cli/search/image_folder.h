/* SPDX-License-Identifier: Apache-2.0 */
/* The image folder port on a real folder. */
#ifndef ICA_CLI_SEARCH_IMAGE_FOLDER_H
#define ICA_CLI_SEARCH_IMAGE_FOLDER_H

#include "ports/image_folder.h"

/* Starts all zero. */
struct ica_walked_folder {
    struct ica_image_folder base; /* its path is owned */
    const char *given;            /* the folder as the user names it; borrowed */
    size_t n_folders;             /* folders in it that the last listing left out */
};

/* Open the folder `given`. The message names it. ICA_EINVALID (it is no folder), ICA_ENOTFOUND,
 * ICA_EDENIED, ICA_EIO. To be cleared whatever is returned. */
enum ica_status ica_walked_folder_open(struct ica_walked_folder *folder, const char *given,
                                       bool recursive, size_t max_file_bytes,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_walked_folder_clear(struct ica_walked_folder *folder);

/* "folder/path", where the folder may end with a slash. Owned; NULL when memory is short. */
char *ica_path_below(const char *folder, const char *path);

#endif
