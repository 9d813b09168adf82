/* SPDX-License-Identifier: Apache-2.0 */
/* The folders that `search` and `index update` are given. */
#include "cli/search/index_folders.h"

#include <stdlib.h>
#include <string.h>

#include "application/search/index_update.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/progress.h"

#define MAX_WARNINGS 10 /* files that are named */

static bool has_folder(const struct ica_index_folders *folders, const char *path)
{
    for (size_t i = 0; i < folders->n; i++) {
        if (strcmp(folders->items[i].base.path, path) == 0) {
            return true;
        }
    }
    return false;
}

enum ica_status ica_index_folders_open(struct ica_index_folders *folders,
                                       const struct ica_settings *settings, char *const paths[],
                                       size_t n_paths, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    folders->items = ica_array_new(n_paths, sizeof *folders->items);
    if (!folders->items) {
        return ica_error_nomem(err, "the list of folders");
    }
    for (size_t i = 0; i < n_paths && !status; i++) {
        struct ica_walked_folder *folder = &folders->items[folders->n];
        status = ica_walked_folder_open(folder, paths[i], settings->recursive,
                                        (size_t)settings->max_file_size_bytes, err);
        if (status || has_folder(folders, folder->base.path)) {
            ica_walked_folder_clear(folder);
        } else {
            folders->n++;
        }
    }
    return status;
}

/* The first warnings are kept until the progress line is gone. */
struct warnings {
    const char *folder;
    struct ica_buffer text;
    size_t n;
};

static void warn(void *context, const char *path, const struct ica_error *reason)
{
    struct warnings *warnings = context;
    if (warnings->n++ < MAX_WARNINGS) {
        (void)!ica_buffer_printf(&warnings->text, NULL, "%s/%s: %s\n", warnings->folder, path,
                                 reason->text);
    }
}

static void tell(const struct warnings *warnings)
{
    if (warnings->n == 0) {
        return;
    }
    ica_complain("%zu %s in %s could not be read:", warnings->n,
                 warnings->n == 1 ? "file" : "files", warnings->folder);
    const char *line = ica_buffer_text(&warnings->text);
    for (const char *end = strchr(line, '\n'); end; end = strchr(line, '\n')) {
        ica_complain("  %.*s", (int)(end - line), line);
        line = end + 1;
    }
    if (warnings->n > MAX_WARNINGS) {
        ica_complain("  and %zu more", warnings->n - MAX_WARNINGS);
    }
}

static enum ica_status update_folder(struct ica_walked_folder *folder,
                                     const struct ica_settings *settings,
                                     struct ica_image_index *index, const struct ica_engine *engine,
                                     struct ica_error *err)
{
    struct ica_progress progress;
    struct ica_index_summary summary;
    struct warnings warnings = {.folder = folder->given};
    ica_buffer_init(&warnings.text, MAX_WARNINGS * (ICA_MAX_INDEX_PATH + ICA_MAX_ERROR_TEXT));
    ica_progress_init(&progress, engine->clock, 0, settings->quiet);
    const struct ica_index_update update = {
        .index = index,
        .engine = engine,
        .folder = &folder->base,
        .monitor = &progress.monitor,
        .tell = warn,
        .tell_context = &warnings,
    };
    enum ica_status status = ica_index_update_run(&update, &summary, err);
    ica_progress_erase(&progress);
    if (!settings->quiet) {
        tell(&warnings);
    }
    ica_buffer_clear(&warnings.text);
    return status;
}

enum ica_status ica_index_folders_update(struct ica_index_folders *folders,
                                         const struct ica_settings *settings,
                                         struct ica_image_index *index,
                                         const struct ica_engine *engine, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < folders->n && !status; i++) {
        status = update_folder(&folders->items[i], settings, index, engine, err);
    }
    return status;
}

void ica_index_folders_clear(struct ica_index_folders *folders)
{
    for (size_t i = 0; i < folders->n; i++) {
        ica_walked_folder_clear(&folders->items[i]);
    }
    free(folders->items);
    *folders = (struct ica_index_folders){0};
}
