/* SPDX-License-Identifier: Apache-2.0 */
/* The run keeps a fixed number of slots. Each holds one cluster from its first request to its text
 * or note; a free one takes the next cluster. Everything happens in the calling thread, which looks
 * after the connections, asks whether to go on, and prepares pictures in between.
 *
 * A server that fails several clusters in a row for the same reason will fail the others too: then
 * they all get that reason at once, instead of waiting for each. */
#include "adapters/openai/caption_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/openai/chat_request.h"
#include "adapters/openai/failure.h"
#include "adapters/openai/retry.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/stages.h"

#define MAX_ANSWER_BYTES   ((size_t)1 << 20)
#define MAX_BODY_BYTES     ((size_t)64 << 20)
#define MAX_PICTURE_BYTES  ((size_t)4 << 20)
#define MAX_QUESTION_BYTES ((size_t)32 << 10)
#define MAX_MEMBERS_TRIED  16
#define WORK_MS            40 /* a cancellation is noticed within this and one picture */
#define MAX_SAME_FAILURES  3
#define BAD_REQUEST        400
#define UNPROCESSABLE      422

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_ASKING };

struct slot {
    enum slot_state state;
    size_t cluster;
    size_t n_attempts; /* requests that have failed */
    double not_before_s;
    enum ica_chat_dialect dialect; /* that the body is written in */
    struct ica_http_call call;
};

struct run {
    const struct ica_caption_settings *settings;
    const struct ica_describe_request *request;
    const struct ica_monitor *monitor;
    struct ica_description *out;
    struct ica_http_client *client;
    struct slot slots[ICA_MAX_OPENAI_PARALLEL];
    size_t n_begun; /* clusters that a slot was given */
    size_t n_done;
    size_t n_requests;
    double not_before_s; /* the server has asked all to wait */
    enum ica_chat_dialect dialect;
    struct ica_caption_failure last; /* of the clusters that failed last ... */
    size_t n_same;                   /* ... this many in a row */
    bool stopped;                    /* nothing more is asked, because of: */
    char stop_note[ICA_MAX_NOTE];
};

static double now_s(const struct run *run)
{
    return ica_clock_now_s(run->settings->config.clock);
}

static enum ica_status check(const struct run *run, struct ica_error *err)
{
    size_t total = run->request->clustering->n_clusters;
    return ica_monitor_step(run->monitor, ICA_STAGE_DESCRIBING, run->n_done, total)
               ? ICA_OK
               : ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
}

static void set_note(char note[ICA_MAX_NOTE], const char *text)
{
    size_t length = ica_text_cut(text, ICA_MAX_NOTE - 1);
    memcpy(note, text, length);
    note[length] = 0;
}

static void end_cluster(struct run *run, struct slot *slot)
{
    slot->state = SLOT_FREE;
    run->n_done++;
}

static void end_with_note(struct run *run, struct slot *slot, const char *note)
{
    set_note(run->out[slot->cluster].note, note);
    end_cluster(run, slot);
}

/* Give the reason to all clusters that are not under way. */
static void stop(struct run *run, const char *note)
{
    size_t n = run->request->clustering->n_clusters;
    set_note(run->stop_note, note);
    run->stopped = true;
    ica_log(ICA_LOG_INFO, "openai", "%s No more clusters are asked about.", run->stop_note);
    for (; run->n_begun < n; run->n_begun++) {
        set_note(run->out[run->n_begun].note, note);
        run->n_done++;
    }
    for (size_t i = 0; i < run->settings->config.n_parallel; i++) {
        if (run->slots[i].state == SLOT_WAITING) {
            end_with_note(run, &run->slots[i], note);
        }
    }
}

/* The same, and do not wait for those under way. */
static void stop_at_once(struct run *run, const char *note)
{
    stop(run, note);
    for (size_t i = 0; i < run->settings->config.n_parallel; i++) {
        struct slot *slot = &run->slots[i];
        if (slot->state == SLOT_ASKING) {
            ica_http_client_cancel(run->client, &slot->call);
            end_with_note(run, slot, note);
        }
    }
}

/* ---- What is asked -----------------------------------------------------------------------------
 */

/* Pictures of one cluster. */
struct pictures {
    struct ica_buffer files[ICA_MAX_OPENAI_IMAGES];
    size_t n;
    struct ica_error failure; /* why the last one that is not there is not */
};

static void pictures_clear(struct pictures *pictures)
{
    for (size_t i = 0; i < pictures->n; i++) {
        ica_buffer_clear(&pictures->files[i]);
    }
}

/* Add one picture, or remember why it cannot be had. */
static enum ica_status add_picture(struct run *run, struct pictures *pictures, size_t row,
                                   struct ica_error *err)
{
    const struct ica_picture_size size = {.max_side = run->settings->config.image_side};
    struct ica_buffer *file = &pictures->files[pictures->n];
    struct ica_pixels pixels = {0};
    struct ica_error failure = {0};
    ica_buffer_init(file, MAX_PICTURE_BYTES);
    enum ica_status status =
        ica_pictures_get(run->request->pictures, row, &size, &pixels, &failure);
    if (!status) {
        status = run->settings->config.encoder->encode(&pixels, file, &failure);
    }
    ica_pixels_clear(&pixels);
    if (!status) {
        pictures->n++;
        return ICA_OK;
    }
    ica_buffer_clear(file);
    pictures->failure = failure;
    return status == ICA_ENOMEM ? ica_error_set(err, status, "%s", failure.text) : ICA_OK;
}

static bool is_representative(const struct ica_cluster *cluster, size_t row)
{
    for (size_t i = 0; i < cluster->n_representatives; i++) {
        if (cluster->representatives[i] == row) {
            return true;
        }
    }
    return false;
}

/* The representatives in their order - the first is the medoid, the others show how far the cluster
 * reaches - and then other members, the most central first, if more are wanted. Fewer
 * representatives than there may be mean that the others look like them: then one is enough. */
static enum ica_status get_pictures(struct run *run, const struct ica_cluster *cluster,
                                    struct pictures *pictures, struct ica_error *err)
{
    size_t n_shown = cluster->n_representatives;
    size_t n_rows = n_shown + ica_size_min(cluster->n_members, MAX_MEMBERS_TRIED);
    size_t n_wanted = run->settings->config.n_images;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n_rows && pictures->n < n_wanted && !status; i++) {
        size_t row = i < n_shown ? cluster->representatives[i] : cluster->members[i - n_shown];
        bool enough = n_shown < ICA_MAX_REPRESENTATIVES && pictures->n > 0;
        if (i >= n_shown && (enough || is_representative(cluster, row))) {
            continue;
        }
        ica_http_client_work(run->client, 0); /* those under way go on meanwhile */
        status = check(run, err);
        if (!status) {
            status = add_picture(run, pictures, row, err);
        }
    }
    return status;
}

static enum ica_status write_body(const struct run *run, const struct pictures *pictures,
                                  struct slot *slot, struct ica_error *err)
{
    struct ica_buffer question;
    ica_buffer_init(&question, MAX_QUESTION_BYTES);
    slot->dialect = run->dialect;
    ica_buffer_clear(&slot->call.body);
    enum ica_status status = ica_chat_prompt(run->settings->config.prompt, run->request->language,
                                             pictures->n, &question, err);
    if (!status) {
        const struct ica_chat_request request = {
            .model = run->settings->config.model,
            .prompt = ica_buffer_text(&question),
            .dialect = slot->dialect,
            .pictures = pictures->files,
            .n_pictures = pictures->n,
        };
        status = ica_chat_request_write(&request, &slot->call.body, err);
    }
    ica_buffer_clear(&question);
    return status;
}

/* Make the request of the slot's cluster; without a picture there is none. */
static enum ica_status prepare(struct run *run, struct slot *slot, struct ica_error *err)
{
    struct pictures pictures = {.n = 0};
    const struct ica_cluster *cluster = &run->request->clustering->clusters[slot->cluster];
    enum ica_status status = get_pictures(run, cluster, &pictures, err);
    if (!status && pictures.n > 0) {
        status = write_body(run, &pictures, slot, err);
        slot->state = SLOT_WAITING;
    } else if (!status) {
        char note[ICA_MAX_ERROR_TEXT + 80];
        (void)snprintf(note, sizeof note, "No picture of it could be read again: %s",
                       pictures.failure.text);
        end_with_note(run, slot, note);
    }
    pictures_clear(&pictures);
    return status;
}

/* ---- What comes back ---------------------------------------------------------------------------
 */

/* Count failures of the same kind, and stop when there are too many in a row. */
static void end_failed(struct run *run, struct slot *slot,
                       const struct ica_caption_failure *failure, const char *note)
{
    bool same = failure->trouble == run->last.trouble && failure->status == run->last.status;
    bool general = ica_caption_failure_is_general(failure);
    run->n_same = !general ? 0 : same ? run->n_same + 1 : 1;
    run->last = *failure;
    end_with_note(run, slot, note);
    if (!run->stopped && run->n_done < run->request->clustering->n_clusters &&
        (run->n_same >= MAX_SAME_FAILURES || failure->trouble == ICA_CAPTION_WAIT)) {
        stop_at_once(run, note);
    }
}

/* Ask again later if that may help. */
static void fail(struct run *run, struct slot *slot, const struct ica_caption_failure *failure,
                 const struct ica_chat_answer *answer)
{
    const struct ica_openai_config *config = &run->settings->config;
    struct ica_http_call *call = &slot->call;
    char note[ICA_MAX_NOTE];
    slot->n_attempts++;
    const struct ica_caption_circumstances circumstances = {
        .host = run->settings->host,
        .key = config->key,
        .n_attempts = slot->n_attempts,
        .timeout_s = (config->timeout_ms + 999) / 1000,
    };
    ica_caption_failure_say(failure, &circumstances, call, answer, note);
    if (!failure->may_heal || slot->n_attempts > config->n_retries || run->stopped) {
        ica_log(ICA_LOG_INFO, "openai", "cluster %zu: %s", slot->cluster, note);
        end_failed(run, slot, failure, note);
        return;
    }
    double wait_s = ica_retry_delay_s(config->first_wait_ms / 1e3, slot->n_attempts, slot->cluster,
                                      call->retry_after_s);
    ica_log(ICA_LOG_INFO, "openai", "cluster %zu: %s It is asked again in %.1f s.", slot->cluster,
            note, wait_s);
    slot->state = SLOT_WAITING;
    slot->not_before_s = now_s(run) + wait_s;
    double all_s = now_s(run) + call->retry_after_s;
    run->not_before_s = all_s > run->not_before_s ? all_s : run->not_before_s;
}

/* Whether the request was refused for a parameter that another dialect does without. */
static bool wants_other_dialect(const struct slot *slot, const struct ica_chat_answer *answer)
{
    long status = slot->call.status;
    return slot->call.outcome == ICA_HTTP_ANSWERED &&
           (status == BAD_REQUEST || status == UNPROCESSABLE) &&
           ica_chat_wants_other_dialect(answer, slot->dialect);
}

static enum ica_status take_answer(struct run *run, struct slot *slot, struct ica_error *err)
{
    struct ica_chat_answer answer = {0};
    if (slot->call.outcome == ICA_HTTP_NO_MEMORY) {
        return ica_error_nomem(err, "an answer");
    }
    if (slot->call.outcome == ICA_HTTP_ANSWERED) {
        ica_chat_answer_read(&slot->call.answer, &answer);
    }
    if (wants_other_dialect(slot, &answer) && !run->stopped) {
        run->dialect = ICA_CHAT_MAX_COMPLETION_TOKENS;
        return prepare(run, slot, err);
    }
    struct ica_caption_failure failure = ica_caption_failure_of(&slot->call, &answer);
    if (failure.trouble) {
        fail(run, slot, &failure, &answer);
        return ICA_OK;
    }
    memcpy(run->out[slot->cluster].text, answer.text, sizeof answer.text);
    run->n_same = 0;
    end_cluster(run, slot);
    return ICA_OK;
}

/* ---- The run -----------------------------------------------------------------------------------
 */

static enum ica_status ask(struct run *run, struct slot *slot, struct ica_error *err)
{
    if (run->n_requests >= run->settings->config.budget) {
        char note[ICA_MAX_NOTE];
        (void)snprintf(note, sizeof note,
                       "The budget of %zu request%s to the captioning server was used up.",
                       run->n_requests, run->n_requests == 1 ? "" : "s");
        stop(run, note);
        return ICA_OK;
    }
    run->n_requests++;
    slot->state = SLOT_ASKING;
    return ica_http_client_start(run->client, &slot->call, err);
}

/* Move the slot on as far as it goes without waiting. */
static enum ica_status move(struct run *run, struct slot *slot, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    if (slot->state == SLOT_ASKING && slot->call.outcome) {
        status = take_answer(run, slot, err);
    }
    if (!status && slot->state == SLOT_FREE &&
        run->n_begun < run->request->clustering->n_clusters) {
        slot->cluster = run->n_begun++;
        slot->n_attempts = 0;
        slot->not_before_s = 0;
        status = prepare(run, slot, err);
    }
    if (!status && slot->state == SLOT_WAITING) {
        double now = now_s(run);
        if (now >= slot->not_before_s && now >= run->not_before_s) {
            status = ask(run, slot, err);
        }
    }
    return status;
}

/* Whether a slot could begin with a cluster right now. */
static bool can_begin(const struct run *run)
{
    bool can = false;
    for (size_t i = 0; i < run->settings->config.n_parallel; i++) {
        can = can || run->slots[i].state == SLOT_FREE;
    }
    return can && run->n_begun < run->request->clustering->n_clusters;
}

static enum ica_status work(struct run *run, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    while (!status && run->n_done < run->request->clustering->n_clusters) {
        status = check(run, err);
        for (size_t i = 0; i < run->settings->config.n_parallel && !status; i++) {
            status = move(run, &run->slots[i], err);
        }
        if (!status && run->n_done < run->request->clustering->n_clusters) {
            ica_http_client_work(run->client, can_begin(run) ? 0 : WORK_MS);
        }
    }
    return status ? status : check(run, err);
}

enum ica_status ica_caption_run(const struct ica_caption_settings *settings,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    const struct ica_http_config http = {
        .url = settings->config.url,
        .key = settings->config.key,
        .timeout_ms = settings->config.timeout_ms,
    };
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        return ica_error_nomem(err, "the description");
    }
    run->settings = settings;
    run->request = request;
    run->monitor = monitor;
    run->out = out;
    for (size_t i = 0; i < settings->config.n_parallel; i++) {
        ica_buffer_init(&run->slots[i].call.body, MAX_BODY_BYTES);
        ica_buffer_init(&run->slots[i].call.answer, MAX_ANSWER_BYTES);
    }
    enum ica_status status = ica_http_client_open(&run->client, &http, err);
    if (!status) {
        status = work(run, err);
    }
    for (size_t i = 0; i < settings->config.n_parallel; i++) {
        struct ica_http_call *call = &run->slots[i].call;
        ica_http_client_cancel(run->client, call);
        ica_buffer_clear(&call->body);
        ica_buffer_clear(&call->answer);
    }
    ica_http_client_close(run->client);
    free(run);
    return status;
}
