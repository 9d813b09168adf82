/* SPDX-License-Identifier: Apache-2.0 */
/* The command `embed`: the vectors themselves, one line of JSON per image. */
#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/feed.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define MAX_LINE_BYTES ((size_t)4 << 20) /* 65,536 numbers and a path */
#define FLOAT_DIGITS   9                 /* bring the same float back */

struct job {
    const struct ica_settings *settings;
    struct ica_engine engine;
    struct ica_feed feed;
    struct ica_progress progress;
    struct ica_error first_failure;
    size_t n_embedded;
};

static json_t *vector_value(const float *vector, size_t dim)
{
    json_t *list = json_array();
    for (size_t i = 0; i < dim && list; i++) {
        if (json_array_append_new(list, json_real((double)vector[i]))) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

/* Takes `value`, which may be NULL for lack of memory. */
static enum ica_status print_line(json_t *value, struct ica_error *err)
{
    struct ica_buffer line;
    ica_buffer_init(&line, MAX_LINE_BYTES);
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(FLOAT_DIGITS)) : NULL;
    enum ica_status status =
        text ? ica_buffer_append_text(&line, text, err) : ica_error_nomem(err, "an image's vector");
    if (!status) {
        status = ica_buffer_append_text(&line, "\n", err);
    }
    if (!status) {
        status = ica_console_print(&line, err);
    }
    ica_buffer_clear(&line);
    free(text);
    json_decref(value);
    return status;
}

static enum ica_status visit(void *context, size_t file, const float *vector,
                             const struct ica_error *failure, struct ica_error *err)
{
    struct job *job = context;
    const struct ica_model *model = &job->engine.embedder->model;
    const char *path = job->feed.names[file];
    char *id = ica_text_copy_utf8(path, strlen(path));
    if (!id) {
        return ica_error_nomem(err, "an image's vector");
    }
    json_t *line = NULL;
    if (vector) {
        job->n_embedded++;
        line = json_pack("{s:s, s:o, s:s, s:o}", "path", id, "model",
                         json_sprintf("%s@%s", model->name, model->version), "weights_sha256",
                         model->weights_sha256, "embedding", vector_value(vector, model->dim));
    } else {
        job->first_failure = job->first_failure.status ? job->first_failure : *failure;
        line = json_pack("{s:s, s:s}", "path", id, "error", failure->text);
    }
    free(id);
    return print_line(line, err);
}

static enum ica_status run(struct job *job, struct ica_error *err)
{
    const struct ica_run_options options = {
        .max_images = (size_t)job->settings->max_images,
        .exact_pixels = job->settings->exact_pixels,
    };
    struct ica_run *run = NULL;
    ica_progress_init(&job->progress, job->engine.clock, job->feed.found.n_items,
                      job->settings->quiet);
    enum ica_status status =
        ica_run_open(&run, &job->engine, &options, &job->progress.monitor, err);
    if (!status) {
        status = ica_feed_run(&job->feed, &job->engine, run, err);
    }
    if (!status) {
        status = ica_run_embed(run, visit, job, err);
    }
    ica_run_close(run);
    ica_progress_erase(&job->progress);
    if (!status && job->n_embedded == 0) {
        status = ica_error_set(err, job->first_failure.status, "No image could be read: %s",
                               job->first_failure.text);
    }
    return status;
}

enum ica_status ica_command_embed(struct ica_program *program, const struct ica_settings *settings,
                                  struct ica_error *err)
{
    struct job job = {.settings = settings};
    ica_interrupt_watch();
    enum ica_status status =
        ica_feed_find(&job.feed, settings, settings->paths, settings->n_paths, err);
    if (!status) {
        status = program->open_engine(program, settings, &job.engine, err);
    }
    if (!status) {
        status = run(&job, err);
    }
    ica_feed_clear(&job.feed);
    return status;
}
