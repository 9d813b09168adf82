/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/graph_roles.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ports/tokenizer.h"

#define N_CLASSES     1000 /* of ImageNet */
#define MAX_LISTED    300
#define ANY_DIMENSION 0

/* What an exporter calls a vector per image, the surest first. */
static const char *const image_outputs[] = {"image_embeds",
                                            "image_embedding",
                                            "image_embeddings",
                                            "image_features",
                                            "embedding",
                                            "embeddings",
                                            "sentence_embedding",
                                            "pooler_output",
                                            "pooled",
                                            "features",
                                            NULL};

static const char *const text_outputs[] = {"text_embeds",
                                           "text_embedding",
                                           "text_embeddings",
                                           "text_features",
                                           "sentence_embedding",
                                           "pooler_output",
                                           NULL};

/* ---- Messages ---------------------------------------------------------------------------------
 */

/* "pixel_values [?, 3, 224, 224], ..." cut at MAX_LISTED. */
static void list_values(const struct ica_graph_value *values, size_t n, char text[MAX_LISTED])
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < n && used < MAX_LISTED; i++) {
        used += (size_t)snprintf(text + used, MAX_LISTED - used, "%s%s [", i ? ", " : "",
                                 values[i].name[0] ? values[i].name : "(nameless)");
        for (size_t k = 0; k < values[i].rank && used < MAX_LISTED; k++) {
            char side[24] = "?";
            if (values[i].sides[k] != ICA_DYNAMIC) {
                (void)snprintf(side, sizeof side, "%lld", (long long)values[i].sides[k]);
            }
            used += (size_t)snprintf(text + used, MAX_LISTED - used, "%s%s", k ? ", " : "", side);
        }
        used += used < MAX_LISTED ? (size_t)snprintf(text + used, MAX_LISTED - used, "]") : 0;
    }
}

static enum ica_status refuse(const char *what, const char *kind,
                              const struct ica_graph_value *values, size_t n, struct ica_error *err)
{
    char listed[MAX_LISTED];
    list_values(values, n, listed);
    return ica_error_set(err, ICA_EMODEL, "%s Its %s: %s.", what, kind, n ? listed : "none");
}

/* ---- Inputs -----------------------------------------------------------------------------------
 */

static bool is_open_or(int64_t side, int64_t wanted)
{
    return side == ICA_DYNAMIC || side == wanted;
}

/* Whether a value is a list of pictures, and where its channels are. Exporters that leave all sides
 * open name the channels beside the batch. */
static bool is_picture(const struct ica_graph_value *value, enum ica_input_layout *layout)
{
    if (value->rank != 4) {
        return false;
    }
    bool is_last = value->sides[3] == 3 && value->sides[1] != 3;
    *layout = is_last ? ICA_LAYOUT_NHWC : ICA_LAYOUT_NCHW;
    return is_last || is_open_or(value->sides[1], 3);
}

static const struct ica_graph_value *find_picture(const struct ica_graph_info *info,
                                                  enum ica_input_layout *layout)
{
    for (size_t i = 0; i < info->n_inputs; i++) {
        if (is_picture(&info->inputs[i], layout)) {
            return &info->inputs[i];
        }
    }
    return NULL;
}

/* The side of the square that the graph takes, or the one wished for where it takes any. */
static enum ica_status find_side(const struct ica_graph_value *input, enum ica_input_layout layout,
                                 size_t wished, size_t *side, struct ica_error *err)
{
    int64_t height = input->sides[layout == ICA_LAYOUT_NCHW ? 2 : 1];
    int64_t width = input->sides[layout == ICA_LAYOUT_NCHW ? 3 : 2];
    *side = wished;
    if (height == ICA_DYNAMIC && width == ICA_DYNAMIC) {
        return ICA_OK;
    }
    int64_t known = height == ICA_DYNAMIC ? width : height;
    if (!is_open_or(width, known) || known > ICA_MAX_MODEL_SIDE || known < ICA_MIN_MODEL_SIDE) {
        return refuse("The graph takes pictures of a size that is no square of 8 to 2048 pixels.",
                      "image input", input, 1, err);
    }
    *side = (size_t)known;
    return ICA_OK;
}

static enum ica_status copy_name(const struct ica_graph_value *value, char name[], size_t size,
                                 struct ica_error *err)
{
    int length = snprintf(name, size, "%s", value->name);
    if (length <= 0 || (size_t)length >= size) {
        return ica_error_set(err, ICA_EMODEL,
                             "An input or output that the model needs has no name of 1 to %zu "
                             "bytes: export the graph again with names.",
                             size - 1);
    }
    return ICA_OK;
}

static enum ica_status check_input(const struct ica_graph_info *info,
                                   const struct ica_graph_value *input, struct ica_error *err)
{
    if (info->n_inputs != 1) {
        return refuse(
            "The graph wants more than a picture: bring the image tower as a graph of its "
            "own (exporters call it vision_model.onnx).",
            "inputs", info->inputs, info->n_inputs, err);
    }
    if (!is_open_or(input->sides[0], 1)) {
        return refuse("The graph takes a fixed number of pictures at once: export it for one, or "
                      "with an open batch.",
                      "image input", input, 1, err);
    }
    if (input->element != ICA_ELEMENT_F32 && input->element != ICA_ELEMENT_U8) {
        return refuse("The graph takes pixels of a type other than f32 and u8: export it with f32 "
                      "inputs.",
                      "image input", input, 1, err);
    }
    return ICA_OK;
}

static enum ica_status find_input(const struct ica_graph_info *info,
                                  const struct ica_model_preset *preset, struct ica_model *model,
                                  struct ica_error *err)
{
    enum ica_input_layout layout = ICA_LAYOUT_NCHW;
    const struct ica_graph_value *input = find_picture(info, &layout);
    size_t side = 0;
    if (!input) {
        return refuse("The graph takes no picture: no input has four sides, one of them 3.",
                      "inputs", info->inputs, info->n_inputs, err);
    }
    enum ica_status status = check_input(info, input, err);
    if (!status) {
        size_t wished = model->crop.size ? model->crop.size : preset->crop.size;
        status = find_side(input, layout, wished, &side, err);
    }
    if (!status) {
        status = ica_model_preset_apply(preset, side, model, err);
    }
    model->input.layout = layout;
    model->input.is_float = input->element == ICA_ELEMENT_F32;
    return status ? status : copy_name(input, model->input.name, sizeof model->input.name, err);
}

/* ---- Outputs ----------------------------------------------------------------------------------
 */

static const struct ica_graph_value *find_named(const struct ica_graph_info *info, const char *name)
{
    for (size_t i = 0; i < info->n_outputs; i++) {
        if (strcmp(info->outputs[i].name, name) == 0) {
            return &info->outputs[i];
        }
    }
    return NULL;
}

static bool has_dim(const struct ica_graph_value *value, size_t dim)
{
    int64_t last = value->rank ? value->sides[value->rank - 1] : 0;
    return value->element == ICA_ELEMENT_F32 &&
           (dim == ANY_DIMENSION || is_open_or(last, (int64_t)dim));
}

static bool is_logits(const struct ica_graph_value *value)
{
    return value->rank == 2 && value->element == ICA_ELEMENT_F32 && value->sides[1] == N_CLASSES;
}

/* The first output of that rank; class scores are no embedding where there is another. */
static const struct ica_graph_value *find_rank(const struct ica_graph_info *info, size_t rank,
                                               size_t dim, bool with_logits)
{
    for (size_t i = 0; i < info->n_outputs; i++) {
        const struct ica_graph_value *value = &info->outputs[i];
        if (value->rank == rank && has_dim(value, dim) && (with_logits || !is_logits(value))) {
            return value;
        }
    }
    return NULL;
}

static const struct ica_graph_value *find_vector(const struct ica_graph_info *info,
                                                 const char *const names[], size_t dim)
{
    for (; *names; names++) {
        const struct ica_graph_value *value = find_named(info, *names);
        if (value && value->rank == 2 && has_dim(value, dim)) {
            return value;
        }
    }
    return find_rank(info, 2, dim, false);
}

static enum ica_status take_dim(const struct ica_graph_value *output, struct ica_model *model,
                                struct ica_error *err)
{
    int64_t dim = output->sides[output->rank - 1];
    if (dim == ICA_DYNAMIC && model->dim > 0) {
        return ICA_OK;
    }
    if (dim < 1 || dim > ICA_MAX_DIM) {
        return refuse("The graph does not say how many numbers it makes of a picture, or too many "
                      "(1 to 65536 are possible).",
                      "output", output, 1, err);
    }
    model->dim = (size_t)dim;
    return ICA_OK;
}

static enum ica_status find_embedding(const struct ica_graph_info *info, struct ica_model *model,
                                      struct ica_error *err)
{
    const char *wanted = model->embedding_output;
    const struct ica_graph_value *output = NULL;
    if (*wanted) {
        output = find_named(info, wanted);
    } else {
        output = find_vector(info, image_outputs, ANY_DIMENSION);
        output = output ? output : find_rank(info, 3, ANY_DIMENSION, false);
        output = output ? output : find_rank(info, 2, ANY_DIMENSION, true);
    }
    if (!output || (output->rank != 2 && output->rank != 3) || output->element != ICA_ELEMENT_F32) {
        return refuse(*wanted ? "The output that is named is no f32 output [n, dim] or [n, tokens, "
                                "dim] of the graph."
                              : "The graph has no f32 output [n, dim] or [n, tokens, dim].",
                      "outputs", info->outputs, info->n_outputs, err);
    }
    model->pooling = output->rank == 3 ? ICA_POOLING_FIRST : ICA_POOLING_NONE;
    enum ica_status status = take_dim(output, model, err);
    return status ? status
                  : copy_name(output, model->embedding_output, sizeof model->embedding_output, err);
}

static enum ica_status find_logits(const struct ica_graph_info *info, struct ica_model *model,
                                   struct ica_error *err)
{
    for (size_t i = 0; i < info->n_outputs; i++) {
        const struct ica_graph_value *value = &info->outputs[i];
        if (is_logits(value) && strcmp(value->name, model->embedding_output) != 0) {
            model->n_classes = N_CLASSES;
            return copy_name(value, model->logits_output, sizeof model->logits_output, err);
        }
    }
    return ICA_OK;
}

enum ica_status ica_graph_find_image(const struct ica_graph_info *info,
                                     const struct ica_model_preset *preset, struct ica_model *model,
                                     struct ica_error *err)
{
    enum ica_status status = find_input(info, preset, model, err);
    if (!status) {
        status = find_embedding(info, model, err);
    }
    return status || !preset->has_classes ? status : find_logits(info, model, err);
}

/* ---- Text -------------------------------------------------------------------------------------
 */

static bool is_ids(const struct ica_graph_value *value)
{
    return value->rank == 2 &&
           (value->element == ICA_ELEMENT_I64 || value->element == ICA_ELEMENT_I32) &&
           is_open_or(value->sides[0], 1);
}

/* Ids, and perhaps a mask of the same type, in any order; nothing else. */
static bool find_ids(const struct ica_graph_info *info, const struct ica_graph_value **ids,
                     const struct ica_graph_value **mask)
{
    *ids = NULL;
    *mask = NULL;
    for (size_t i = 0; i < info->n_inputs; i++) {
        const struct ica_graph_value *value = &info->inputs[i];
        const struct ica_graph_value **place = strstr(value->name, "mask") ? mask : ids;
        if (!is_ids(value) || *place) {
            return false;
        }
        *place = value;
    }
    return *ids && (!*mask || (*mask)->element == (*ids)->element);
}

static enum ica_status find_context(const struct ica_graph_value *ids, size_t usual,
                                    struct ica_text_tower *tower, struct ica_error *err)
{
    int64_t context = ids->sides[1] == ICA_DYNAMIC ? (int64_t)usual : ids->sides[1];
    if (context < 2 || context > ICA_MAX_CONTEXT) {
        return refuse(
            "The text tower reads a number of tokens that is not known, or out of bounds (2 to "
            "512).",
            "input", ids, 1, err);
    }
    tower->context = (size_t)context;
    return ICA_OK;
}

enum ica_status ica_graph_find_text(const struct ica_graph_info *info,
                                    const struct ica_model_preset *preset, struct ica_model *model,
                                    struct ica_error *err)
{
    struct ica_text_tower *tower = &model->text;
    const struct ica_graph_value *ids;
    const struct ica_graph_value *mask;
    if (!find_ids(info, &ids, &mask)) {
        return refuse("The text tower takes something else than token ids and perhaps a mask, "
                      "one text at a time.",
                      "inputs", info->inputs, info->n_inputs, err);
    }
    const struct ica_graph_value *output = find_vector(info, text_outputs, model->dim);
    if (!output) {
        return refuse(
            "The text tower has no f32 output of as many numbers as the image tower: they "
            "belong to different models.",
            "outputs", info->outputs, info->n_outputs, err);
    }
    tower->is_32_bit = ids->element == ICA_ELEMENT_I32;
    enum ica_status status = find_context(ids, preset->context, tower, err);
    if (!status) {
        status = copy_name(ids, tower->input, sizeof tower->input, err);
    }
    if (!status && mask) {
        status = copy_name(mask, tower->mask, sizeof tower->mask, err);
    }
    return status ? status : copy_name(output, tower->output, sizeof tower->output, err);
}
