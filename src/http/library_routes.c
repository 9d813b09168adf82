/* SPDX-License-Identifier: Apache-2.0 */
/* The folder that the server keeps indexed. */
#include "http/library_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "http/json_reply.h"
#include "http/model_routes.h"

#define MAX_ANSWER_BYTES ((size_t)256 << 20)
#define DEFAULT_LIMIT    20

static const char no_library[] = "This server keeps no library: start it with --library DIR.";

/* ---- GET /v1/library --------------------------------------------------------------------------
 */

static json_t *model_or_null(bool has_model, const struct ica_model *model)
{
    return has_model ? ica_http_model_json(model) : json_null();
}

static json_t *text_or_null(const char *text)
{
    char *clean = ica_text_copy_utf8(text, strlen(text));
    json_t *json = !clean ? NULL : *clean ? json_string(clean) : json_null();
    free(clean);
    return json;
}

static enum MHD_Result reply_status(struct ica_http_request *request,
                                    const struct ica_library_status *status, const char *state)
{
    return ica_http_reply_value(
        request, json_pack("{s:o, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:o}",              //
                           "folder", text_or_null(status->folder),                       //
                           "state", state,                                               //
                           "model", model_or_null(status->is_ready, &status->model),     //
                           "images", (json_int_t)status->n_images,                       //
                           "failed", (json_int_t)status->n_failed,                       //
                           "done", (json_int_t)status->done,                             //
                           "total", (json_int_t)status->total,                           //
                           "next_model", model_or_null(status->has_next, &status->next), //
                           "error", text_or_null(status->error)));
}

static enum MHD_Result reply_failure(struct ica_http_request *request, unsigned http_status,
                                     const struct ica_error *error)
{
    ica_http_refuse(request, http_status, 0, error->text);
    return ica_http_reply_problem(request);
}

enum MHD_Result ica_http_library_reply(struct ica_http_request *request)
{
    struct ica_library *library = request->service->config.library;
    struct ica_library_status status = {.folder = ""};
    struct ica_error error = {0};
    if (!library) {
        return reply_status(request, &status, "off");
    }
    enum ica_status result = ica_library_status(library, &status, &error);
    return result ? reply_failure(request, (unsigned)ica_status_http(result), &error)
                  : reply_status(request, &status, status.is_updating ? "updating" : "idle");
}

enum MHD_Result ica_http_library_update_reply(struct ica_http_request *request)
{
    if (!request->service->config.library) {
        ica_http_refuse(request, MHD_HTTP_CONFLICT, 0, no_library);
        return ica_http_reply_problem(request);
    }
    ica_library_request_update(request->service->config.library);
    return ica_http_library_reply(request);
}

/* ---- GET /v1/search, GET /v1/similar ----------------------------------------------------------
 */

enum parameter {
    PARAMETER_TEXT,
    PARAMETER_IMAGE,
    PARAMETER_LIMIT,
    PARAMETER_THRESHOLD,
    N_PARAMETERS
};

static const char *const parameter_names[N_PARAMETERS] = {
    [PARAMETER_TEXT] = "text",
    [PARAMETER_IMAGE] = "image_id",
    [PARAMETER_LIMIT] = "limit",
    [PARAMETER_THRESHOLD] = "threshold",
};

struct parameters {
    enum parameter wanted; /* text or image, the other one is not known */
    struct ica_library_query query;
    struct ica_search_options options;
    bool is_given[N_PARAMETERS];
    const char *wrong;  /* the parameter that is; NULL: none */
    const char *reason; /* why, for people */
};

/* Take a text that says what to look for; why it cannot be taken, or NULL. */
static const char *take_text(const char **out, const char *value)
{
    *out = value;
    return *value && ica_text_is_utf8(value, strlen(value)) ? NULL : "It must be a text in UTF-8.";
}

/* Why the value cannot be taken; NULL if it was. */
static const char *take_value(struct parameters *parameters, enum parameter parameter,
                              const char *value)
{
    uint64_t limit;
    switch (parameter) {
    case PARAMETER_TEXT:
        return take_text(&parameters->query.words, value);
    case PARAMETER_IMAGE:
        return take_text(&parameters->query.like, value);
    case PARAMETER_LIMIT:
        if (!ica_text_parse_uint(value, 1, ICA_MAX_SEARCH_HITS, &limit)) {
            return "It must be a whole number from 1 to 10000.";
        }
        parameters->options.limit = (size_t)limit;
        return NULL;
    case PARAMETER_THRESHOLD:
        return ica_text_parse_double(value, -1, 1, &parameters->options.threshold)
                   ? NULL
                   : "It must be a number from -1 to 1.";
    case N_PARAMETERS:
        break;
    }
    return "There is no such parameter.";
}

/* The parameter of that name which is known here; N_PARAMETERS if there is none. */
static enum parameter find_parameter(const struct parameters *parameters, const char *name)
{
    size_t p = 0;
    while (p < N_PARAMETERS && strcmp(parameter_names[p], name) != 0) {
        p++;
    }
    bool is_other = p <= PARAMETER_IMAGE && p != parameters->wanted;
    return is_other ? N_PARAMETERS : (enum parameter)p;
}

/* One parameter of the address; one that is wrong ends the reading. */
static enum MHD_Result read_parameter(void *context, enum MHD_ValueKind kind, const char *name,
                                      const char *value)
{
    struct parameters *parameters = context;
    enum parameter p = find_parameter(parameters, name);
    (void)kind;
    const char *reason = p < N_PARAMETERS && parameters->is_given[p]
                             ? "It may be given once only."
                             : take_value(parameters, p, value ? value : "");
    if (reason) {
        parameters->wrong = name;
        parameters->reason = reason;
        return MHD_NO;
    }
    parameters->is_given[p] = true;
    return MHD_YES;
}

static enum MHD_Result refuse_parameter(struct ica_http_request *request, const char *name,
                                        const char *reason)
{
    ica_http_refuse(request, MHD_HTTP_UNPROCESSABLE_CONTENT, 0, reason);
    char *clean = ica_text_copy_utf8(name, ica_text_cut(name, ICA_MAX_HTTP_FIELD / 4));
    (void)snprintf(request->problem.field, sizeof request->problem.field, "%s", clean ? clean : "");
    free(clean);
    return ica_http_reply_problem(request);
}

static enum MHD_Result reply_hits(struct ica_http_request *request,
                                  const struct ica_library_query *query,
                                  const struct ica_model *model, const struct ica_search_hits *hits)
{
    size_t n = 0;
    struct ica_error error = {0};
    char **ids = ica_array_new(hits->n_items, sizeof *ids);
    struct ica_search_result *results = ica_array_new(hits->n_items, sizeof *results);
    struct ica_buffer body;
    ica_buffer_init(&body, MAX_ANSWER_BYTES);
    enum ica_status status = ids && results ? ICA_OK : ica_error_nomem(&error, "the answer");
    for (; n < hits->n_items && !status; n++) {
        const struct ica_search_hit *hit = &hits->items[n];
        ids[n] = ica_text_copy_utf8(hit->path, strlen(hit->path));
        results[n] = (struct ica_search_result){.image_id = ids[n], .score = hit->score};
        status = ids[n] ? ICA_OK : ica_error_nomem(&error, "the answer");
    }
    if (!status) {
        const struct ica_search_answer answer = {
            .model = model,
            .words = query->words,
            .image = query->like,
            .n_searched = hits->n_searched,
            .n_results = n,
            .results = results,
        };
        status = request->service->config.search_json->write(&answer, &body, &error);
    }
    while (n > 0) {
        free(ids[--n]);
    }
    free(ids);
    free(results);
    return status ? reply_failure(request, (unsigned)ica_status_http(status), &error)
                  : ica_http_reply_json(request, &body);
}

static enum MHD_Result search(struct ica_http_request *request, const struct parameters *parameters)
{
    struct ica_library *library = request->service->config.library;
    struct ica_search_hits hits = {0};
    struct ica_model model;
    struct ica_error error = {0};
    enum ica_status status = ica_library_search(library, &parameters->query, &parameters->options,
                                                &hits, &model, &error);
    enum MHD_Result result = status
                                 ? reply_failure(request, (unsigned)ica_status_http(status), &error)
                                 : reply_hits(request, &parameters->query, &model, &hits);
    ica_search_hits_clear(&hits);
    return result;
}

static enum MHD_Result search_for(struct ica_http_request *request, enum parameter wanted)
{
    struct parameters parameters = {
        .wanted = wanted,
        .options = {.limit = DEFAULT_LIMIT, .threshold = -1, .recursive = true},
    };
    (void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, read_parameter,
                                    &parameters);
    if (parameters.wrong) {
        return refuse_parameter(request, parameters.wrong, parameters.reason);
    }
    if (!parameters.is_given[wanted]) {
        return refuse_parameter(request, parameter_names[wanted],
                                "It says what to look for, and must be given.");
    }
    if (!request->service->config.library) {
        ica_http_refuse(request, MHD_HTTP_CONFLICT, 0, no_library);
        return ica_http_reply_problem(request);
    }
    return search(request, &parameters);
}

enum MHD_Result ica_http_search_reply(struct ica_http_request *request)
{
    return search_for(request, PARAMETER_TEXT);
}

enum MHD_Result ica_http_similar_reply(struct ica_http_request *request)
{
    return search_for(request, PARAMETER_IMAGE);
}
