/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/manifest_writer.h"

#include <jansson.h>
#include <stdlib.h>

#include "adapters/manifest/manifest_words.h"

#define FLOAT_DIGITS 9 /* that tell any two floats apart */

/* Add a text, unless it is empty. */
static int put_text(json_t *object, const char *member, const char *text)
{
    return *text ? json_object_set_new(object, member, json_string(text)) : 0;
}

static int put_word(json_t *root, const char *member, const struct ica_choice *choices, int value)
{
    return json_object_set_new(root, member, json_string(ica_manifest_word(choices, value)));
}

static int put_number(json_t *object, const char *member, uint64_t number)
{
    return json_object_set_new(object, member, json_integer((json_int_t)number));
}

static int put_identity(json_t *root, const struct ica_model *model,
                        const struct ica_model_package *package)
{
    return put_text(root, "name", model->name) | put_text(root, "version", model->version) |
           put_text(root, "title", package->title) | put_text(root, "licence", model->licence) |
           put_text(root, "source", package->source) | put_text(root, "preset", package->preset);
}

static int put_files(json_t *root, const struct ica_model_package *package)
{
    json_t *list = json_array();
    int failed = json_object_set_new(root, "files", list);
    for (size_t i = 0; i < package->n_files && !failed; i++) {
        const struct ica_model_file *file = &package->files[i];
        json_t *object = json_object();
        failed = json_array_append_new(list, object) | put_text(object, "name", file->name) |
                 put_number(object, "size", file->size_bytes) |
                 put_text(object, "sha256", file->sha256) | put_text(object, "url", file->url);
    }
    return failed | put_text(root, "graph", package->graph) |
           put_text(root, "weights", package->weights);
}

static int put_pixels(json_t *root, const struct ica_model *model)
{
    const struct ica_model_input *input = &model->input;
    const struct ica_crop *crop = &model->crop;
    int failed = put_text(root, "input", input->name) | put_number(root, "input_size", crop->size) |
                 put_word(root, "input_layout", ica_manifest_layouts, (int)input->layout) |
                 put_word(root, "input_type", ica_manifest_types, input->is_float) |
                 put_word(root, "channel_order", ica_manifest_orders, input->is_bgr) |
                 put_word(root, "resize_rule", ica_manifest_rules, (int)crop->rule) |
                 put_number(root, "resize_side", crop->short_side) |
                 put_word(root, "resize_filter", ica_manifest_filters, (int)crop->filter) |
                 put_word(root, "resize_rounding", ica_manifest_roundings, (int)crop->rounding) |
                 put_word(root, "normalisation", ica_manifest_normalisations, input->is_float);
    if (crop->rule == ICA_RESIZE_PAD) {
        failed |= json_object_set_new(
            root, "pad_colour",
            json_pack("[i,i,i]", crop->padding[0], crop->padding[1], crop->padding[2]));
    }
    if (input->is_float) {
        const float *mean = input->mean;
        const float *scale = input->scale;
        failed |= json_object_set_new(
                      root, "mean",
                      json_pack("[f,f,f]", (double)mean[0], (double)mean[1], (double)mean[2])) |
                  json_object_set_new(
                      root, "scale",
                      json_pack("[f,f,f]", (double)scale[0], (double)scale[1], (double)scale[2]));
    }
    return failed;
}

static int put_outputs(json_t *root, const struct ica_model *model,
                       const struct ica_model_package *package)
{
    int failed = put_text(root, "embedding_output", model->embedding_output) |
                 put_word(root, "embedding_pooling", ica_manifest_poolings, (int)model->pooling) |
                 put_number(root, "dimension", model->dim);
    if (model->n_classes > 0) {
        failed |= put_text(root, "classifier_output", model->logits_output) |
                  put_number(root, "classes", model->n_classes) |
                  put_text(root, "class_set", package->class_set);
    }
    if (package->text_graph[0]) {
        const struct ica_text_tower *tower = &model->text;
        json_t *text = json_object();
        failed |=
            json_object_set_new(root, "text", text) | put_text(text, "graph", package->text_graph) |
            put_text(text, "tokenizer", package->tokenizer) |
            put_text(text, "input", tower->input) | put_text(text, "mask_input", tower->mask) |
            put_word(text, "input_type", ica_manifest_id_types, tower->is_32_bit) |
            put_text(text, "output", tower->output) | put_number(text, "context", tower->context);
    }
    return failed;
}

enum ica_status ica_manifest_write(const struct ica_model *model,
                                   const struct ica_model_package *package, struct ica_buffer *out,
                                   struct ica_error *err)
{
    json_t *root = json_object();
    int failed = put_identity(root, model, package) | put_files(root, package) |
                 put_pixels(root, model) | put_outputs(root, model, package);
    char *text =
        failed ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(FLOAT_DIGITS));
    enum ica_status status =
        text ? ica_buffer_printf(out, err, "%s\n", text) : ica_error_nomem(err, "a manifest");
    free(text);
    json_decref(root);
    return status;
}
