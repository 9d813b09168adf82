/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/models, in the form that clients of OpenAI's API know: an object "list" with "data". */
#include "http/model_routes.h"

#include "http/json_reply.h"

json_t *ica_http_model_json(const struct ica_model *model)
{
    return json_pack("{s:o, s:s, s:s, s:s}", "id",
                     json_sprintf("%s@%s", model->name, model->version), "name", model->name,
                     "version", model->version, "weights_sha256", model->weights_sha256);
}

static json_t *describe(const struct ica_engine *engine, struct ica_embedder *embedder)
{
    const struct ica_model *model = &embedder->model;
    bool is_loaded = engine->models && ica_model_set_is_loaded(engine->models, embedder);
    json_t *json = ica_http_model_json(model);
    json_t *more =
        json_pack("{s:s, s:s, s:i, s:I, s:I, s:b, s:b, s:b}", "object", "model", //
                  "licence", model->licence,                                     //
                  "input_size", (int)model->crop.size,                           //
                  "dimension", (json_int_t)model->dim,                           //
                  "classes", (json_int_t)model->n_classes,                       //
                  "reads_words", (int)(*model->text.input != 0),                 //
                  "loaded", (int)is_loaded, "default", (int)(embedder == engine->embedder));
    if (!json || !more || json_object_update(json, more)) {
        json_decref(json);
        json = NULL;
    }
    json_decref(more);
    return json;
}

/* Releases `list` and returns NULL when memory is short. */
static json_t *append(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

/* The one that runs come first to, then the others by name. */
static json_t *list(const struct ica_engine *engine)
{
    struct ica_embedder *other = NULL;
    json_t *models = append(json_array(), describe(engine, engine->embedder));
    for (size_t i = 0; engine->models && (other = ica_model_set_at(engine->models, i)); i++) {
        if (other != engine->embedder) {
            models = append(models, describe(engine, other));
        }
    }
    return models;
}

enum MHD_Result ica_http_models_reply(struct ica_http_request *request)
{
    return ica_http_reply_value(request, json_pack("{s:s, s:o}", "object", "list", "data",
                                                   list(&request->service->engine)));
}
