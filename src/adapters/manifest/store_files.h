/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the model store: copies that are hashed on the way, whole folders that go, and what
 * makes both survive a loss of power. */
#ifndef ICA_ADAPTERS_MANIFEST_STORE_FILES_H
#define ICA_ADAPTERS_MANIFEST_STORE_FILES_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/model_package.h"

/* Read the regular file at `path`, write what it holds to the new file `copy_path` (NULL: to
 * nowhere), and fill in size and hash. The message of a failure names the file. */
enum ica_status ica_store_copy(const char *path, const char *copy_path, struct ica_model_file *file,
                               const struct ica_monitor *monitor,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Make sure that a folder's entries are on the disk. */
enum ica_status ica_store_sync_folder(const char *path, struct ica_error *err) ICA_MUST_CHECK;

/* Remove a file, a link or a folder with all that is in it; nothing if it is not there. */
enum ica_status ica_store_remove_tree(const char *path, struct ica_error *err) ICA_MUST_CHECK;

#endif
