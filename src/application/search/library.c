/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that a server keeps indexed. */
#include "application/search/library.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "application/models/model_set.h"
#include "application/search/index_generation.h"
#include "application/search/index_update.h"
#include "base/log.h"

#define AREA         "library"
#define BUSY_PAUSE_S 1 /* after which an update that found no room begins again */

struct ica_library {
    struct ica_library_config config;
    struct ica_engine engine;
    pthread_t thread;
    pthread_mutex_t mutex; /* of all that follows */
    pthread_cond_t changed;
    bool is_closing;
    bool is_wanted; /* an update */
    bool is_updating;
    size_t done;
    size_t total;
    char error[ICA_MAX_ERROR_TEXT];
};

/* ---- The thread -------------------------------------------------------------------------------
 */

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct ica_library *library = context;
    (void)stage;
    (void)pthread_mutex_lock(&library->mutex);
    library->done = done;
    library->total = total;
    bool goes_on = !library->is_closing;
    (void)pthread_mutex_unlock(&library->mutex);
    return goes_on;
}

static void tell(void *context, const char *path, const struct ica_error *reason)
{
    (void)context;
    ica_log(ICA_LOG_INFO, AREA, "%s: %s", path, reason->text);
}

static enum ica_status update(struct ica_library *library, struct ica_error *err)
{
    const struct ica_monitor monitor = {.step = step, .context = library};
    struct ica_index_summary summary;
    const struct ica_index_update work = {
        .index = library->config.index,
        .engine = &library->engine,
        .folder = library->config.folder,
        .monitor = &monitor,
        .tell = tell,
    };
    enum ica_status status = ica_index_update_run(&work, &summary, err);
    if (!status) {
        ica_log(ICA_LOG_INFO, AREA, "%zu images kept, %zu embedded, %zu gone, %zu unreadable",
                summary.n_kept, summary.n_embedded, summary.n_gone, summary.n_failed);
    } else if (status != ICA_ECANCELLED) {
        ica_log(ICA_LOG_WARNING, AREA, "%s", err->text);
    }
    return status;
}

/* Wait until there is something to do; the mutex is locked. */
static void wait_for_work(struct ica_library *library, unsigned seconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)seconds;
    int code = 0;
    while (!library->is_closing && !library->is_wanted && code == 0) {
        code = pthread_cond_timedwait(&library->changed, &library->mutex, &until);
    }
}

static void *keep_indexed(void *context)
{
    struct ica_library *library = context;
    (void)pthread_mutex_lock(&library->mutex);
    while (!library->is_closing) {
        struct ica_error error = {0};
        library->is_wanted = false;
        library->is_updating = true;
        library->done = 0;
        library->total = 0;
        (void)pthread_mutex_unlock(&library->mutex);
        enum ica_status status = update(library, &error);
        (void)pthread_mutex_lock(&library->mutex);
        library->is_updating = false;
        memcpy(library->error, error.text, sizeof library->error);
        wait_for_work(library, status == ICA_EBUSY ? BUSY_PAUSE_S : library->config.interval_s);
    }
    (void)pthread_mutex_unlock(&library->mutex);
    return NULL;
}

void ica_library_request_update(struct ica_library *library)
{
    (void)pthread_mutex_lock(&library->mutex);
    library->is_wanted = true;
    (void)pthread_cond_signal(&library->changed);
    (void)pthread_mutex_unlock(&library->mutex);
}

/* ---- Which vectors answer ---------------------------------------------------------------------
 */

struct choice {
    const struct ica_library *library;
    bool words;
    struct ica_index_generation best;
    int rank; /* of the best; higher is better */
};

/* Whether the words that go with these vectors can be read here. */
static bool can_read_words(const struct ica_library *library, const struct ica_model *model)
{
    return library->engine.models && ica_model_set_text(library->engine.models, model);
}

static enum ica_status consider(void *context, const char *folder,
                                const struct ica_index_generation *generation,
                                struct ica_error *err)
{
    struct choice *choice = context;
    (void)folder;
    (void)err;
    bool is_wanted = ica_index_is_of(generation, &choice->library->engine.embedder->model);
    bool will_do = !choice->words || can_read_words(choice->library, &generation->model);
    int rank = 1 + is_wanted + (will_do ? 2 : 0);
    if (generation->is_current && rank > choice->rank) {
        choice->best = *generation;
        choice->rank = rank;
    }
    return ICA_OK;
}

/* The complete generation that is to answer; id 0 if there is none yet. */
static enum ica_status choose(const struct ica_library *library, bool words,
                              struct ica_index_generation *out, struct ica_error *err)
{
    struct choice choice = {.library = library, .words = words};
    enum ica_status status = ica_image_index_list(
        library->config.index, library->config.folder->path, consider, &choice, err);
    *out = choice.best;
    return status;
}

enum ica_status ica_library_status(struct ica_library *library, struct ica_library_status *out,
                                   struct ica_error *err)
{
    struct ica_index_generation generation;
    enum ica_status status = choose(library, false, &generation, err);
    if (status) {
        return status;
    }
    *out = (struct ica_library_status){
        .folder = library->config.folder->path,
        .is_ready = generation.id > 0,
        .model = generation.model,
        .n_images = generation.n_images,
        .n_failed = generation.n_failed,
    };
    (void)pthread_mutex_lock(&library->mutex);
    out->is_updating = library->is_updating;
    out->done = library->done;
    out->total = library->total;
    memcpy(out->error, library->error, sizeof out->error);
    (void)pthread_mutex_unlock(&library->mutex);
    out->has_next = !ica_index_is_of(&generation, &library->engine.embedder->model);
    if (out->has_next) {
        out->next = library->engine.embedder->model;
    }
    return ICA_OK;
}

static enum ica_status make_query(struct ica_library *library,
                                  const struct ica_library_query *wanted,
                                  const struct ica_index_generation *generation,
                                  struct ica_search_query *query, struct ica_error *err)
{
    if (generation->id == 0) {
        return ica_error_set(err, ICA_EBUSY,
                             "The library is being looked at for the first time: try again when "
                             "GET /v1/library says that it has a model.");
    }
    if (wanted->like) {
        return ica_search_query_stored(query, library->config.index, generation, wanted->like, err);
    }
    struct ica_text_embedder *text =
        library->engine.models ? ica_model_set_text(library->engine.models, &generation->model)
                               : NULL;
    return text ? ica_search_query_words(query, text, wanted->words, err)
                : ica_error_set(err, ICA_EINVALID,
                                "The library's model %s reads no words: start the server with one "
                                "that does, or look for what is like one of its images.",
                                generation->model.name);
}

enum ica_status ica_library_search(struct ica_library *library,
                                   const struct ica_library_query *query,
                                   const struct ica_search_options *options,
                                   struct ica_search_hits *hits, struct ica_model *model,
                                   struct ica_error *err)
{
    struct ica_index_generation generation;
    struct ica_search_query made = {0};
    enum ica_status status = choose(library, query->words != NULL, &generation, err);
    if (!status) {
        status = make_query(library, query, &generation, &made, err);
    }
    if (!status) {
        status = ica_search_folder(&made, options, library->config.index,
                                   library->config.folder->path, 0, hits, err);
    }
    *model = generation.model;
    ica_search_hits_sort(hits);
    ica_search_query_clear(&made);
    return status;
}

/* ---- Opening and closing ----------------------------------------------------------------------
 */

/* Waiting goes by a clock that nobody sets. */
static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes)) {
        return false;
    }
    bool good = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return good;
}

enum ica_status ica_library_open(struct ica_library **out, const struct ica_library_config *config,
                                 struct ica_error *err)
{
    *out = NULL;
    struct ica_library *library = calloc(1, sizeof *library);
    if (!library) {
        return ica_error_nomem(err, "the library");
    }
    library->config = *config;
    library->engine = *config->engine;
    library->config.engine = &library->engine;
    bool has_mutex = pthread_mutex_init(&library->mutex, NULL) == 0;
    bool has_condition = has_mutex && init_condition(&library->changed);
    if (has_condition && pthread_create(&library->thread, NULL, keep_indexed, library) == 0) {
        *out = library;
        return ICA_OK;
    }
    if (has_condition) {
        (void)pthread_cond_destroy(&library->changed);
    }
    if (has_mutex) {
        (void)pthread_mutex_destroy(&library->mutex);
    }
    free(library);
    return ica_error_nomem(err, "the library's thread");
}

void ica_library_close(struct ica_library *library)
{
    if (!library) {
        return;
    }
    (void)pthread_mutex_lock(&library->mutex);
    library->is_closing = true;
    (void)pthread_cond_signal(&library->changed);
    (void)pthread_mutex_unlock(&library->mutex);
    (void)pthread_join(library->thread, NULL);
    (void)pthread_cond_destroy(&library->changed);
    (void)pthread_mutex_destroy(&library->mutex);
    free(library);
}
