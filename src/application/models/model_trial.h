/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a model that was just brought works: it is tried before anybody relies on it. */
#ifndef ICA_APPLICATION_MODELS_MODEL_TRIAL_H
#define ICA_APPLICATION_MODELS_MODEL_TRIAL_H

#include "base/error.h"
#include "domain/model.h"
#include "ports/inference.h"
#include "ports/tokenizer.h"

/* Compute a grey and a patterned picture with the graph at `graph_path` and, unless `tokenizer` is
 * NULL, two texts with that at `text_path`: the shapes must be the model's, the numbers finite, and
 * each pair must differ. Takes `tokenizer`, also where it fails. ICA_EMODEL (the message says which
 * of that is not so), ICA_ENOTFOUND, ICA_ENOMEM. */
enum ica_status ica_model_trial(struct ica_inference *engine, const struct ica_model *model,
                                const char *graph_path, const char *text_path,
                                struct ica_tokenizer *tokenizer,
                                struct ica_error *err) ICA_MUST_CHECK;

#endif
