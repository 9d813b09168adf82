/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: a graph that the user has becomes a model of the store. */
#ifndef ICA_APPLICATION_MODELS_ADD_MODEL_H
#define ICA_APPLICATION_MODELS_ADD_MODEL_H

#include "application/models/model_tools.h"
#include "base/error.h"

/* Texts are "" where nothing is said. */
struct ica_add_request {
    const char *graph;      /* an ONNX or IR file */
    const char *text_graph; /* that of its text tower, with `tokenizer` */
    const char *tokenizer;
    const char *preset; /* "": the one that the graph's name tells */
    const char *name;   /* "": made from the graph's name or its folder's */
    const char *version;
    const char *title;
    const char *licence;
    const char *output; /* the embedding; "": found */
};

/* Copy the files into the store, find out what the graph takes and gives, try the model and show
 * it. The all-zero `model` and `package` become what the manifest says. ICA_EINVALID (the message
 * says what to give), ICA_EMODEL, and the statuses of the ports. */
enum ica_status ica_add_model(const struct ica_model_tools *tools,
                              const struct ica_add_request *request,
                              const struct ica_monitor *monitor, struct ica_model *model,
                              struct ica_model_package *package,
                              struct ica_error *err) ICA_MUST_CHECK;

#endif
