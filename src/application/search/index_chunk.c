/* SPDX-License-Identifier: Apache-2.0 */
/* Some files of a folder on their way into its index. */
#include "application/search/index_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "application/search/image_content.h"
#include "base/memory.h"
#include "domain/vectors/unit_length.h"
#include "ports/codec.h"

struct chunk {
    const struct ica_index_update *update;
    struct ica_index_summary *summary;
    struct ica_error *model_failure;
    size_t dim;
    float *vectors; /* ICA_INDEX_CHUNK_FILES x dim */
    /* Files that the run was given, in its order */
    const struct ica_folder_file *in_run[ICA_INDEX_CHUNK_FILES];
    size_t n_in_run;
    /* What is to be written */
    struct ica_index_file entries[ICA_INDEX_CHUNK_FILES];
    size_t n_entries;
    const char *gone[ICA_INDEX_CHUNK_FILES];
    size_t n_gone;
    struct ica_error *reasons; /* ICA_INDEX_CHUNK_FILES; of the entries */
    /* The update's progress, of which the chunk is a part */
    size_t done;
    size_t total;
};

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    const struct chunk *chunk = context;
    (void)total;
    return ica_monitor_step(chunk->update->monitor, stage, chunk->done + done, chunk->total);
}

static void add_entry(struct chunk *chunk, const struct ica_folder_file *file, const char *reason,
                      const float *vector)
{
    chunk->entries[chunk->n_entries++] = (struct ica_index_file){
        .path = file->path,
        .size_bytes = file->size_bytes,
        .mtime_ns = file->mtime_ns,
        .reason = reason,
        .vector = vector,
    };
}

/* Whether the same content must fail again, whatever else changes. */
static bool is_in_vain(enum ica_status status)
{
    return status == ICA_EFORMAT || status == ICA_ECORRUPT || status == ICA_EUNAVAILABLE;
}

/* A file that cannot be read is remembered, or else what was known of it is forgotten. */
static void add_failure(struct chunk *chunk, const struct ica_folder_file *file,
                        const struct ica_error *failure)
{
    if (failure->status == ICA_EMODEL) {
        *chunk->model_failure = *failure;
    }
    if (is_in_vain(failure->status)) {
        struct ica_error *reason = &chunk->reasons[chunk->n_entries];
        *reason = *failure;
        add_entry(chunk, file, reason->text, NULL);
    } else {
        chunk->gone[chunk->n_gone++] = file->path;
    }
    chunk->summary->n_failed++;
    if (chunk->update->tell) {
        chunk->update->tell(chunk->update->tell_context, file->path, failure);
    }
}

static enum ica_status take_result(void *context, size_t file, const float *vector,
                                   const struct ica_error *failure, struct ica_error *err)
{
    struct chunk *chunk = context;
    if (!vector && failure->status == ICA_ENOMEM) {
        return ica_error_set(err, ICA_ENOMEM, "%s", failure->text);
    }
    if (!vector) {
        add_failure(chunk, chunk->in_run[file], failure);
        return ICA_OK;
    }
    float *unit = chunk->vectors + chunk->n_entries * chunk->dim;
    ica_unit_length(vector, chunk->dim, unit);
    add_entry(chunk, chunk->in_run[file], NULL, unit);
    chunk->summary->n_embedded++;
    return ICA_OK;
}

/* Whether a file whose name promises nothing is no image. */
static bool is_something_else(const struct ica_index_update *update, const char *path)
{
    struct ica_buffer head;
    ica_buffer_init(&head, ICA_CODEC_SNIFF_BYTES);
    bool other =
        ica_image_folder_read(update->folder, path, ICA_CODEC_SNIFF_BYTES, &head, NULL) == ICA_OK &&
        ica_is_no_image(update->engine, (const uint8_t *)ica_buffer_text(&head), head.size);
    ica_buffer_clear(&head);
    return other;
}

static enum ica_status add_file(struct chunk *chunk, struct ica_run *run,
                                const struct ica_folder_file *file, struct ica_error *err)
{
    struct ica_error failure = {0};
    struct ica_buffer content;
    ica_buffer_init(&content, chunk->update->folder->max_file_bytes);
    if (file->failure) {
        failure = *file->failure;
    } else if (!file->named && is_something_else(chunk->update, file->path)) {
        add_entry(chunk, file, "", NULL);
        return ICA_OK;
    } else {
        failure.status =
            ica_image_folder_read(chunk->update->folder, file->path, 0, &content, &failure);
    }
    chunk->in_run[chunk->n_in_run++] = file;
    size_t size = strlen(file->path);
    enum ica_status status = failure.status ? ica_run_reject(run, file->path, size, &failure, err)
                                            : ica_run_add(run, file->path, size, &content, err);
    ica_buffer_clear(&content);
    return status;
}

static enum ica_status embed(struct chunk *chunk, const struct ica_folder_file *const files[],
                             size_t n, struct ica_error *err)
{
    const struct ica_monitor monitor = {.step = step, .context = chunk};
    const struct ica_run_options options = {.max_images = ICA_INDEX_CHUNK_FILES};
    struct ica_run *run = NULL;
    enum ica_status status = ica_run_open(&run, chunk->update->engine, &options, &monitor, err);
    for (size_t i = 0; i < n && !status; i++) {
        status = add_file(chunk, run, files[i], err);
    }
    if (!status) {
        status = ica_run_embed(run, take_result, chunk, err);
    }
    ica_run_close(run);
    return status;
}

enum ica_status ica_index_chunk_run(const struct ica_index_update *update, int64_t generation,
                                    const struct ica_folder_file *const files[], size_t n,
                                    size_t done, size_t total, struct ica_index_summary *summary,
                                    struct ica_error *model_failure, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk) {
        return ica_error_nomem(err, "a part of the index");
    }
    chunk->update = update;
    chunk->summary = summary;
    chunk->model_failure = model_failure;
    chunk->done = done;
    chunk->total = total;
    chunk->dim = update->engine->embedder->model.dim;
    chunk->vectors = ica_array_new(ICA_INDEX_CHUNK_FILES * chunk->dim, sizeof *chunk->vectors);
    chunk->reasons = ica_array_new(ICA_INDEX_CHUNK_FILES, sizeof *chunk->reasons);
    if (!chunk->vectors || !chunk->reasons) {
        status = ica_error_nomem(err, "a part of the index");
    }
    if (!status) {
        status = embed(chunk, files, n, err);
    }
    if (!status) {
        status = ica_image_index_write(update->index, generation, chunk->n_entries, chunk->entries,
                                       chunk->n_gone, chunk->gone, err);
    }
    free(chunk->vectors);
    free(chunk->reasons);
    free(chunk);
    return status;
}
