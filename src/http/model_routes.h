/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/models: the models that a request may choose from. */
#ifndef ICA_HTTP_MODEL_ROUTES_H
#define ICA_HTTP_MODEL_ROUTES_H

#include <jansson.h>

#include "http/reply.h"

/* How answers identify a model; a new reference, NULL when memory is short. */
json_t *ica_http_model_json(const struct ica_model *model);

enum MHD_Result ica_http_models_reply(struct ica_http_request *request);

#endif
