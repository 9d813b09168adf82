/* SPDX-License-Identifier: Apache-2.0 */
/* The command `cluster`: find the files, run the use case over them, hand the result on. */
#include "cli/cluster_output.h"
#include "cli/commands.h"
#include "cli/feed.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

struct job {
    const struct ica_settings *settings;
    struct ica_engine engine;
    struct ica_feed feed;
    struct ica_progress progress;
    struct ica_run *run;
    struct ica_result result;
};

static enum ica_status open_run(struct job *job, const char *describer, struct ica_error *err)
{
    struct ica_describer *found;
    uint32_t thumbnail_side = ica_output_thumbnail_side(job->settings, job->feed.found.n_items);
    const struct ica_run_options options = {
        .max_images = (size_t)job->settings->max_images,
        .exact_pixels = job->settings->exact_pixels,
        .thumbnails = thumbnail_side ? ICA_THUMBNAILS_ALL : ICA_THUMBNAILS_NONE,
        .thumbnail_side = thumbnail_side,
        .files = &job->feed.files,
    };
    /* Better said now than after all the work. */
    enum ica_status status = ica_engine_find_describer(&job->engine, &job->engine.embedder->model,
                                                       describer, &found, err);
    if (!status && *job->settings->phrases && !(found && found->ops->reads_words)) {
        status = ica_error_set(err, ICA_EINVALID,
                               "--phrases is for the describer zero-shot, which needs a model that "
                               "reads words: name one with --model.");
    }
    return status ? status
                  : ica_run_open(&job->run, &job->engine, &options, &job->progress.monitor, err);
}

static enum ica_status run(struct job *job, bool hierarchy, struct ica_error *err)
{
    struct ica_grouping_options grouping = ica_settings_grouping(job->settings);
    grouping.clustering.hierarchy = hierarchy;
    ica_progress_init(&job->progress, job->engine.clock, job->feed.found.n_items,
                      job->settings->quiet);
    enum ica_status status = open_run(job, grouping.describer, err);
    if (!status) {
        status = ica_feed_run(&job->feed, &job->engine, job->run, err);
    }
    if (!status) {
        status = ica_run_finish(job->run, &grouping, &job->result, err);
    }
    ica_run_close(job->run);
    ica_progress_erase(&job->progress);
    return status;
}

enum ica_status ica_command_cluster(struct ica_program *program,
                                    const struct ica_settings *settings, struct ica_error *err)
{
    struct job job = {.settings = settings};
    struct ica_output output = {0};
    ica_interrupt_watch();
    enum ica_status status = ica_output_prepare(&output, program->reports, settings, err);
    if (!status) {
        status = ica_feed_find(&job.feed, settings, settings->paths, settings->n_paths, err);
    }
    if (!status) {
        status = program->open_engine(program, settings, &job.engine, err);
    }
    if (!status) {
        status = run(&job, ica_output_has_hierarchy(&output), err);
    }
    if (!status) {
        status = ica_output_write(&output, &job.result, job.feed.names, err);
    }
    if (!status && !settings->quiet) {
        ica_output_warn(&job.result, job.feed.n_skipped);
    }
    ica_result_clear(&job.result);
    ica_feed_clear(&job.feed);
    return status;
}
