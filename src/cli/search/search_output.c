/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of `search` goes. */
#include "cli/search/search_output.h"

#include <stdlib.h>
#include <string.h>

#include "application/search/search_pictures.h"
#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/folders.h"
#include "cli/output_file.h"

#define TABLE            "table"
#define PATHS            "paths"
#define GALLERY          "html"
#define MAX_REPORT_BYTES ((size_t)8 << 30)
#define PICTURE_SIDE     320
#define COLUMNS_BEFORE   8 /* the score and the blanks around it */

static const struct ica_search_report *find_report(const struct ica_search_report *const reports[],
                                                   const char *name)
{
    for (; *reports; reports++) {
        if (strcmp((*reports)->name, name) == 0) {
            return *reports;
        }
    }
    return NULL;
}

static enum ica_status check_format(const struct ica_search_output *output,
                                    const struct ica_search_report *const reports[],
                                    struct ica_error *err)
{
    const char *name = output->settings->format;
    bool is_paths = strcmp(name, PATHS) == 0;
    if (output->settings->ends_in_0 && !is_paths) {
        return ica_error_set(err, ICA_EINVALID, "--null goes with --format paths only.");
    }
    if (output->report || is_paths || strcmp(name, TABLE) == 0) {
        return ICA_OK;
    }
    enum ica_status status = ica_error_set(err, ICA_EINVALID, ".");
    for (size_t i = 0; reports[i]; i++) {
        (void)ica_error_prefix(err, status, ", %s", reports[i]->name);
    }
    return ica_error_prefix(err, status, "--format: \"%.80s\" is not one of " TABLE ", " PATHS,
                            name);
}

/* The file source: hits are read where they are. */
static enum ica_status read_hit(struct ica_file_source *self, size_t file, struct ica_buffer *out,
                                struct ica_error *err)
{
    const struct ica_search_output *output = (const struct ica_search_output *)self;
    return ica_file_read(output->paths[file], out, err);
}

enum ica_status ica_search_output_prepare(struct ica_search_output *output,
                                          const struct ica_search_report *const reports[],
                                          const struct ica_settings *settings,
                                          struct ica_error *err)
{
    *output = (struct ica_search_output){
        .files = {.read = read_hit, .max_file_bytes = (size_t)settings->max_file_size_bytes},
        .settings = settings,
        .report = find_report(reports, settings->format),
        .gallery = *settings->gallery ? find_report(reports, GALLERY) : NULL,
    };
    enum ica_status status = check_format(output, reports, err);
    if (!status && *settings->gallery) {
        status = ica_output_file_check(settings->gallery, err);
        status = status ? ica_error_prefix(err, status, "--gallery %.200s: ", settings->gallery)
                        : ICA_OK;
    }
    const char *folder = *settings->copy_to ? settings->copy_to : settings->link_to;
    return status || !*folder ? status : ica_folders_prepare(folder, err);
}

static enum ica_status name_hits(struct ica_search_output *output,
                                 const struct ica_search_hits *hits,
                                 const struct ica_walked_folder folders[], struct ica_error *err)
{
    output->paths = ica_array_new(hits->n_items, sizeof *output->paths);
    output->ids = ica_array_new(hits->n_items, sizeof *output->ids);
    if (!output->paths || !output->ids) {
        return ica_error_nomem(err, "the images that were found");
    }
    for (output->n = 0; output->n < hits->n_items; output->n++) {
        const struct ica_search_hit *hit = &hits->items[output->n];
        char *path = ica_path_below(folders[hit->folder].given, hit->path);
        char *id = path ? ica_text_copy_utf8(path, strlen(path)) : NULL;
        if (!id) {
            free(path);
            return ica_error_nomem(err, "the images that were found");
        }
        output->paths[output->n] = path;
        output->ids[output->n] = id;
    }
    return ICA_OK;
}

static enum ica_status make_pictures(struct ica_search_output *output,
                                     const struct ica_engine *engine,
                                     const struct ica_monitor *monitor, struct ica_error *err)
{
    if (!output->gallery && strcmp(output->settings->format, GALLERY) != 0) {
        return ICA_OK;
    }
    output->pictures = ica_array_new(output->n, sizeof *output->pictures);
    return output->pictures ? ica_search_pictures_make(output->pictures, output->n, engine,
                                                       &output->files, PICTURE_SIDE, monitor, err)
                            : ica_error_nomem(err, "the images that were found");
}

/* " 0.312  photos/a.jpg" */
static enum ica_status append_table(const struct ica_search_answer *answer, struct ica_buffer *out,
                                    struct ica_error *err)
{
    size_t columns = ica_console_of(stdout).columns;
    size_t room = columns > COLUMNS_BEFORE ? columns - COLUMNS_BEFORE : 1;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < answer->n_results && !status; i++) {
        status = ica_buffer_printf(out, err, "%6.3f  ", answer->results[i].score);
        if (!status) {
            status = ica_console_append(out, answer->results[i].image_id, room, err);
        }
        if (!status) {
            status = ica_buffer_append_text(out, "\n", err);
        }
    }
    return status ? status
                  : ica_buffer_printf(out, err, "\nThe nearest %zu of %zu images, by %s@%s.\n",
                                      answer->n_results, answer->n_searched, answer->model->name,
                                      answer->model->version);
}

static enum ica_status append_paths(const struct ica_search_output *output, struct ica_buffer *out,
                                    struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < output->n && !status; i++) {
        status = ica_buffer_append_text(out, output->paths[i], err);
        if (!status) {
            status = ica_buffer_append(out, output->settings->ends_in_0 ? "" : "\n", 1, err);
        }
    }
    return status;
}

static enum ica_status print(const struct ica_search_output *output,
                             const struct ica_search_answer *answer, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_REPORT_BYTES);
    bool is_paths = strcmp(output->settings->format, PATHS) == 0;
    enum ica_status status = output->report ? output->report->write(answer, &text, err)
                             : is_paths     ? append_paths(output, &text, err)
                                            : append_table(answer, &text, err);
    if (!status) {
        status = ica_console_print(&text, err);
    }
    ica_buffer_clear(&text);
    return status;
}

static enum ica_status write_gallery(const struct ica_search_output *output,
                                     const struct ica_search_answer *answer, struct ica_error *err)
{
    if (!output->gallery) {
        return ICA_OK;
    }
    const char *path = output->settings->gallery;
    struct ica_buffer page;
    ica_buffer_init(&page, MAX_REPORT_BYTES);
    enum ica_status status = output->gallery->write(answer, &page, err);
    if (!status) {
        status = ica_file_replace(path, page.data, page.size, err);
    }
    ica_buffer_clear(&page);
    return status ? ica_error_prefix(err, status, "--gallery %.200s: ", path) : ICA_OK;
}

static enum ica_status fill_folder(const struct ica_search_output *output, struct ica_error *err)
{
    bool link = *output->settings->link_to;
    const char *folder = link ? output->settings->link_to : output->settings->copy_to;
    return *folder
               ? ica_folder_fill(folder, link, (const char *const *)output->paths, output->n, err)
               : ICA_OK;
}

static enum ica_status write_all(const struct ica_search_output *output,
                                 const struct ica_search_answer *answer, struct ica_error *err)
{
    enum ica_status status = fill_folder(output, err);
    if (!status) {
        status = write_gallery(output, answer, err);
    }
    return status ? status : print(output, answer, err);
}

enum ica_status ica_search_output_write(struct ica_search_output *output,
                                        const struct ica_search_hits *hits,
                                        const struct ica_walked_folder folders[], const char *words,
                                        const struct ica_engine *engine,
                                        const struct ica_monitor *monitor, struct ica_error *err)
{
    const char *what = words ? words : output->settings->image;
    char *title = ica_text_copy_utf8(what, strlen(what));
    struct ica_search_result *results = ica_array_new(hits->n_items, sizeof *results);
    enum ica_status status = title && results ? name_hits(output, hits, folders, err)
                                              : ica_error_nomem(err, "the images that were found");
    if (!status) {
        status = make_pictures(output, engine, monitor, err);
    }
    for (size_t i = 0; i < output->n && !status; i++) {
        results[i] = (struct ica_search_result){
            .image_id = output->ids[i],
            .score = hits->items[i].score,
            .picture = output->pictures ? &output->pictures[i] : NULL,
        };
    }
    if (!status) {
        const struct ica_search_answer answer = {
            .model = &engine->embedder->model,
            .words = words ? title : NULL,
            .image = words ? NULL : title,
            .n_searched = hits->n_searched,
            .n_results = output->n,
            .results = results,
        };
        status = write_all(output, &answer, err);
    }
    free(results);
    free(title);
    return status;
}

void ica_search_output_clear(struct ica_search_output *output)
{
    for (size_t i = 0; i < output->n; i++) {
        free(output->paths[i]);
        free(output->ids[i]);
        if (output->pictures) {
            ica_buffer_clear(&output->pictures[i]);
        }
    }
    free(output->paths);
    free(output->ids);
    free(output->pictures);
    *output = (struct ica_search_output){0};
}
