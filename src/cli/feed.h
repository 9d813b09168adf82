/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the arguments name, on their way into a run. */
#ifndef ICA_CLI_FEED_H
#define ICA_CLI_FEED_H

#include <stddef.h>

#include "application/runs/cluster_images.h"
#include "cli/settings.h"
#include "cli/walk.h"

/* Starts all zero. */
struct ica_feed {
    struct ica_file_source files; /* of the paths in `names`, for a second look */
    const struct ica_settings *settings;
    const char *first_path; /* for messages */
    struct ica_found_list found;
    const char **names; /* the paths that the run was given, in order; borrowed from `found` */
    size_t n_names;
    size_t n_skipped; /* what lies in the folders and is no image */
};

/* Find the files at `paths`; both are borrowed. ICA_EINVALID (there is none), or as ica_walk()
 * fails. To be cleared whatever is returned. */
enum ica_status ica_feed_find(struct ica_feed *feed, const struct ica_settings *settings,
                              char *const paths[], size_t n_paths,
                              struct ica_error *err) ICA_MUST_CHECK;

/* Give the files to `run`, which works with `engine`. A file that cannot be read does not matter.
 * ICA_EINVALID (none of them is an image, too many), ICA_ECANCELLED (interrupted), ICA_ENOMEM. */
enum ica_status ica_feed_run(struct ica_feed *feed, const struct ica_engine *engine,
                             struct ica_run *run, struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_feed_clear(struct ica_feed *feed);

#endif
