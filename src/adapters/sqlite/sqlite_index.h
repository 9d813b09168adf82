/* SPDX-License-Identifier: Apache-2.0 */
/* The image index port in one SQLite database (sqlite.org/lang.html). */
#ifndef ICA_ADAPTERS_SQLITE_SQLITE_INDEX_H
#define ICA_ADAPTERS_SQLITE_SQLITE_INDEX_H

#include "ports/image_index.h"

/* Open the index in the file `path` (copied), made with the folders above it if it is missing. The
 * message names it. ICA_EUNAVAILABLE (a newer version of the program wrote it), ICA_ECORRUPT (it is
 * no index or is damaged), ICA_EBUSY, ICA_EDENIED, ICA_EIO, ICA_ENOMEM. */
enum ica_status ica_sqlite_index_open(struct ica_image_index **out, const char *path,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
