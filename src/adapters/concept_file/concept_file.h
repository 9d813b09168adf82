/* SPDX-License-Identifier: Apache-2.0 */
/* The concept store as one JSON file of the user's. It is read anew each time, so that what one
 * process teaches the next run of another knows; of two that teach at the same moment, the later
 * one wins. */
#ifndef ICA_ADAPTERS_CONCEPT_FILE_CONCEPT_FILE_H
#define ICA_ADAPTERS_CONCEPT_FILE_CONCEPT_FILE_H

#include "ports/concept_store.h"

/* Keep concepts in the file `path`, copied, which need not exist yet; its folder is made when there
 * is something to keep. ICA_ENOMEM. `*out` must be destroyed. */
enum ica_status ica_concept_file_open(struct ica_concept_store **out, const char *path,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
