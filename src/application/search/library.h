/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that a server keeps indexed: a thread of its own brings the index up to date at the
 * start, from time to time and when it is asked to, while searches are answered.
 *
 * Searches go to the vectors of the engine's model. Until these are complete they go to those of
 * another model that the folder is indexed with, with that model's own text tower. */
#ifndef ICA_APPLICATION_SEARCH_LIBRARY_H
#define ICA_APPLICATION_SEARCH_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "application/runs/cluster_images.h"
#include "application/search/image_search.h"
#include "ports/image_folder.h"
#include "ports/image_index.h"

/* All borrowed until the library is closed. */
struct ica_library_config {
    struct ica_image_index *index;
    struct ica_image_folder *folder;
    const struct ica_engine *engine; /* copied */
    unsigned interval_s;             /* between two looks at the folder; > 0 */
};

struct ica_library_status {
    const char *folder;     /* as the configuration has it */
    bool is_ready;          /* searches are answered, by: */
    struct ica_model model; /* name, version, weights and dim alone */
    size_t n_images;
    size_t n_failed; /* that cannot be read */
    bool is_updating;
    size_t done; /* of the files that have changed; 0 of 0: not known yet */
    size_t total;
    bool has_next; /* vectors of the engine's model are being made: */
    struct ica_model next;
    char error[ICA_MAX_ERROR_TEXT]; /* why the last update failed; "" if it did not */
};

/* What is looked for; one of the two, the other is NULL. */
struct ica_library_query {
    const char *words;
    const char *like; /* path of an image of the library, relative to its folder */
};

struct ica_library;

/* Begin to keep the folder indexed. ICA_ENOMEM. */
enum ica_status ica_library_open(struct ica_library **out, const struct ica_library_config *config,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Look at the folder as soon as may be. Thread-safe. */
void ica_library_request_update(struct ica_library *library);

/* Thread-safe. Fails like the index. */
enum ica_status ica_library_status(struct ica_library *library, struct ica_library_status *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Fill the all-zero `hits`, to be cleared by the caller, the best first, and `*model` with the one
 * that made their vectors. Thread-safe. ICA_EBUSY (nothing is complete yet), ICA_EINVALID (no
 * words, or the model reads none), ICA_ENOTFOUND (there is no such image), ICA_EMODEL, and as a
 * search fails. */
enum ica_status ica_library_search(struct ica_library *library,
                                   const struct ica_library_query *query,
                                   const struct ica_search_options *options,
                                   struct ica_search_hits *hits, struct ica_model *model,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Cancel what is being done and release everything. `library` may be NULL. */
void ica_library_close(struct ica_library *library);

#endif
