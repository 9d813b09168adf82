/* SPDX-License-Identifier: Apache-2.0 */
/* A model and its package as a JSON manifest. */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_WRITER_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_WRITER_H

#include "base/buffer.h"
#include "base/error.h"
#include "domain/model.h"
#include "domain/model_package.h"

/* Append what ica_manifest_read() reads the same model and package from. ICA_ENOMEM, ICA_ETOOLARGE.
 */
enum ica_status ica_manifest_write(const struct ica_model *model,
                                   const struct ica_model_package *package, struct ica_buffer *out,
                                   struct ica_error *err) ICA_MUST_CHECK;

#endif
