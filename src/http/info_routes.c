/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/info and GET /health. */
#include "http/info_routes.h"

#include <jansson.h>

#include "application/runs/grouping_choices.h"
#include "http/json_reply.h"
#include "http/model_routes.h"

/* Append a name to a list, which is released and becomes NULL when memory is short. */
static json_t *append(json_t *list, const char *name)
{
    if (json_array_append_new(list, json_string(name))) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *choices(const struct ica_choice *choice)
{
    json_t *list = json_array();
    for (; choice->name; choice++) {
        list = append(list, choice->name);
    }
    return list;
}

static json_t *describers(const struct ica_engine *engine)
{
    json_t *list = json_array();
    for (struct ica_describer *const *describer = engine->describers; *describer; describer++) {
        list = append(list, (*describer)->ops->name);
    }
    return append(list, ICA_NO_DESCRIBER);
}

static json_t *formats(const char *const *name)
{
    json_t *list = json_array();
    for (; *name; name++) {
        list = append(list, *name);
    }
    return list;
}

static json_t *limits(const struct ica_http_config *config)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "max_images", (json_int_t)config->max_images,
                     "max_file_bytes", (json_int_t)config->max_file_bytes, "max_request_bytes",
                     (json_int_t)config->max_request_bytes, "max_pixels",
                     (json_int_t)config->max_pixels, "max_requests",
                     (json_int_t)config->max_requests);
}

static const char *choice_name(const struct ica_choice *choice, int value)
{
    while (choice->name && choice->value != value) {
        choice++;
    }
    return choice->name;
}

/* What a request gets that says nothing else. */
static json_t *defaults(const struct ica_engine *engine,
                        const struct ica_grouping_options *grouping)
{
    struct ica_describer *describer = NULL;
    if (ica_engine_find_describer(engine, &engine->embedder->model, grouping->describer, &describer,
                                  NULL)) {
        return NULL; /* its name was checked when the server was opened */
    }
    return json_pack("{s:s, s:s, s:s}", "strategy",
                     choice_name(ica_strategy_choices, (int)grouping->clustering.strategy),
                     "describer", describer ? describer->ops->name : ICA_NO_DESCRIBER, "language",
                     ica_language_code(grouping->language));
}

enum MHD_Result ica_http_info_reply(struct ica_http_request *request)
{
    const struct ica_http_service *service = request->service;
    return ica_http_reply_value(request,
                                json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", //
                                          "name", "Image Cluster AI",                           //
                                          "version", service->config.version,                   //
                                          "model",
                                          ica_http_model_json(&service->engine.embedder->model), //
                                          "limits", limits(&service->config),                    //
                                          "strategies", choices(ica_strategy_choices),           //
                                          "noise", choices(ica_noise_choices),                   //
                                          "describers", describers(&service->engine),            //
                                          "languages", choices(ica_language_choices),            //
                                          "defaults",
                                          defaults(&service->engine, &service->config.grouping), //
                                          "formats", formats(service->config.formats)));
}

enum MHD_Result ica_http_health_reply(struct ica_http_request *request)
{
    if (atomic_load(&request->service->model_fails)) {
        ica_http_refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, 0,
                        "The model fails: it could not answer the last request.");
        return ica_http_reply_problem(request);
    }
    return ica_http_reply_value(request, json_pack("{s:s}", "status", "ok"));
}
