/* SPDX-License-Identifier: Apache-2.0 */
/* Small pictures of what a search has found. */
#ifndef ICA_APPLICATION_SEARCH_SEARCH_PICTURES_H
#define ICA_APPLICATION_SEARCH_SEARCH_PICTURES_H

#include "application/runs/cluster_images.h"

/* Fill the `n` buffers at `jpegs` (uninitialised; to be cleared by the caller whatever is returned)
 * with pictures of the files 0 to n - 1 of `files`, made on the engine's workers; `side` is the
 * longer one. One that cannot be had stays empty. `monitor`, which may be NULL, hears of the stage
 * "describing". ICA_ECANCELLED. */
enum ica_status ica_search_pictures_make(struct ica_buffer jpegs[], size_t n,
                                         const struct ica_engine *engine,
                                         struct ica_file_source *files, uint32_t side,
                                         const struct ica_monitor *monitor,
                                         struct ica_error *err) ICA_MUST_CHECK;

#endif
