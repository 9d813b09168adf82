/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between the files of a folder and those of a generation of its index. */
#ifndef ICA_APPLICATION_SEARCH_INDEX_CHANGES_H
#define ICA_APPLICATION_SEARCH_INDEX_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "ports/image_folder.h"
#include "ports/image_index.h"

/* Starts all zero. */
struct ica_index_changes {
    bool *is_kept; /* owned; per file of the folder: the index has it as it is */
    size_t n_kept;
    char **gone; /* owned, as are the paths: what the index has and the folder has not */
    size_t n_gone;
    size_t capacity;
};

/* Fill the all-zero `out` for `files`, which are those of the folder, listed recursively or not: in
 * the latter case nothing is said of what lies deeper. What is below a folder that cannot be read
 * is not gone. To be cleared whatever is returned. ICA_ENOMEM, and what the index fails with. */
enum ica_status ica_index_changes_find(struct ica_index_changes *out, struct ica_image_index *index,
                                       int64_t generation, const struct ica_folder_files *files,
                                       bool recursive, struct ica_error *err) ICA_MUST_CHECK;

void ica_index_changes_clear(struct ica_index_changes *changes);

#endif
