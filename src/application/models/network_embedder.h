/* SPDX-License-Identifier: Apache-2.0 */
/* An embedder of any model: its manifest says how pixels become the input of a network and which
 * outputs are the vector and the class logits. */
#ifndef ICA_APPLICATION_MODELS_NETWORK_EMBEDDER_H
#define ICA_APPLICATION_MODELS_NETWORK_EMBEDDER_H

#include "ports/embedder.h"
#include "ports/inference.h"

/* Open the graph that `config` names as `model` (copied) says, and compute one grey picture with
 * it: that proves that inputs and outputs are the manifest's, and makes the engine ready before the
 * first user waits for it. `engine` is needed only here. ICA_ENOTFOUND, ICA_EINVALID (no such
 * device), ICA_EMODEL (the message says what differs), ICA_ENOMEM. */
enum ica_status ica_network_embedder_open(struct ica_embedder **out, struct ica_inference *engine,
                                          const struct ica_model *model,
                                          const struct ica_network_config *config,
                                          struct ica_error *err) ICA_MUST_CHECK;

#endif
