/* SPDX-License-Identifier: Apache-2.0 */
/* A thousand phrases take a text tower tens of seconds on a small machine. Who comes second waits
 * for the first: to compute at the same time would take as long. */
#include "application/describing/phrase_vectors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/stages.h"
#include "domain/vectors/unit_length.h"

#define MAX_PROMPTED (sizeof ICA_DEFAULT_PROMPT + ICA_MAX_PHRASE_BYTES)

/* The vectors of one model. */
struct of_model {
    struct ica_model model;
    float *rows; /* owned */
    struct of_model *next;
};

struct ica_phrase_vectors {
    const struct ica_phrases *phrases;
    struct ica_vector_cache *cache;
    pthread_mutex_t mutex;
    struct of_model *first; /* guarded by mutex; what is in the list stays */
};

enum ica_status ica_phrase_vectors_open(struct ica_phrase_vectors **out,
                                        const struct ica_phrases *phrases,
                                        struct ica_vector_cache *cache, struct ica_error *err)
{
    struct ica_phrase_vectors *vectors = calloc(1, sizeof *vectors);
    *out = vectors;
    if (!vectors) {
        return ica_error_nomem(err, "the phrases");
    }
    vectors->phrases = phrases;
    vectors->cache = cache;
    (void)pthread_mutex_init(&vectors->mutex, NULL);
    return ICA_OK;
}

/* The phrase in the prompt's place. */
static void write_prompt(const char *phrase, char text[MAX_PROMPTED])
{
    static const char prompt[] = ICA_DEFAULT_PROMPT;
    const char *place = strstr(prompt, "{}");
    (void)snprintf(text, MAX_PROMPTED, "%.*s%s%s", (int)(place - prompt), prompt, phrase,
                   place + 2);
}

/* All that the vectors depend on. */
static void make_key(const struct ica_phrases *phrases, const struct ica_model *model,
                     char key[ICA_SHA256_TEXT_SIZE])
{
    struct ica_sha256 hash;
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, model->name, strlen(model->name) + 1);
    ica_sha256_add(&hash, model->version, strlen(model->version) + 1);
    ica_sha256_add(&hash, model->weights_sha256, strlen(model->weights_sha256) + 1);
    ica_sha256_add(&hash, ICA_DEFAULT_PROMPT, sizeof ICA_DEFAULT_PROMPT);
    for (size_t i = 0; i < phrases->n; i++) {
        ica_sha256_add(&hash, phrases->texts[i], strlen(phrases->texts[i]) + 1);
    }
    ica_sha256_text(&hash, key);
}

static enum ica_status compute(const struct ica_phrases *phrases, struct ica_text_embedder *text,
                               const struct ica_monitor *monitor, float *rows,
                               struct ica_error *err)
{
    size_t dim = text->model.dim;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < phrases->n && !status; i++) {
        char prompted[MAX_PROMPTED];
        const char *texts[] = {prompted};
        write_prompt(phrases->texts[i], prompted);
        status = ica_text_embedder_embed(text, 1, texts, rows + i * dim, err);
        if (!status && !ica_unit_length(rows + i * dim, dim, rows + i * dim)) {
            status = ica_error_set(err, ICA_EMODEL, "The text tower gives zeros for \"%s\".",
                                   phrases->texts[i]);
        }
        if (!status && !ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, 0, 1)) {
            status = ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        }
    }
    return status;
}

static enum ica_status load_or_compute(struct ica_phrase_vectors *vectors,
                                       struct ica_text_embedder *text,
                                       const struct ica_monitor *monitor, float *rows,
                                       struct ica_error *err)
{
    char key[ICA_SHA256_TEXT_SIZE];
    size_t n = vectors->phrases->n;
    size_t dim = text->model.dim;
    make_key(vectors->phrases, &text->model, key);
    if (vectors->cache && !ica_vector_cache_load(vectors->cache, key, n, dim, rows, NULL)) {
        return ICA_OK;
    }
    ica_log(ICA_LOG_INFO, "words", "%s reads %zu phrases", text->model.name, n);
    enum ica_status status = compute(vectors->phrases, text, monitor, rows, err);
    struct ica_error failure = {0};
    if (!status && vectors->cache &&
        ica_vector_cache_save(vectors->cache, key, n, dim, rows, &failure)) {
        ica_log(ICA_LOG_WARNING, "words", "the vectors of phrases are not kept: %s", failure.text);
    }
    return status;
}

static enum ica_status add(struct ica_phrase_vectors *vectors, struct ica_text_embedder *text,
                           const struct ica_monitor *monitor, struct of_model **out,
                           struct ica_error *err)
{
    struct of_model *of = calloc(1, sizeof *of);
    size_t count = 0;
    if (of && ica_size_multiply(vectors->phrases->n, text->model.dim, &count)) {
        of->rows = ica_array_new(count, sizeof *of->rows);
    }
    enum ica_status status = of && of->rows ? load_or_compute(vectors, text, monitor, of->rows, err)
                                            : ica_error_nomem(err, "the phrases");
    if (status) {
        free(of ? of->rows : NULL);
        free(of);
        return status;
    }
    of->model = text->model;
    of->next = vectors->first;
    vectors->first = of;
    *out = of;
    return ICA_OK;
}

enum ica_status ica_phrase_vectors_get(struct ica_phrase_vectors *vectors,
                                       struct ica_text_embedder *text,
                                       const struct ica_monitor *monitor, const float **out,
                                       struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    (void)pthread_mutex_lock(&vectors->mutex);
    struct of_model *of = vectors->first;
    while (of && !ica_model_is_same(&of->model, &text->model)) {
        of = of->next;
    }
    if (!of) {
        status = add(vectors, text, monitor, &of, err);
    }
    *out = of ? of->rows : NULL;
    (void)pthread_mutex_unlock(&vectors->mutex);
    return status;
}

void ica_phrase_vectors_close(struct ica_phrase_vectors *vectors)
{
    if (!vectors) {
        return;
    }
    while (vectors->first) {
        struct of_model *of = vectors->first;
        vectors->first = of->next;
        free(of->rows);
        free(of);
    }
    (void)pthread_mutex_destroy(&vectors->mutex);
    free(vectors);
}
