/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON manifest as a model and its package (models/README.md gives the format). */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_READER_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_READER_H

#include "base/error.h"
#include "domain/model.h"
#include "domain/model_package.h"

#define ICA_MAX_MANIFEST_BYTES 65536

/* Read the manifest at `path` into the all-zero `model` and `package`. A manifest may leave out
 * tensors, sizes and hashes if its files have addresses and it names a preset; the package is then
 * not complete. ICA_EINVALID (the message names file and member), ICA_ENOTFOUND, ICA_ENOMEM. */
enum ica_status ica_manifest_read(const char *path, struct ica_model *model,
                                  struct ica_model_package *package,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
