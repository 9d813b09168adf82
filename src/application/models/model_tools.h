/* SPDX-License-Identifier: Apache-2.0 */
/* What bringing a model takes. */
#ifndef ICA_APPLICATION_MODELS_MODEL_TOOLS_H
#define ICA_APPLICATION_MODELS_MODEL_TOOLS_H

#include "ports/download.h"
#include "ports/graph_files.h"
#include "ports/inference.h"
#include "ports/model_store.h"
#include "ports/tokenizer.h"

struct ica_model_tools {
    struct ica_model_store *store;
    struct ica_inference *engine;
    struct ica_graph_reader *graphs;
    struct ica_downloader *downloader;
    enum ica_status (*open_tokenizer)(struct ica_tokenizer **out, const char *path,
                                      struct ica_error *err);
};

#endif
