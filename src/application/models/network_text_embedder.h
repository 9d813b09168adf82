/* SPDX-License-Identifier: Apache-2.0 */
/* A text embedder of any model with a text tower: a tokenizer, then a network. */
#ifndef ICA_APPLICATION_MODELS_NETWORK_TEXT_EMBEDDER_H
#define ICA_APPLICATION_MODELS_NETWORK_TEXT_EMBEDDER_H

#include "ports/inference.h"
#include "ports/text_embedder.h"
#include "ports/tokenizer.h"

/* Open the graph that `config` names as `model` (copied) says of its text tower, and read one word
 * with it. Takes `tokenizer`, also where it fails; `engine` is needed only here. ICA_ENOTFOUND,
 * ICA_EINVALID (the model has no text tower, or no such device), ICA_EMODEL, ICA_ENOMEM. */
enum ica_status ica_network_text_embedder_open(struct ica_text_embedder **out,
                                               struct ica_inference *engine,
                                               struct ica_tokenizer *tokenizer,
                                               const struct ica_model *model,
                                               const struct ica_network_config *config,
                                               struct ica_error *err) ICA_MUST_CHECK;

#endif
