/* SPDX-License-Identifier: Apache-2.0 */
/* The command `cluster`: find the files, run the use case over them, hand the result on. */
#include <stdlib.h>
#include <string.h>

#include "base/file_io.h"
#include "base/memory.h"
#include "cli/cluster_output.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/walk.h"
#include "ports/codec.h"

/* Files of any kind that are looked at; --max-images counts the images among them. */
#define MAX_FOUND_FILES ((size_t)10 * ICA_MAX_IMAGES)

struct job {
    struct ica_file_source files; /* of the paths in `names` */
    const struct ica_settings *settings;
    struct ica_engine engine;
    struct ica_found_list found;
    struct ica_progress progress;
    struct ica_run *run;
    const char **names; /* the paths that the run was given, in order; borrowed from `found` */
    size_t n_names;
    size_t n_skipped; /* what lies in the folders and is no image */
    struct ica_result result;
};

static enum ica_status find_files(struct job *job, struct ica_error *err)
{
    const struct ica_settings *settings = job->settings;
    const struct ica_walk_options options = {
        .recursive = settings->recursive,
        .max_files = MAX_FOUND_FILES,
    };
    enum ica_status status =
        ica_walk(&options, settings->paths, settings->n_paths, &job->found, err);
    if (status) {
        return status;
    }
    job->n_skipped = job->found.n_skipped;
    job->names = ica_array_new(job->found.n_items, sizeof *job->names);
    if (!job->names) {
        return ica_error_nomem(err, "the list of files");
    }
    return ICA_OK;
}

/* Whether a file that lies in a folder, and whose name promises nothing, is no image. What it is
 * shows in its first bytes: the decoder says whether it knows such files. */
static bool is_something_else(struct job *job, const char *path)
{
    struct ica_buffer head;
    struct ica_decoded decoded = {0};
    ica_buffer_init(&head, ICA_CODEC_SNIFF_BYTES);
    bool other = false;
    if (ica_file_read_head(path, ICA_CODEC_SNIFF_BYTES, &head, NULL) == ICA_OK) {
        const struct ica_decode_request request = {
            .bytes = (const uint8_t *)ica_buffer_text(&head),
            .size_bytes = head.size,
            .crop = job->engine.embedder->model.crop,
        };
        other = ica_decoder_decode(job->engine.decoder, &request, &decoded, NULL) == ICA_EFORMAT;
    }
    ica_decoded_clear(&decoded);
    ica_buffer_clear(&head);
    return other;
}

/* Read one file and give it, or the reason why there is none, to the run. */
static enum ica_status add_file(struct job *job, const struct ica_found *found,
                                struct ica_error *err)
{
    struct ica_error failure = {0};
    struct ica_buffer content;
    ica_buffer_init(&content, (size_t)job->settings->max_file_size_bytes);
    if (found->failure) {
        failure = *found->failure;
    } else if (!found->named && is_something_else(job, found->path)) {
        job->n_skipped++;
        return ICA_OK;
    } else {
        failure.status = ica_file_read(found->path, &content, &failure);
    }
    job->names[job->n_names++] = found->path;
    size_t size = strlen(found->path);
    enum ica_status status = failure.status
                                 ? ica_run_reject(job->run, found->path, size, &failure, err)
                                 : ica_run_add(job->run, found->path, size, &content, err);
    ica_buffer_clear(&content);
    return status == ICA_EINVALID ? ica_error_prefix(err, status, "--max-images: ") : status;
}

/* The message when the folders hold nothing to group. */
static enum ica_status nothing_found(const struct job *job, struct ica_error *err)
{
    const char *hint = job->found.n_folders > 0 ? " Use --recursive to descend into folders." : "";
    if (job->n_skipped > 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "There is no image in %.200s: what is there is something else.%s",
                             job->settings->paths[0], hint);
    }
    return ica_error_set(err, ICA_EINVALID, "There is no image in %.200s.%s",
                         job->settings->paths[0], hint);
}

/* The file source: the files are still where they were. */
static enum ica_status read_again(struct ica_file_source *self, size_t file, struct ica_buffer *out,
                                  struct ica_error *err)
{
    const struct job *job = (const struct job *)self;
    return ica_file_read(job->names[file], out, err);
}

static enum ica_status open_run(struct job *job, const char *describer, struct ica_error *err)
{
    struct ica_describer *found;
    uint32_t thumbnail_side = ica_output_thumbnail_side(job->settings, job->found.n_items);
    const struct ica_run_options options = {
        .max_images = (size_t)job->settings->max_images,
        .thumbnails = thumbnail_side ? ICA_THUMBNAILS_ALL : ICA_THUMBNAILS_NONE,
        .thumbnail_side = thumbnail_side,
        .files = &job->files,
    };
    /* Better said now than after all the work. */
    enum ica_status status = ica_engine_find_describer(&job->engine, describer, &found, err);
    return status ? status
                  : ica_run_open(&job->run, &job->engine, &options, &job->progress.monitor, err);
}

static enum ica_status run(struct job *job, bool hierarchy, struct ica_error *err)
{
    struct ica_grouping_options grouping = ica_settings_grouping(job->settings);
    grouping.clustering.hierarchy = hierarchy;
    ica_progress_init(&job->progress, job->engine.clock, job->found.n_items, job->settings->quiet);
    enum ica_status status = open_run(job, grouping.describer, err);
    for (size_t i = 0; i < job->found.n_items && !status; i++) {
        status = ica_interrupted() ? ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.")
                                   : add_file(job, &job->found.items[i], err);
    }
    if (!status) {
        status = job->n_names > 0 ? ica_run_finish(job->run, &grouping, &job->result, err)
                                  : nothing_found(job, err);
    }
    ica_run_close(job->run);
    ica_progress_erase(&job->progress);
    return status;
}

enum ica_status ica_command_cluster(struct ica_program *program,
                                    const struct ica_settings *settings, struct ica_error *err)
{
    struct job job = {
        .files = {.read = read_again, .max_file_bytes = (size_t)settings->max_file_size_bytes},
        .settings = settings,
    };
    struct ica_output output = {0};
    ica_interrupt_watch();
    enum ica_status status = ica_output_prepare(&output, program->reports, settings, err);
    if (!status) {
        status = find_files(&job, err);
    }
    if (!status && job.found.n_items == 0) {
        status = nothing_found(&job, err);
    }
    if (!status) {
        status = program->open_engine(program, settings, &job.engine, err);
    }
    if (!status) {
        status = run(&job, ica_output_has_hierarchy(&output), err);
    }
    if (!status) {
        status = ica_output_write(&output, &job.result, job.names, err);
    }
    if (!status && !settings->quiet) {
        ica_output_warn(&job.result, job.n_skipped);
    }
    ica_result_clear(&job.result);
    ica_found_list_clear(&job.found);
    free(job.names);
    return status;
}
