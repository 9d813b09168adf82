/* SPDX-License-Identifier: Apache-2.0 */
/* The last part of bringing a model, wherever its files are from: what is not known yet is found,
 * the model is tried, and only then shown. */
#ifndef ICA_APPLICATION_MODELS_SETTLE_MODEL_H
#define ICA_APPLICATION_MODELS_SETTLE_MODEL_H

#include "application/models/model_tools.h"
#include "base/error.h"
#include "domain/model_preset.h"

/* The files of `package`, with sizes and hashes, are in the staging folder. Complete `model` and
 * `package`, try the model, write its manifest and show it. A dimension that `model` gives must be
 * the graph's. `preset` is needed where the model does not name its input. ICA_EMODEL, ICA_EINVALID
 * (the graph needs a file that the package does not have), and the statuses of
 * ica_model_store_commit(). */
enum ica_status ica_settle_model(const struct ica_model_tools *tools, struct ica_staging *staging,
                                 const struct ica_model_preset *preset, struct ica_model *model,
                                 struct ica_model_package *package,
                                 struct ica_error *err) ICA_MUST_CHECK;

/* Owned "folder/name"; NULL when memory is short. */
char *ica_model_file_path(const char *folder, const char *name);

#endif
