/* SPDX-License-Identifier: Apache-2.0 */
/* Use cases: a model of the catalogue is brought from the network, or made of files that the user
 * has put into the store by hand; and whether the files of a model are still what they were. */
#ifndef ICA_APPLICATION_MODELS_PULL_MODEL_H
#define ICA_APPLICATION_MODELS_PULL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "application/models/model_tools.h"
#include "base/error.h"
#include "ports/model_catalogue.h"

struct ica_pull_request {
    const struct ica_catalogue_entry *entry;
    uint64_t max_bytes; /* of a file whose size the entry does not know */

    /* Called before a file is fetched. */
    void (*begin_file)(void *context, const struct ica_model_file *file);

    /* Whether to trust a file whose hash nobody had written down; it has come, and `file` tells its
     * size and hash. */
    bool (*trust)(void *context, const struct ica_model_file *file);

    void *context;
    const struct ica_monitor *monitor;
};

/* Fetch the entry's files, or what is still missing of them, try the model and show it.
 * ICA_EINVALID (the entry has no addresses, or is there already: the message says what to do),
 * ICA_ECANCELLED (a file is not trusted; it is kept), ICA_EMODEL, and the statuses of the ports. */
enum ica_status ica_pull_model(const struct ica_model_tools *tools,
                               const struct ica_pull_request *request,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Make the entry's model of files that lie in its folder of the store. What the entry knows of them
 * must be so. ICA_ENOTFOUND (one is missing), ICA_EMODEL (one differs). */
enum ica_status ica_adopt_model(const struct ica_model_tools *tools,
                                const struct ica_pull_request *request,
                                struct ica_error *err) ICA_MUST_CHECK;

enum ica_file_state {
    ICA_FILE_OK,
    ICA_FILE_MISSING,
    ICA_FILE_UNREADABLE,
    ICA_FILE_WRONG_SIZE,
    ICA_FILE_DIFFERS, /* of the right size */
};

/* Read a file of the entry and compare; `*found` is what it is. ICA_ECANCELLED. */
enum ica_status ica_verify_file(struct ica_model_store *store,
                                const struct ica_catalogue_entry *entry, size_t i,
                                const struct ica_monitor *monitor, enum ica_file_state *state,
                                struct ica_model_file *found, struct ica_error *err) ICA_MUST_CHECK;

#endif
