/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of `search` goes. */
#ifndef ICA_CLI_SEARCH_SEARCH_OUTPUT_H
#define ICA_CLI_SEARCH_SEARCH_OUTPUT_H

#include "application/search/image_search.h"
#include "cli/search/image_folder.h"
#include "cli/settings.h"
#include "ports/search_report.h"

/* Starts all zero. */
struct ica_search_output {
    struct ica_file_source files; /* of the hits */
    const struct ica_settings *settings;
    const struct ica_search_report *report;  /* NULL: the table or paths */
    const struct ica_search_report *gallery; /* NULL: none is wanted */
    char **paths;                            /* owned; of the hits, as the user would name them */
    char **ids;                              /* owned; the same in UTF-8 */
    struct ica_buffer *pictures;             /* owned; NULL: none are wanted */
    size_t n;
};

/* Find out where the result is to go. ICA_EINVALID and others: it cannot go there. */
enum ica_status ica_search_output_prepare(struct ica_search_output *output,
                                          const struct ica_search_report *const reports[],
                                          const struct ica_settings *settings,
                                          struct ica_error *err) ICA_MUST_CHECK;

/* Write the sorted hits, found in the `folders` with `words` (NULL: by the settings' image), to all
 * of these places. The engine makes the pictures of a gallery. */
enum ica_status ica_search_output_write(struct ica_search_output *output,
                                        const struct ica_search_hits *hits,
                                        const struct ica_walked_folder folders[], const char *words,
                                        const struct ica_engine *engine,
                                        const struct ica_monitor *monitor,
                                        struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_search_output_clear(struct ica_search_output *output);

#endif
