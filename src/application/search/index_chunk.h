/* SPDX-License-Identifier: Apache-2.0 */
/* Some files of a folder on their way into its index: embedded together, written at a stroke. */
#ifndef ICA_APPLICATION_SEARCH_INDEX_CHUNK_H
#define ICA_APPLICATION_SEARCH_INDEX_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "application/search/index_update.h"

/* So many are lost at most when the process is killed: a few seconds of work. */
#define ICA_INDEX_CHUNK_FILES 128

/* Embed the `n` files (at most ICA_INDEX_CHUNK_FILES) and write them to the generation. `done` of
 * the `total` files of the update were embedded before, for its monitor. Adds to `summary`.
 * `*model_failure` gets the reason if the model failed on a file. Fails like the update. */
enum ica_status ica_index_chunk_run(const struct ica_index_update *update, int64_t generation,
                                    const struct ica_folder_file *const files[], size_t n,
                                    size_t done, size_t total, struct ica_index_summary *summary,
                                    struct ica_error *model_failure,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
