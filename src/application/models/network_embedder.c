/* SPDX-License-Identifier: Apache-2.0 */
/* Every image is a run of its own: see adapters/openvino/openvino_inference.c. */
#include "application/models/network_embedder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/model_pixels.h"

struct network_embedder {
    struct ica_embedder base;
    struct ica_network *network;
    size_t n_tokens; /* vectors of the embedding output, which pooling makes one of */
};

/* What a caller needs besides the pixels; either may be NULL. */
struct scratch {
    float *input;  /* the numbers of one picture */
    float *tokens; /* n_tokens vectors */
};

static void scratch_clear(struct scratch *scratch)
{
    free(scratch->tokens);
    free(scratch->input);
}

static size_t count_samples(const struct ica_model *model)
{
    return (size_t)model->crop.size * model->crop.size * ICA_PIXELS_RGB;
}

static enum ica_status scratch_init(struct scratch *scratch, const struct ica_model *model,
                                    size_t n_tokens, struct ica_error *err)
{
    size_t n_numbers = 0;
    bool is_pooled = model->pooling != ICA_POOLING_NONE;
    *scratch = (struct scratch){0};
    if (model->input.is_float) {
        scratch->input = ica_array_new(count_samples(model), sizeof *scratch->input);
    }
    if (is_pooled && ica_size_multiply(n_tokens, model->dim, &n_numbers)) {
        scratch->tokens = ica_array_new(n_numbers, sizeof *scratch->tokens);
    }
    if ((model->input.is_float && !scratch->input) || (is_pooled && !scratch->tokens)) {
        scratch_clear(scratch);
        return ica_error_nomem(err, "the model's input");
    }
    return ICA_OK;
}

/* The picture as the graph takes it: its own samples, or numbers made from them in `scratch`. */
static struct ica_tensor make_input(const struct ica_model *model, const struct ica_pixels *picture,
                                    const struct scratch *scratch)
{
    size_t side = model->crop.size;
    struct ica_tensor input = {
        .name = model->input.name,
        .element = ICA_ELEMENT_U8,
        .rank = 4,
        .sides = {1, side, side, ICA_PIXELS_RGB},
        .data = picture->samples,
    };
    if (model->input.layout == ICA_LAYOUT_NCHW) {
        input.sides[1] = ICA_PIXELS_RGB;
        input.sides[3] = side;
    }
    if (model->input.is_float) {
        ica_model_pixels_write(&model->input, picture, scratch->input);
        input.element = ICA_ELEMENT_F32;
        input.data = scratch->input;
    }
    return input;
}

/* In double and in one order: the same numbers on every machine. */
static void pool(const struct ica_model *model, const float *tokens, size_t n_tokens, float *vector)
{
    if (model->pooling == ICA_POOLING_FIRST) {
        memcpy(vector, tokens, model->dim * sizeof *vector);
        return;
    }
    for (size_t i = 0; i < model->dim; i++) {
        double sum = 0.0;
        for (size_t token = 0; token < n_tokens; token++) {
            sum += (double)tokens[token * model->dim + i];
        }
        vector[i] = (float)(sum / (double)n_tokens);
    }
}

static enum ica_status embed_one(struct network_embedder *embedder, const struct ica_pixels *image,
                                 const struct scratch *scratch, float *vector, float *logits,
                                 struct ica_error *err)
{
    const struct ica_model *model = &embedder->base.model;
    const struct ica_tensor input = make_input(model, image, scratch);
    bool is_pooled = model->pooling != ICA_POOLING_NONE;
    struct ica_tensor outputs[2] = {
        {
            .name = model->embedding_output,
            .element = ICA_ELEMENT_F32,
            .rank = is_pooled ? 3 : 2,
            .sides = {1, is_pooled ? embedder->n_tokens : model->dim, model->dim},
            .data = is_pooled ? scratch->tokens : vector,
        },
        {
            .name = model->logits_output,
            .element = ICA_ELEMENT_F32,
            .rank = 2,
            .sides = {1, model->n_classes},
            .data = logits,
        },
    };
    enum ica_status status =
        ica_network_run(embedder->network, 1, &input, logits ? 2 : 1, outputs, err);
    if (!status && is_pooled) {
        pool(model, scratch->tokens, embedder->n_tokens, vector);
    }
    return status;
}

static enum ica_status embed(struct ica_embedder *self, size_t n, const struct ica_pixels images[],
                             float *vectors, float *logits, struct ica_error *err)
{
    struct network_embedder *embedder = (struct network_embedder *)self;
    const struct ica_model *model = &self->model;
    struct scratch scratch;
    enum ica_status status = scratch_init(&scratch, model, embedder->n_tokens, err);
    if (status) {
        return status;
    }
    for (size_t i = 0; i < n && !status; i++) {
        status = embed_one(embedder, &images[i], &scratch, vectors + i * model->dim,
                           logits ? logits + i * model->n_classes : NULL, err);
    }
    scratch_clear(&scratch);
    return status;
}

static void destroy(struct ica_embedder *self)
{
    struct network_embedder *embedder = (struct network_embedder *)self;
    ica_network_destroy(embedder->network);
    free(embedder);
}

static const struct ica_embedder_ops network_ops = {
    .name = "network",
    .embed = embed,
    .destroy = destroy,
};

/* ---- Opening ----------------------------------------------------------------------------------
 */

/* How many vectors the output to be pooled has. */
static enum ica_status count_tokens(struct network_embedder *embedder,
                                    const struct ica_pixels *grey, struct ica_error *err)
{
    const struct ica_model *model = &embedder->base.model;
    struct scratch scratch;
    size_t rank = 0;
    size_t sides[ICA_MAX_TENSOR_RANK] = {0};
    enum ica_status status = scratch_init(&scratch, model, 1, err);
    if (status) {
        return status;
    }
    const struct ica_tensor input = make_input(model, grey, &scratch);
    status = ica_network_measure(embedder->network, 1, &input, model->embedding_output, &rank,
                                 sides, err);
    scratch_clear(&scratch);
    if (!status && (rank != 3 || sides[0] != 1 || sides[1] == 0 || sides[2] != model->dim)) {
        status = ica_error_set(err, ICA_EMODEL,
                               "The model's output \"%s\" is no list of vectors of %zu numbers.",
                               model->embedding_output, model->dim);
    }
    embedder->n_tokens = sides[1];
    return status;
}

static enum ica_status check_finite(const struct ica_model *model, const float *row,
                                    struct ica_error *err)
{
    for (size_t i = 0; i < model->dim + model->n_classes; i++) {
        if (!isfinite(row[i])) {
            return ica_error_set(err, ICA_EMODEL,
                                 "The model gives no finite numbers for a grey picture.");
        }
    }
    return ICA_OK;
}

static enum ica_status self_test(struct network_embedder *embedder, struct ica_error *err)
{
    const struct ica_model *model = &embedder->base.model;
    struct ica_pixels grey = {0};
    float *row = ica_array_new(model->dim + model->n_classes, sizeof *row);
    enum ica_status status =
        row ? ica_pixels_init(&grey, model->crop.size, model->crop.size, ICA_PIXELS_RGB, err)
            : ica_error_nomem(err, "the model");
    if (!status) {
        memset(grey.samples, 128, count_samples(model));
        status = model->pooling == ICA_POOLING_NONE ? ICA_OK : count_tokens(embedder, &grey, err);
    }
    if (!status) {
        status =
            embed(&embedder->base, 1, &grey, row, model->n_classes ? row + model->dim : NULL, err);
    }
    if (!status) {
        status = check_finite(model, row, err);
    }
    ica_pixels_clear(&grey);
    free(row);
    return status;
}

enum ica_status ica_network_embedder_open(struct ica_embedder **out, struct ica_inference *engine,
                                          const struct ica_model *model,
                                          const struct ica_network_config *config,
                                          struct ica_error *err)
{
    *out = NULL;
    struct network_embedder *embedder = calloc(1, sizeof *embedder);
    if (!embedder) {
        return ica_error_nomem(err, "the model");
    }
    embedder->base.ops = &network_ops;
    embedder->base.model = *model;
    enum ica_status status = ica_inference_open(engine, config, &embedder->network, err);
    if (!status) {
        status = self_test(embedder, err);
    }
    if (status) {
        destroy(&embedder->base);
        return ica_error_prefix(err, status, "Model %s: ", model->name);
    }
    *out = &embedder->base;
    return ICA_OK;
}
