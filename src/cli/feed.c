/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the arguments name, on their way into a run. */
#include "cli/feed.h"

#include <stdlib.h>
#include <string.h>

#include "application/search/image_content.h"
#include "base/file_io.h"
#include "base/memory.h"
#include "cli/interrupt.h"
#include "ports/codec.h"

/* Files of any kind that are looked at; --max-images counts the images among them. */
#define MAX_FOUND_FILES ((size_t)10 * ICA_MAX_IMAGES)

/* The file source: the files are still where they were. */
static enum ica_status read_again(struct ica_file_source *self, size_t file, struct ica_buffer *out,
                                  struct ica_error *err)
{
    const struct ica_feed *feed = (const struct ica_feed *)self;
    return ica_file_read(feed->names[file], out, err);
}

/* The message when the folders hold nothing to group. */
static enum ica_status nothing_found(const struct ica_feed *feed, struct ica_error *err)
{
    const char *hint = feed->found.n_folders > 0 ? " Use --recursive to descend into folders." : "";
    if (feed->n_skipped > 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "There is no image in %.200s: what is there is something else.%s",
                             feed->first_path, hint);
    }
    return ica_error_set(err, ICA_EINVALID, "There is no image in %.200s.%s", feed->first_path,
                         hint);
}

enum ica_status ica_feed_find(struct ica_feed *feed, const struct ica_settings *settings,
                              char *const paths[], size_t n_paths, struct ica_error *err)
{
    const struct ica_walk_options options = {
        .recursive = settings->recursive,
        .max_files = MAX_FOUND_FILES,
    };
    feed->settings = settings;
    feed->first_path = paths[0];
    feed->files = (struct ica_file_source){
        .read = read_again,
        .max_file_bytes = (size_t)settings->max_file_size_bytes,
    };
    enum ica_status status = ica_walk(&options, paths, n_paths, &feed->found, err);
    if (status) {
        return status;
    }
    feed->n_skipped = feed->found.n_skipped;
    feed->names = ica_array_new(feed->found.n_items, sizeof *feed->names);
    if (!feed->names) {
        return ica_error_nomem(err, "the list of files");
    }
    return feed->found.n_items > 0 ? ICA_OK : nothing_found(feed, err);
}

/* Whether a file that lies in a folder, and whose name promises nothing, is no image. */
static bool is_something_else(const struct ica_engine *engine, const char *path)
{
    struct ica_buffer head;
    ica_buffer_init(&head, ICA_CODEC_SNIFF_BYTES);
    bool other = ica_file_read_head(path, ICA_CODEC_SNIFF_BYTES, &head, NULL) == ICA_OK &&
                 ica_is_no_image(engine, (const uint8_t *)ica_buffer_text(&head), head.size);
    ica_buffer_clear(&head);
    return other;
}

/* Read one file and give it, or the reason why there is none, to the run. */
static enum ica_status add_file(struct ica_feed *feed, const struct ica_engine *engine,
                                struct ica_run *run, const struct ica_found *found,
                                struct ica_error *err)
{
    struct ica_error failure = {0};
    struct ica_buffer content;
    ica_buffer_init(&content, (size_t)feed->settings->max_file_size_bytes);
    if (found->failure) {
        failure = *found->failure;
    } else if (!found->named && is_something_else(engine, found->path)) {
        feed->n_skipped++;
        return ICA_OK;
    } else {
        failure.status = ica_file_read(found->path, &content, &failure);
    }
    feed->names[feed->n_names++] = found->path;
    size_t size = strlen(found->path);
    enum ica_status status = failure.status ? ica_run_reject(run, found->path, size, &failure, err)
                                            : ica_run_add(run, found->path, size, &content, err);
    ica_buffer_clear(&content);
    return status == ICA_EINVALID ? ica_error_prefix(err, status, "--max-images: ") : status;
}

enum ica_status ica_feed_run(struct ica_feed *feed, const struct ica_engine *engine,
                             struct ica_run *run, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < feed->found.n_items && !status; i++) {
        status = ica_interrupted() ? ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.")
                                   : add_file(feed, engine, run, &feed->found.items[i], err);
    }
    return status || feed->n_names > 0 ? status : nothing_found(feed, err);
}

void ica_feed_clear(struct ica_feed *feed)
{
    ica_found_list_clear(&feed->found);
    free(feed->names);
    *feed = (struct ica_feed){0};
}
