/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: bring the index of a folder up to date with its files. */
#include "application/search/index_update.h"

#include <stdlib.h>

#include "application/search/index_changes.h"
#include "application/search/index_chunk.h"
#include "application/search/index_generation.h"

struct work {
    const struct ica_index_update *update;
    struct ica_index_summary *summary;
    int64_t generation;
    struct ica_folder_files files;
    struct ica_index_changes changes;
    struct ica_error model_failure; /* the last one */
};

static void clear_files(struct ica_folder_files *files)
{
    for (size_t i = 0; i < files->n_items; i++) {
        free(files->items[i].path);
        free(files->items[i].failure);
    }
    free(files->items);
    *files = (struct ica_folder_files){0};
}

/* The generation to be written to: the current one if it is of this very model. */
static enum ica_status choose_generation(struct work *work, struct ica_error *err)
{
    const struct ica_index_update *update = work->update;
    const struct ica_model *model = &update->engine->embedder->model;
    struct ica_index_generation current;
    enum ica_status status =
        ica_index_find_current(update->index, update->folder->path, model, &current, err);
    if (status) {
        return status;
    }
    work->generation = current.id;
    work->summary->is_new = !ica_index_is_of(&current, model);
    return work->summary->is_new ? ica_image_index_begin(update->index, update->folder->path, model,
                                                         &work->generation, err)
                                 : ICA_OK;
}

static enum ica_status forget_gone(struct work *work, struct ica_error *err)
{
    work->summary->n_gone = work->changes.n_gone;
    if (work->changes.n_gone == 0) {
        return ICA_OK;
    }
    return ica_image_index_write(work->update->index, work->generation, 0, NULL,
                                 work->changes.n_gone, (const char *const *)work->changes.gone,
                                 err);
}

/* Embed all that is not kept, one chunk after the other. */
static enum ica_status embed_changed(struct work *work, struct ica_error *err)
{
    const struct ica_folder_file *chunk[ICA_INDEX_CHUNK_FILES];
    size_t total = work->files.n_items - work->changes.n_kept;
    size_t done = 0;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; done < total && !status;) {
        size_t n = 0;
        for (; i < work->files.n_items && n < ICA_INDEX_CHUNK_FILES; i++) {
            if (!work->changes.is_kept[i]) {
                chunk[n++] = &work->files.items[i];
            }
        }
        status = ica_index_chunk_run(work->update, work->generation, chunk, n, done, total,
                                     work->summary, &work->model_failure, err);
        done += n;
    }
    return status;
}

/* A generation that is complete takes the place of the one before, unless it is empty because the
 * model fails on everything. */
static enum ica_status complete(struct work *work, struct ica_error *err)
{
    const struct ica_index_summary *summary = work->summary;
    if (!summary->is_new) {
        return ICA_OK;
    }
    if (work->model_failure.status && summary->n_embedded + summary->n_kept == 0) {
        return ica_error_set(err, work->model_failure.status, "%s", work->model_failure.text);
    }
    return ica_image_index_promote(work->update->index, work->generation, err);
}

enum ica_status ica_index_update_run(const struct ica_index_update *update,
                                     struct ica_index_summary *summary, struct ica_error *err)
{
    struct work work = {.update = update, .summary = summary};
    *summary = (struct ica_index_summary){0};
    enum ica_status status = ica_image_folder_list(update->folder, &work.files, err);
    if (!status) {
        status = choose_generation(&work, err);
    }
    if (!status) {
        status = ica_index_changes_find(&work.changes, update->index, work.generation, &work.files,
                                        update->folder->recursive, err);
        summary->n_kept = work.changes.n_kept;
    }
    if (!status) {
        status = forget_gone(&work, err);
    }
    if (!status) {
        status = embed_changed(&work, err);
    }
    if (!status) {
        status = complete(&work, err);
    }
    ica_index_changes_clear(&work.changes);
    clear_files(&work.files);
    return status;
}
