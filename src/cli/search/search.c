/* SPDX-License-Identifier: Apache-2.0 */
/* The command `search`: bring the index of the folders up to date, then ask it. */
#include "base/file_io.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/search/index_folders.h"
#include "cli/search/search_model.h"
#include "cli/search/search_output.h"

struct job {
    struct ica_program *program;
    const struct ica_settings *settings;
    const char *words; /* NULL: the image of the settings is looked for */
    struct ica_index_folders folders;
    struct ica_image_index *index;
    struct ica_search_engine search;
    struct ica_search_query query;
    struct ica_search_hits hits;
};

/* What to look for, and where. */
static enum ica_status read_arguments(struct job *job, struct ica_error *err)
{
    const struct ica_settings *settings = job->settings;
    size_t n_words = *settings->image ? 0 : 1;
    if (settings->n_paths <= n_words) {
        return ica_error_set(err, ICA_EINVALID,
                             n_words ? "search takes words and the folders to search: search \"red "
                                       "shoes\" photos/"
                                     : "search --image takes the folders to search: search --image "
                                       "mug.jpg photos/");
    }
    job->words = n_words ? settings->paths[0] : NULL;
    enum ica_status status = ica_index_folders_open(
        &job->folders, settings, settings->paths + n_words, settings->n_paths - n_words, err);
    bool may_be_words = status == ICA_ENOTFOUND && n_words && settings->n_paths > 2;
    return may_be_words
               ? ica_error_set(err, status,
                               "There is no folder %.200s: several words to look for are put in "
                               "quotes, as in search \"red shoes\" photos/",
                               settings->paths[job->folders.n + 1])
               : status;
}

static enum ica_status open_engine(struct job *job, struct ica_error *err)
{
    struct ica_models models;
    const char *model = NULL;
    enum ica_status status =
        job->program->open_models(job->program, job->settings, false, &models, err);
    if (!status) {
        status = job->program->open_index(job->program, job->settings, &job->index, err);
    }
    if (!status) {
        status = ica_search_model_choose(&models, job->index, job->folders.items[0].base.path,
                                         job->settings->model, job->words != NULL, &model, err);
    }
    return status ? status
                  : job->program->open_search(job->program, job->settings, model,
                                              job->words != NULL, &job->search, err);
}

static enum ica_status make_query(struct job *job, struct ica_error *err)
{
    const char *image = job->settings->image;
    if (job->words) {
        return ica_search_query_words(&job->query, job->search.text, job->words, err);
    }
    struct ica_buffer content;
    ica_buffer_init(&content, (size_t)job->settings->max_file_size_bytes);
    enum ica_status status = ica_file_read(image, &content, err);
    status = status
                 ? ica_error_prefix(err, status, "--image %.200s: ", image)
                 : ica_search_query_image(&job->query, &job->search.engine, image, &content, err);
    ica_buffer_clear(&content);
    return status;
}

static enum ica_status ask(struct job *job, struct ica_error *err)
{
    const struct ica_search_options options = {
        .limit = (size_t)job->settings->limit,
        .threshold = job->settings->threshold,
        .recursive = job->settings->recursive,
    };
    size_t n_folders = 0;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < job->folders.n && !status; i++) {
        const struct ica_walked_folder *folder = &job->folders.items[i];
        status = ica_search_folder(&job->query, &options, job->index, folder->base.path, i,
                                   &job->hits, err);
        n_folders += folder->n_folders;
    }
    ica_search_hits_sort(&job->hits);
    return status || job->hits.n_searched > 0
               ? status
               : ica_error_set(err, ICA_EINVALID, "There is no image in %.200s.%s",
                               job->folders.items[0].given,
                               n_folders > 0 ? " Use --recursive to descend into folders." : "");
}

static enum ica_status write_hits(struct job *job, struct ica_search_output *output,
                                  struct ica_error *err)
{
    struct ica_progress progress;
    ica_progress_init(&progress, job->search.engine.clock, 0, job->settings->quiet);
    enum ica_status status =
        ica_search_output_write(output, &job->hits, job->folders.items, job->words,
                                &job->search.engine, &progress.monitor, err);
    ica_progress_erase(&progress);
    return status;
}

/* Whatever can be wrong with what is looked for is said before the folders are embedded. */
static enum ica_status run(struct job *job, struct ica_error *err)
{
    enum ica_status status = read_arguments(job, err);
    if (!status) {
        status = open_engine(job, err);
    }
    if (!status) {
        status = make_query(job, err);
    }
    if (!status && !job->settings->no_update) {
        status = ica_index_folders_update(&job->folders, job->settings, job->index,
                                          &job->search.engine, err);
    }
    return status ? status : ask(job, err);
}

enum ica_status ica_command_search(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err)
{
    struct job job = {.program = program, .settings = settings};
    struct ica_search_output output = {0};
    ica_interrupt_watch();
    enum ica_status status =
        ica_search_output_prepare(&output, program->search_reports, settings, err);
    if (!status) {
        status = run(&job, err);
    }
    if (!status) {
        status = write_hits(&job, &output, err);
    }
    ica_search_output_clear(&output);
    ica_search_hits_clear(&job.hits);
    ica_search_query_clear(&job.query);
    ica_index_folders_clear(&job.folders);
    return status;
}
