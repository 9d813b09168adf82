/* SPDX-License-Identifier: Apache-2.0 */
/* One call at a time has the whole model, with all its threads: two at once would take turns on the
 * same processors with twice the memory. The next one in waits, and looks at its monitor now and
 * then. */
#include "adapters/blip/blip_captioner.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "adapters/blip/blip_graphs.h"
#include "adapters/blip/blip_manifest.h"
#include "adapters/blip/blip_steps.h"
#include "base/log.h"
#include "domain/caption/vocabulary.h"
#include "domain/stages.h"

#define POLL_NS 100000000

struct blip_captioner {
    struct ica_captioner base;
    struct ica_inference *engine; /* borrowed */
    struct ica_blip_manifest manifest;
    struct ica_network_config how; /* its graphs are computed */
    /* Who has the model */
    pthread_mutex_t mutex;
    pthread_cond_t available;
    bool busy; /* guarded by mutex */
    /* Of whoever has it */
    bool ready;
    struct ica_vocabulary vocabulary;
    struct ica_blip_graphs graphs;
};

bool ica_blip_is_installed(const char *folder)
{
    char *path = NULL;
    bool found = asprintf(&path, "%s/%s", folder, ICA_BLIP_MANIFEST) >= 0 && !access(path, F_OK);
    free(path);
    return found;
}

static enum ica_status acquire(struct blip_captioner *captioner, size_t n,
                               const struct ica_monitor *monitor, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    (void)pthread_mutex_lock(&captioner->mutex);
    while (captioner->busy && !status) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += POLL_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&captioner->available, &captioner->mutex, &until);
        if (captioner->busy && !ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, 0, n)) {
            status = ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        }
    }
    captioner->busy |= !status;
    (void)pthread_mutex_unlock(&captioner->mutex);
    return status;
}

static void release(struct blip_captioner *captioner)
{
    (void)pthread_mutex_lock(&captioner->mutex);
    captioner->busy = false;
    (void)pthread_cond_signal(&captioner->available);
    (void)pthread_mutex_unlock(&captioner->mutex);
}

static enum ica_status read_vocabulary(struct blip_captioner *captioner, struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = &captioner->manifest;
    struct ica_buffer content;
    ica_buffer_init(&content, ICA_MAX_BLIP_VOCABULARY_FILE);
    enum ica_status status = ica_blip_manifest_verify(manifest, ICA_BLIP_VOCABULARY, &content, err);
    if (!status) {
        status = ica_vocabulary_init(&captioner->vocabulary, ica_buffer_text(&content),
                                     content.size, manifest->n_tokens, err);
    }
    for (size_t i = 0; i < manifest->n_special && !status; i++) {
        captioner->vocabulary.special[manifest->special[i]] = true;
    }
    ica_buffer_clear(&content);
    return status;
}

/* Read the model if no call before did. After a failure the next call tries again. */
static enum ica_status prepare(struct blip_captioner *captioner, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    if (captioner->ready) {
        return ICA_OK;
    }
    ica_log(ICA_LOG_INFO, "blip", "reading %s", captioner->manifest.name);
    for (int i = 0; i < ICA_BLIP_VOCABULARY && !status; i++) {
        status = ica_blip_manifest_verify(&captioner->manifest, (enum ica_blip_file)i, NULL, err);
    }
    if (!status) {
        status = read_vocabulary(captioner, err);
    }
    if (!status) {
        status = ica_blip_graphs_open(&captioner->graphs, captioner->engine, &captioner->manifest,
                                      captioner->base.max_pictures, &captioner->how, err);
    }
    if (status) {
        ica_vocabulary_clear(&captioner->vocabulary);
    }
    captioner->ready = !status;
    return status;
}

static enum ica_status write_captions(struct blip_captioner *captioner,
                                      const struct ica_blip_sight *sight, size_t n_beams,
                                      const struct ica_monitor *monitor, struct ica_caption out[],
                                      struct ica_error *err)
{
    const struct ica_blip_manifest *manifest = &captioner->manifest;
    const struct ica_generation_options options = {
        .n_beams = n_beams,
        .max_length = manifest->max_length,
        .begin = manifest->begin,
        .end = manifest->end,
    };
    struct ica_token_row rows[ICA_MAX_BLIP_PICTURES];
    struct ica_blip_steps steps = {0};
    enum ica_status status =
        ica_blip_steps_init(&steps, &captioner->graphs, sight, n_beams, monitor, err);
    if (!status) {
        status = ica_generate(&steps.base, &options, sight->n, rows, err);
        ica_blip_steps_clear(&steps);
    }
    for (size_t i = 0; i < sight->n && !status; i++) {
        out[i].tokens = rows[i];
        ica_vocabulary_decode(&captioner->vocabulary, rows[i].ids, rows[i].n, out[i].text,
                              sizeof out[i].text);
    }
    return status;
}

static enum ica_status caption(struct ica_captioner *self, size_t n,
                               const struct ica_pixels pictures[], size_t n_beams,
                               const struct ica_monitor *monitor, struct ica_caption out[],
                               struct ica_error *err)
{
    struct blip_captioner *captioner = (struct blip_captioner *)self;
    struct ica_blip_sight sight = {0};
    enum ica_status status = acquire(captioner, n, monitor, err);
    if (status) {
        return status;
    }
    status = prepare(captioner, err);
    if (!status) {
        status = ica_blip_graphs_look(&captioner->graphs, n, pictures, monitor, &sight, err);
    }
    if (!status) {
        status = write_captions(captioner, &sight, n_beams, monitor, out, err);
    }
    ica_blip_sight_clear(&sight);
    release(captioner);
    /* The engine does not know which of the program's models it computes. */
    return status == ICA_EMODEL ? ica_error_prefix(err, status, "%s: ", captioner->manifest.name)
                                : status;
}

static void destroy(struct ica_captioner *self)
{
    struct blip_captioner *captioner = (struct blip_captioner *)self;
    ica_blip_graphs_close(&captioner->graphs);
    ica_vocabulary_clear(&captioner->vocabulary);
    ica_blip_manifest_clear(&captioner->manifest);
    (void)pthread_cond_destroy(&captioner->available);
    (void)pthread_mutex_destroy(&captioner->mutex);
    free(captioner);
}

static const struct ica_captioner_ops ops = {
    .name = "blip",
    .caption = caption,
    .destroy = destroy,
};

enum ica_status ica_blip_captioner_open(struct ica_captioner **out,
                                        const struct ica_blip_config *config, struct ica_error *err)
{
    *out = NULL;
    if (config->n_threads == 0 || config->max_pictures == 0 ||
        config->max_pictures > ICA_MAX_BLIP_PICTURES) {
        return ica_error_set(err, ICA_EINVALID, "A captioning model takes 1 to %d pictures.",
                             ICA_MAX_BLIP_PICTURES);
    }
    struct blip_captioner *captioner = calloc(1, sizeof *captioner);
    if (!captioner) {
        return ica_error_nomem(err, "the captioning model");
    }
    enum ica_status status = ica_blip_manifest_read(&captioner->manifest, config->folder, err);
    if (status) {
        free(captioner);
        return status;
    }
    uint32_t side = (uint32_t)captioner->manifest.side;
    captioner->base = (struct ica_captioner){
        .ops = &ops,
        .crop = {.short_side = side, .size = side, .rule = ICA_RESIZE_STRETCH},
        .max_pictures = config->max_pictures,
    };
    captioner->engine = config->engine;
    captioner->how = (struct ica_network_config){
        .device = config->device,
        .precision = config->exact ? ICA_PRECISION_F32 : ICA_PRECISION_AUTO,
        .n_threads = config->n_threads,
    };
    (void)pthread_mutex_init(&captioner->mutex, NULL);
    (void)pthread_cond_init(&captioner->available, NULL);
    *out = &captioner->base;
    return ICA_OK;
}
