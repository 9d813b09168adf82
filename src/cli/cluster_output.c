/* SPDX-License-Identifier: Apache-2.0 */
/* Where the result of `cluster` goes. */
#include "cli/cluster_output.h"

#include <stdio.h>
#include <string.h>

#include "base/file_io.h"
#include "cli/console.h"
#include "cli/folders.h"
#include "cli/output_file.h"
#include "cli/table.h"

#define TABLE            "table"
#define GALLERY          "html"
#define DOCUMENT         "json"
#define MAX_REPORT_BYTES ((size_t)8 << 30)
#define MAX_WARNINGS     10 /* files that are named */

/* Thumbnails are kept in memory until the gallery is written: the more images, the smaller. */
#define THUMBNAIL_SIDE       320
#define SMALL_THUMBNAIL_SIDE 192
#define TINY_THUMBNAIL_SIDE  96
#define SMALL_FROM_FILES     2000
#define TINY_FROM_FILES      20000

static const struct ica_report *find_report(const struct ica_report *const reports[],
                                            const char *name)
{
    for (; *reports; reports++) {
        if (strcmp((*reports)->name, name) == 0) {
            return *reports;
        }
    }
    return NULL;
}

static enum ica_status unknown_format(const struct ica_report *const reports[], const char *name,
                                      struct ica_error *err)
{
    enum ica_status status = ica_error_set(err, ICA_EINVALID, ".");
    for (size_t i = 0; reports[i]; i++) {
        (void)ica_error_prefix(err, status, ", %s", reports[i]->name);
    }
    return ica_error_prefix(err, status, "--format: \"%.80s\" is not one of " TABLE, name);
}

enum ica_status ica_output_prepare(struct ica_output *output,
                                   const struct ica_report *const reports[],
                                   const struct ica_settings *settings, struct ica_error *err)
{
    *output = (struct ica_output){
        .settings = settings,
        .report = find_report(reports, settings->format),
    };
    if (!output->report && strcmp(settings->format, TABLE) != 0) {
        return unknown_format(reports, settings->format, err);
    }
    if (*settings->gallery) {
        output->gallery = find_report(reports, GALLERY);
        enum ica_status status = output->gallery
                                     ? ica_output_file_check(settings->gallery, err)
                                     : ica_error_set(err, ICA_EUNAVAILABLE, "Not in this build.");
        if (status) {
            return ica_error_prefix(err, status, "--gallery %.200s: ", settings->gallery);
        }
    }
    const char *folder = *settings->copy_to ? settings->copy_to : settings->link_to;
    return *folder ? ica_folders_prepare(folder, err) : ICA_OK;
}

uint32_t ica_output_thumbnail_side(const struct ica_settings *settings, size_t n_files)
{
    if (!*settings->gallery && strcmp(settings->format, GALLERY) != 0) {
        return 0;
    }
    return n_files < SMALL_FROM_FILES  ? THUMBNAIL_SIDE
           : n_files < TINY_FROM_FILES ? SMALL_THUMBNAIL_SIDE
                                       : TINY_THUMBNAIL_SIDE;
}

bool ica_output_has_hierarchy(const struct ica_output *output)
{
    return output->report && strcmp(output->report->name, DOCUMENT) == 0;
}

static enum ica_status fill_folders(const struct ica_settings *settings,
                                    const struct ica_result *result, const char *const names[],
                                    struct ica_error *err)
{
    bool link = *settings->link_to;
    const char *folder = link ? settings->link_to : settings->copy_to;
    return *folder ? ica_folders_fill(folder, link, result, names, err) : ICA_OK;
}

static enum ica_status write_gallery(const struct ica_output *output,
                                     const struct ica_result *result, struct ica_error *err)
{
    if (!output->gallery) {
        return ICA_OK;
    }
    const char *path = output->settings->gallery;
    const struct ica_report_options options = {0};
    struct ica_buffer page;
    ica_buffer_init(&page, MAX_REPORT_BYTES);
    enum ica_status status = output->gallery->write(result, &options, &page, err);
    if (!status) {
        status = ica_file_replace(path, page.data, page.size, err);
    }
    ica_buffer_clear(&page);
    return status ? ica_error_prefix(err, status, "--gallery %.200s: ", path) : ICA_OK;
}

static enum ica_status print(const struct ica_output *output, const struct ica_result *result,
                             struct ica_error *err)
{
    const struct ica_report_options options = {
        .name_is_text = output->settings->name_is_text,
        .hierarchy = true,
    };
    const struct ica_console console = ica_console_of(stdout);
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_REPORT_BYTES);
    enum ica_status status = output->report ? output->report->write(result, &options, &text, err)
                                            : ica_table_write(result, &console, &text, err);
    if (!status) {
        status = ica_console_print(&text, err);
    }
    ica_buffer_clear(&text);
    return status;
}

enum ica_status ica_output_write(const struct ica_output *output, const struct ica_result *result,
                                 const char *const names[], struct ica_error *err)
{
    enum ica_status status = fill_folders(output->settings, result, names, err);
    if (!status) {
        status = write_gallery(output, result, err);
    }
    return status ? status : print(output, result, err);
}

/* Groups that were described by other means than those asked for, and why the first was. */
static void warn_of_descriptions(const struct ica_result *result)
{
    const char *first = NULL;
    size_t n = 0;
    for (size_t c = 0; c < result->clustering.n_clusters; c++) {
        const char *note = result->descriptions[c].note;
        first = n == 0 ? note : first;
        n += note[0] != '\0';
    }
    if (n > 0) {
        ica_complain("%zu of %zu groups are described by concepts instead of %s: %s", n,
                     result->clustering.n_clusters, result->describer, first);
    }
}

void ica_output_warn(const struct ica_result *result, size_t n_skipped)
{
    if (result->n_errors > 0) {
        ica_complain("%zu of %zu files could not be read:", result->n_errors,
                     result->n_errors + result->n_images);
    }
    for (size_t i = 0; i < result->n_errors && i < MAX_WARNINGS; i++) {
        ica_complain("  %s: %s", result->errors[i].id, result->errors[i].reason);
    }
    if (result->n_errors > MAX_WARNINGS) {
        ica_complain("  and %zu more; --format json lists all", result->n_errors - MAX_WARNINGS);
    }
    warn_of_descriptions(result);
    if (n_skipped > 0) {
        ica_complain("%zu %s skipped: no image", n_skipped, n_skipped == 1 ? "file" : "files");
    }
}
