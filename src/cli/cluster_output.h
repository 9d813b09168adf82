/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of `cluster` goes: standard output, a gallery, folders. */
#ifndef ICA_CLI_CLUSTER_OUTPUT_H
#define ICA_CLI_CLUSTER_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "cli/settings.h"
#include "domain/result.h"
#include "ports/report.h"

struct ica_output {
    const struct ica_settings *settings;
    const struct ica_report *report;  /* NULL: the table */
    const struct ica_report *gallery; /* NULL: none wanted */
};

/* Check, before any work is done, that the result can go where the settings say; makes the folder
 * that images are copied or linked to. Borrows `reports` and `settings`. */
enum ica_status ica_output_prepare(struct ica_output *output,
                                   const struct ica_report *const reports[],
                                   const struct ica_settings *settings,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Size of the thumbnails that the result must have for `n_files` images; 0 for none. */
uint32_t ica_output_thumbnail_side(const struct ica_settings *settings, size_t n_files);

/* Whether the result must have its hierarchy. */
bool ica_output_has_hierarchy(const struct ica_output *output);

/* Fill the folders, write the gallery, print. `names` are the paths that the run was given, those
 * that could not be read included, in order. */
enum ica_status ica_output_write(const struct ica_output *output, const struct ica_result *result,
                                 const char *const names[], struct ica_error *err) ICA_MUST_CHECK;

/* Say on stderr which files could not be read, and how many were skipped. */
void ica_output_warn(const struct ica_result *result, size_t n_skipped);

#endif
