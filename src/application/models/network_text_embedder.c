/* SPDX-License-Identifier: Apache-2.0 */
/* Every text is a run of its own with the whole context, as the towers were trained. */
#include "application/models/network_text_embedder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct network_text_embedder {
    struct ica_text_embedder base;
    struct ica_tokenizer *tokenizer;
    struct ica_network *network;
};

/* Token ids with the padding after them, and which of them are tokens. */
struct context {
    int64_t ids[ICA_MAX_CONTEXT];
    int64_t mask[ICA_MAX_CONTEXT];
};

/* The same for a graph that takes numbers of half the size; ids of tokenizers fit. */
static void narrow(int64_t *numbers, size_t n)
{
    int32_t narrowed[ICA_MAX_CONTEXT];
    for (size_t i = 0; i < n; i++) {
        narrowed[i] = (int32_t)numbers[i];
    }
    memcpy(numbers, narrowed, n * sizeof *narrowed);
}

static enum ica_status read_tokens(struct network_text_embedder *embedder, const char *text,
                                   struct context *context, struct ica_error *err)
{
    size_t size = embedder->base.model.text.context;
    size_t n = 0;
    enum ica_status status =
        ica_tokenizer_encode(embedder->tokenizer, text, strlen(text), size, context->ids, &n, err);
    for (size_t i = 0; i < size && !status; i++) {
        context->mask[i] = i < n;
        context->ids[i] = i < n ? context->ids[i] : embedder->tokenizer->padding_id;
    }
    if (embedder->base.model.text.is_32_bit) {
        narrow(context->ids, size);
        narrow(context->mask, size);
    }
    return status;
}

static enum ica_status embed_one(struct network_text_embedder *embedder, const char *text,
                                 float *vector, struct ica_error *err)
{
    const struct ica_model *model = &embedder->base.model;
    struct context context;
    enum ica_status status = read_tokens(embedder, text, &context, err);
    if (status) {
        return status;
    }
    enum ica_element element = model->text.is_32_bit ? ICA_ELEMENT_I32 : ICA_ELEMENT_I64;
    const struct ica_tensor inputs[] = {
        {
            .name = model->text.input,
            .element = element,
            .rank = 2,
            .sides = {1, model->text.context},
            .data = context.ids,
        },
        {
            .name = model->text.mask,
            .element = element,
            .rank = 2,
            .sides = {1, model->text.context},
            .data = context.mask,
        },
    };
    const struct ica_tensor output = {
        .name = model->text.output,
        .element = ICA_ELEMENT_F32,
        .rank = 2,
        .sides = {1, model->dim},
        .data = vector,
    };
    return ica_network_run(embedder->network, *model->text.mask ? 2 : 1, inputs, 1, &output, err);
}

static enum ica_status embed(struct ica_text_embedder *self, size_t n, const char *const texts[],
                             float *vectors, struct ica_error *err)
{
    struct network_text_embedder *embedder = (struct network_text_embedder *)self;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n && !status; i++) {
        status = embed_one(embedder, texts[i], vectors + i * self->model.dim, err);
    }
    return status;
}

static void destroy(struct ica_text_embedder *self)
{
    struct network_text_embedder *embedder = (struct network_text_embedder *)self;
    ica_network_destroy(embedder->network);
    ica_tokenizer_destroy(embedder->tokenizer);
    free(embedder);
}

static const struct ica_text_embedder_ops network_ops = {.embed = embed, .destroy = destroy};

static enum ica_status self_test(struct network_text_embedder *embedder, struct ica_error *err)
{
    size_t dim = embedder->base.model.dim;
    float *vector = ica_array_new(dim, sizeof *vector);
    enum ica_status status =
        vector ? embed_one(embedder, "photo", vector, err) : ica_error_nomem(err, "the model");
    for (size_t i = 0; i < dim && !status; i++) {
        if (!isfinite(vector[i])) {
            status = ica_error_set(err, ICA_EMODEL,
                                   "The text tower gives no finite numbers for a word.");
        }
    }
    free(vector);
    return status;
}

static enum ica_status check(const struct ica_model *model, struct ica_error *err)
{
    bool is_whole = *model->text.input && *model->text.output && model->text.context >= 2 &&
                    model->text.context <= ICA_MAX_CONTEXT;
    return is_whole ? ICA_OK
                    : ica_error_set(err, ICA_EINVALID,
                                    "The model reads no words: it has no text "
                                    "tower.");
}

enum ica_status
ica_network_text_embedder_open(struct ica_text_embedder **out, struct ica_inference *engine,
                               struct ica_tokenizer *tokenizer, const struct ica_model *model,
                               const struct ica_network_config *config, struct ica_error *err)
{
    *out = NULL;
    struct network_text_embedder *embedder = calloc(1, sizeof *embedder);
    if (!embedder) {
        ica_tokenizer_destroy(tokenizer);
        return ica_error_nomem(err, "the model");
    }
    embedder->base.ops = &network_ops;
    embedder->base.model = *model;
    embedder->tokenizer = tokenizer;
    enum ica_status status = check(model, err);
    if (!status) {
        status = ica_inference_open(engine, config, &embedder->network, err);
    }
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
