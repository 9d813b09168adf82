/* SPDX-License-Identifier: Apache-2.0 */
/* The model store as a folder: NAME/manifest.json and NAME's files, `default` with the name of the
 * default model, and hidden what is not finished: .new-NAME, .pull-NAME and the lock. */
#ifndef ICA_ADAPTERS_MANIFEST_FILE_MODEL_STORE_H
#define ICA_ADAPTERS_MANIFEST_FILE_MODEL_STORE_H

#include "base/error.h"
#include "ports/model_store.h"

/* Open the store in `folder`, which is made when something is put in. ICA_ENOMEM. */
enum ica_status ica_file_model_store_open(struct ica_model_store **out, const char *folder,
                                          struct ica_error *err) ICA_MUST_CHECK;

#endif
