/* SPDX-License-Identifier: Apache-2.0 */
/* Which inputs and outputs of a graph play which role: found from their types, shapes and names, so
 * that nobody has to write them down. */
#ifndef ICA_APPLICATION_MODELS_GRAPH_ROLES_H
#define ICA_APPLICATION_MODELS_GRAPH_ROLES_H

#include "base/error.h"
#include "domain/model.h"
#include "domain/model_preset.h"
#include "ports/inference.h"

/* Fill in how `model` feeds the graph and what it reads: input, crop, outputs, dimension. The image
 * is the one input of four sides, one of them 3; open sides take the size that `model->crop` holds
 * or else the preset's. The embedding is the output `model->embedding_output` if that is not "",
 * else the first of: one with a known name (image_embeds, image_features, embedding,
 * sentence_embedding, pooler_output, ... , in this order), the first [n, dim], the first [n,
 * tokens, dim] (whose first token is taken). A dimension that the graph leaves open is
 * `model->dim`'s. ICA_EMODEL: the message says what the graph has instead. */
enum ica_status ica_graph_find_image(const struct ica_graph_info *info,
                                     const struct ica_model_preset *preset, struct ica_model *model,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* The same for the text tower of a model whose image side is known: 64-bit ids [n, context],
 * perhaps a mask of the same shape, and an output of the model's dimension. ICA_EMODEL. */
enum ica_status ica_graph_find_text(const struct ica_graph_info *info,
                                    const struct ica_model_preset *preset, struct ica_model *model,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
