/* SPDX-License-Identifier: Apache-2.0 */
/* The report port in JSON. A result may have a million images: only one element at a time is built
 * as a JSON value, and what joins the elements is written as text. */
#include "adapters/json/json_report.h"

#include "adapters/json/json_values.h"

struct writer {
    const struct ica_result *result;
    const struct ica_report_options *options;
    struct ica_buffer *out;
    struct ica_error *err;
    enum ica_status status; /* of the first failure; nothing is written after one */
};

static void text(struct writer *writer, const char *s)
{
    if (!writer->status) {
        writer->status = ica_buffer_append_text(writer->out, s, writer->err);
    }
}

/* Takes `value`. */
static void value(struct writer *writer, json_t *json)
{
    if (writer->status) {
        json_decref(json);
        return;
    }
    writer->status = ica_json_append(writer->out, json, writer->err);
}

static json_t *cluster(const struct writer *writer, size_t i)
{
    return ica_json_cluster(writer->result, i, writer->options->name_is_text);
}

static json_t *image(const struct writer *writer, size_t i)
{
    return ica_json_image(writer->result, i, writer->options->thumbnails);
}

static json_t *error(const struct writer *writer, size_t i)
{
    return ica_json_error(writer->result, i);
}

static json_t *duplicate_set(const struct writer *writer, size_t i)
{
    return ica_json_duplicate_set(writer->result, i);
}

static json_t *merge(const struct writer *writer, size_t i)
{
    return ica_json_merge(writer->result, i);
}

static json_t *level(const struct writer *writer, size_t i)
{
    return json_integer((json_int_t)writer->result->clustering.hierarchy.levels[i]);
}

static json_t *node(const struct writer *writer, size_t i)
{
    return ica_json_node(writer->result, i);
}

/* "key":[element(0),...,element(n - 1)], */
static void list(struct writer *writer, const char *key, size_t n,
                 json_t *(*element)(const struct writer *writer, size_t i))
{
    value(writer, json_string(key));
    text(writer, ":[");
    for (size_t i = 0; i < n && !writer->status; i++) {
        text(writer, i ? "," : "");
        value(writer, element(writer, i));
    }
    text(writer, "],");
}

/* "key":value */
static void member(struct writer *writer, const char *key, json_t *json)
{
    value(writer, json_string(key));
    text(writer, ":");
    value(writer, json);
}

/* "hierarchy":{...}, */
static void hierarchy(struct writer *writer)
{
    const struct ica_hierarchy *tree = &writer->result->clustering.hierarchy;
    if (tree->n == 0) {
        member(writer, "hierarchy", json_null());
        text(writer, ",");
        return;
    }
    text(writer, "\"hierarchy\":{");
    list(writer, "merges", tree->n - 1, merge);
    list(writer, "levels", tree->n_levels, level);
    list(writer, "nodes", tree->n_nodes, node);
    member(writer, "chosen", json_integer((json_int_t)tree->n_chosen));
    text(writer, "},");
}

static enum ica_status write_json(const struct ica_result *result,
                                  const struct ica_report_options *options, struct ica_buffer *out,
                                  struct ica_error *err)
{
    struct writer writer = {.result = result, .options = options, .out = out, .err = err};
    text(&writer, "{");
    list(&writer, "clusters", result->clustering.n_clusters, cluster);
    list(&writer, "images", result->n_images, image);
    list(&writer, "errors", result->n_errors, error);
    if (options->hierarchy) {
        hierarchy(&writer);
    }
    list(&writer, "near_duplicates", result->clustering.near_duplicates.n_sets, duplicate_set);
    member(&writer, "model", ica_json_model(&result->model));
    text(&writer, ",");
    member(&writer, "strategy", json_string(result->clustering.strategy));
    text(&writer, ",");
    member(&writer, "granularity", ica_json_real(result->granularity));
    text(&writer, ",");
    member(&writer, "approximate", json_boolean(result->clustering.neighbours.approximate));
    text(&writer, ",");
    member(&writer, "recall", ica_json_real(result->clustering.neighbours.recall));
    text(&writer, ",");
    member(&writer, "duplicate_threshold", ica_json_real(result->duplicate_threshold));
    text(&writer, ",");
    member(&writer, "reason", json_string(result->clustering.reason));
    text(&writer, ",");
    member(&writer, "describer", json_string(result->describer));
    text(&writer, ",");
    member(&writer, "language", json_string(ica_language_code(result->language)));
    text(&writer, ",");
    member(&writer, "timings", ica_json_timings(&result->timings));
    text(&writer, "}\n");
    return writer.status;
}

/* What a line says that the document says elsewhere. Takes `line`; NULL when memory is short. */
static json_t *complete(json_t *line, const char *description, const struct ica_model *model)
{
    json_t *id = json_sprintf("%s@%s", model->name, model->version);
    if (line && (json_object_set_new(line, "description", json_string(description)) |
                 json_object_set(line, "model", id) |
                 json_object_set_new(line, "weights_sha256", json_string(model->weights_sha256)))) {
        json_decref(line);
        line = NULL;
    }
    json_decref(id);
    return line;
}

/* One object per line: each image with its group's description, then each file that could not be
 * read. */
static enum ica_status write_ndjson(const struct ica_result *result,
                                    const struct ica_report_options *options,
                                    struct ica_buffer *out, struct ica_error *err)
{
    struct writer writer = {.result = result, .options = options, .out = out, .err = err};
    for (size_t i = 0; i < result->n_images && !writer.status; i++) {
        const char *description =
            result->descriptions[result->clustering.memberships[i].cluster].text;
        json_t *line = ica_json_image(result, i, false);
        value(&writer, complete(line, description, &result->model));
        text(&writer, "\n");
    }
    for (size_t e = 0; e < result->n_errors && !writer.status; e++) {
        value(&writer, ica_json_error(result, e));
        text(&writer, "\n");
    }
    return writer.status;
}

const struct ica_report ica_json_report = {
    .name = "json",
    .write = write_json,
};

const struct ica_report ica_ndjson_report = {
    .name = "ndjson",
    .write = write_ndjson,
};
