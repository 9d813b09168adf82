/* SPDX-License-Identifier: Apache-2.0 */
/* The search report port in JSON. */
#include "adapters/json/json_search_report.h"

#include "adapters/json/json_values.h"

static json_t *result_value(const struct ica_search_result *result)
{
    return json_pack("{s:s, s:o}", "image_id", result->image_id, "score",
                     ica_json_real(result->score));
}

static enum ica_status write_json(const struct ica_search_answer *answer, struct ica_buffer *out,
                                  struct ica_error *err)
{
    json_t *results = json_array();
    for (size_t i = 0; i < answer->n_results && results; i++) {
        if (json_array_append_new(results, result_value(&answer->results[i]))) {
            json_decref(results);
            results = NULL;
        }
    }
    json_t *query = json_pack("{s:s?, s:s?}", "text", answer->words, "image", answer->image);
    enum ica_status status =
        ica_json_append(out,
                        json_pack("{s:o, s:o, s:I, s:o}",                     //
                                  "query", query,                             //
                                  "model", ica_json_model(answer->model),     //
                                  "searched", (json_int_t)answer->n_searched, //
                                  "results", results),
                        err);
    return status ? status : ica_buffer_append_text(out, "\n", err);
}

static enum ica_status write_ndjson(const struct ica_search_answer *answer, struct ica_buffer *out,
                                    struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < answer->n_results && !status; i++) {
        status = ica_json_append(out, result_value(&answer->results[i]), err);
        status = status ? status : ica_buffer_append_text(out, "\n", err);
    }
    return status;
}

const struct ica_search_report ica_json_search_report = {
    .name = "json",
    .write = write_json,
};

const struct ica_search_report ica_ndjson_search_report = {
    .name = "ndjson",
    .write = write_ndjson,
};
