/* SPDX-License-Identifier: Apache-2.0 */
#include "application/models/model_trial.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "application/models/network_embedder.h"
#include "application/models/network_text_embedder.h"
#include "base/memory.h"

#define GREY         128
#define PATTERN_STEP 37 /* of neighbouring samples: edges in every direction */

/* Two rows that were computed of different things. */
static enum ica_status check_rows(const float *rows, size_t dim, const char *what,
                                  struct ica_error *err)
{
    for (size_t i = 0; i < 2 * dim; i++) {
        if (!isfinite(rows[i])) {
            return ica_error_set(err, ICA_EMODEL, "The graph gives no finite numbers for %s.",
                                 what);
        }
    }
    if (memcmp(rows, rows + dim, dim * sizeof *rows) == 0) {
        return ica_error_set(
            err, ICA_EMODEL,
            "The graph gives the same numbers for two different %s: it is no model "
            "of what they show.",
            what);
    }
    return ICA_OK;
}

static struct ica_network_config make_config(const char *path)
{
    return (struct ica_network_config){
        .graph_path = path, .device = "cpu", .n_streams = 1, .n_threads = 1};
}

/* ---- Pictures ---------------------------------------------------------------------------------
 */

static enum ica_status draw(struct ica_pixels pictures[2], uint32_t side, struct ica_error *err)
{
    for (size_t i = 0; i < 2; i++) {
        enum ica_status status = ica_pixels_init(&pictures[i], side, side, ICA_PIXELS_RGB, err);
        if (status) {
            return status;
        }
    }
    size_t n_samples = (size_t)side * side * ICA_PIXELS_RGB;
    memset(pictures[0].samples, GREY, n_samples);
    for (size_t i = 0; i < n_samples; i++) {
        pictures[1].samples[i] = (uint8_t)((i * PATTERN_STEP + i / side) % 256);
    }
    return ICA_OK;
}

static enum ica_status try_pictures(struct ica_embedder *embedder, struct ica_error *err)
{
    const struct ica_model *model = &embedder->model;
    struct ica_pixels pictures[2] = {0};
    float *rows = ica_array_new(2 * model->dim, sizeof *rows);
    float *logits = ica_array_new(2 * model->n_classes, sizeof *logits);
    enum ica_status status = rows && logits ? draw(pictures, model->crop.size, err)
                                            : ica_error_nomem(err, "the model's trial");
    if (!status) {
        status =
            ica_embedder_embed(embedder, 2, pictures, rows, model->n_classes ? logits : NULL, err);
    }
    if (!status) {
        status = check_rows(rows, model->dim, "pictures", err);
    }
    if (!status && model->n_classes) {
        status = check_rows(logits, model->n_classes, "pictures", err);
    }
    ica_pixels_clear(&pictures[0]);
    ica_pixels_clear(&pictures[1]);
    free(logits);
    free(rows);
    return status;
}

static enum ica_status try_image_tower(struct ica_inference *engine, const struct ica_model *model,
                                       const char *path, struct ica_error *err)
{
    const struct ica_network_config config = make_config(path);
    struct ica_embedder *embedder;
    enum ica_status status = ica_network_embedder_open(&embedder, engine, model, &config, err);
    if (!status) {
        status = try_pictures(embedder, err);
    }
    ica_embedder_destroy(embedder);
    return status;
}

/* ---- Texts ------------------------------------------------------------------------------------
 */

static enum ica_status try_texts(struct ica_text_embedder *embedder, struct ica_error *err)
{
    static const char *const texts[] = {"a photo of a dog", "two red cars in the rain"};
    size_t dim = embedder->model.dim;
    float *rows = ica_array_new(2 * dim, sizeof *rows);
    enum ica_status status = rows ? ica_text_embedder_embed(embedder, 2, texts, rows, err)
                                  : ica_error_nomem(err, "the model's trial");
    if (!status) {
        status = check_rows(rows, dim, "texts", err);
    }
    free(rows);
    return status;
}

static enum ica_status try_text_tower(struct ica_inference *engine, const struct ica_model *model,
                                      const char *path, struct ica_tokenizer *tokenizer,
                                      struct ica_error *err)
{
    const struct ica_network_config config = make_config(path);
    struct ica_text_embedder *embedder;
    enum ica_status status =
        ica_network_text_embedder_open(&embedder, engine, tokenizer, model, &config, err);
    if (status) {
        return status;
    }
    status = try_texts(embedder, err);
    ica_text_embedder_destroy(embedder);
    return status ? ica_error_prefix(err, status, "The text tower: ") : ICA_OK;
}

enum ica_status ica_model_trial(struct ica_inference *engine, const struct ica_model *model,
                                const char *graph_path, const char *text_path,
                                struct ica_tokenizer *tokenizer, struct ica_error *err)
{
    enum ica_status status = try_image_tower(engine, model, graph_path, err);
    if (status || !tokenizer) {
        ica_tokenizer_destroy(tokenizer);
        return status;
    }
    return try_text_tower(engine, model, text_path, tokenizer, err);
}
