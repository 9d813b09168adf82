/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: bring the index of a folder up to date with its files.
 *
 * What has kept its size and its time of change is kept; what is new or changed is embedded; what
 * is gone is forgotten. Where the index has the folder with another version of the model, or not at
 * all, a next generation is filled beside what is there and becomes the current one when it is
 * complete. What is done is written now and then: an update that was cancelled or killed goes on
 * where it was. */
#ifndef ICA_APPLICATION_SEARCH_INDEX_UPDATE_H
#define ICA_APPLICATION_SEARCH_INDEX_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "application/runs/cluster_images.h"
#include "ports/image_folder.h"
#include "ports/image_index.h"

/* All borrowed. */
struct ica_index_update {
    struct ica_image_index *index;
    const struct ica_engine *engine; /* decoder, embedder, executor and clock are used */
    struct ica_image_folder *folder;
    const struct ica_monitor *monitor; /* hears of the stage "embedding"; may be NULL */
    /* Told of each file that cannot be read, but of those that were known before; may be NULL. */
    void (*tell)(void *context, const char *path, const struct ica_error *reason);
    void *tell_context;
};

struct ica_index_summary {
    size_t n_kept;
    size_t n_embedded;
    size_t n_failed; /* that could not be read now */
    size_t n_gone;
    bool is_new; /* a generation of the model was begun or completed */
};

/* Do it. A file that cannot be read disturbs no other; the index remembers it until it changes, if
 * trying again would be in vain. ICA_ECANCELLED, ICA_EMODEL (the model fails), ICA_ENOMEM, and what
 * the folder and the index fail with. */
enum ica_status ica_index_update_run(const struct ica_index_update *update,
                                     struct ica_index_summary *summary,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
