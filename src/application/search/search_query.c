/* SPDX-License-Identifier: Apache-2.0 */
/* What is looked for: words or an image, turned into a vector of length one. */
#include <stdlib.h>
#include <string.h>

#include "application/search/image_search.h"
#include "base/memory.h"
#include "domain/vectors/unit_length.h"

static enum ica_status init(struct ica_search_query *out, const struct ica_model *model,
                            struct ica_error *err)
{
    out->model = *model;
    out->vector = ica_array_new(model->dim, sizeof *out->vector);
    return out->vector ? ICA_OK : ica_error_nomem(err, "a vector");
}

static enum ica_status normalise(struct ica_search_query *query, struct ica_error *err)
{
    return ica_unit_length(query->vector, query->model.dim, query->vector)
               ? ICA_OK
               : ica_error_set(err, ICA_EMODEL, "Model %s makes nothing of what is looked for.",
                               query->model.name);
}

enum ica_status ica_search_query_words(struct ica_search_query *out, struct ica_text_embedder *text,
                                       const char *words, struct ica_error *err)
{
    if (words[strspn(words, " \t\r\n")] == 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "There are no words to look for: say what the images should show.");
    }
    enum ica_status status = init(out, &text->model, err);
    if (!status) {
        status = ica_text_embedder_embed(text, 1, &words, out->vector, err);
    }
    return status ? status : normalise(out, err);
}

static enum ica_status take_vector(void *context, size_t file, const float *vector,
                                   const struct ica_error *failure, struct ica_error *err)
{
    struct ica_search_query *query = context;
    (void)file;
    if (!vector) {
        return ica_error_set(err, failure->status, "%s", failure->text);
    }
    memcpy(query->vector, vector, query->model.dim * sizeof *vector);
    return ICA_OK;
}

enum ica_status ica_search_query_image(struct ica_search_query *out,
                                       const struct ica_engine *engine, const char *name,
                                       struct ica_buffer *file, struct ica_error *err)
{
    const struct ica_run_options options = {.max_images = 1};
    struct ica_run *run = NULL;
    enum ica_status status = init(out, &engine->embedder->model, err);
    if (!status) {
        status = ica_run_open(&run, engine, &options, NULL, err);
    }
    if (!status) {
        status = ica_run_add(run, name, strlen(name), file, err);
    }
    if (!status) {
        status = ica_run_embed(run, take_vector, out, err);
        status = status ? ica_error_prefix(err, status, "%.200s: ", name) : ICA_OK;
    }
    ica_run_close(run);
    return status ? status : normalise(out, err);
}

struct stored {
    struct ica_search_query *query;
    bool found;
};

static enum ica_status take_stored(void *context, const struct ica_index_file *file,
                                   struct ica_error *err)
{
    struct stored *stored = context;
    (void)err;
    stored->found = true;
    memcpy(stored->query->vector, file->vector, stored->query->model.dim * sizeof *file->vector);
    return ICA_OK;
}

enum ica_status ica_search_query_stored(struct ica_search_query *out, struct ica_image_index *index,
                                        const struct ica_index_generation *generation,
                                        const char *path, struct ica_error *err)
{
    struct stored stored = {.query = out};
    enum ica_status status = init(out, &generation->model, err);
    if (!status) {
        status = ica_image_index_vectors(index, generation->id, path, take_stored, &stored, err);
    }
    if (!status && !stored.found) {
        status =
            ica_error_set(err, ICA_ENOTFOUND, "There is no image %.300s that was searched.", path);
    }
    return status ? status : normalise(out, err);
}

void ica_search_query_clear(struct ica_search_query *query)
{
    free(query->vector);
    *query = (struct ica_search_query){0};
}
