/* SPDX-License-Identifier: Apache-2.0 */
/* The vector cache as a folder of files, one per key. */
#ifndef ICA_ADAPTERS_VECTOR_FILES_VECTOR_FILES_H
#define ICA_ADAPTERS_VECTOR_FILES_VECTOR_FILES_H

#include "ports/vector_cache.h"

#define ICA_MAX_VECTOR_FILE_BYTES ((size_t)256 << 20)

/* `folder` is copied; it need not exist yet. ICA_ENOMEM. */
enum ica_status ica_vector_files_open(struct ica_vector_cache **out, const char *folder,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
