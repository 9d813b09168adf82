/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the files of one run, in an order that depends on their names alone. */
#ifndef ICA_CLI_WALK_H
#define ICA_CLI_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ica_found {
    char *path; /* owned; as given, or the folder as given and the way down from it */
    bool named; /* given itself, or its name says that it is an image: a failure is to be told */
    struct ica_error *failure; /* owned; why it cannot be read, or NULL */
};

/* Zero-initialised is empty. */
struct ica_found_list {
    struct ica_found *items;
    size_t n_items;
    size_t capacity;
    size_t n_skipped; /* what lies in the folders and is neither file nor folder */
    size_t n_folders; /* folders within folders that were left out, not being recursive */
};

struct ica_walk_options {
    bool recursive;
    size_t max_files; /* images or not: a bound on the list */
};

/* List the files at `paths`. A folder stands for the regular files directly in it and, if
 * recursive, for those of its folders; symbolic links are followed, but no folder is entered twice.
 * Names that begin with a dot are left out unless they are given. Entries of a folder come in the
 * order of their bytes. What is missing or cannot be read becomes an item with a failure.
 * ICA_EINVALID (more than max_files), ICA_ECANCELLED (interrupted), ICA_ENOMEM. To be cleared
 * whatever is returned. */
enum ica_status ica_walk(const struct ica_walk_options *options, char *const paths[],
                         size_t n_paths, struct ica_found_list *list,
                         struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_found_list_clear(struct ica_found_list *list);

#endif
