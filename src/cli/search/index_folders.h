/* SPDX-License-Identifier: Apache-2.0 */
/* The folders that `search` and `index update` are given. */
#ifndef ICA_CLI_SEARCH_INDEX_FOLDERS_H
#define ICA_CLI_SEARCH_INDEX_FOLDERS_H

#include "cli/search/image_folder.h"
#include "cli/settings.h"
#include "ports/image_index.h"

/* Starts all zero. */
struct ica_index_folders {
    struct ica_walked_folder *items;
    size_t n;
};

/* Open the folders at `paths`; one that is named twice is there once. Fails as opening one does. To
 * be cleared whatever is returned. */
enum ica_status ica_index_folders_open(struct ica_index_folders *folders,
                                       const struct ica_settings *settings, char *const paths[],
                                       size_t n_paths, struct ica_error *err) ICA_MUST_CHECK;

/* Bring the index of each up to date, with a progress line and, at the end, warnings of what could
 * not be read. Fails like an update. */
enum ica_status ica_index_folders_update(struct ica_index_folders *folders,
                                         const struct ica_settings *settings,
                                         struct ica_image_index *index,
                                         const struct ica_engine *engine,
                                         struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_index_folders_clear(struct ica_index_folders *folders);

#endif
