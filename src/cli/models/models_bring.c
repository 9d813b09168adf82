/* SPDX-License-Identifier: Apache-2.0 */
/* `models add` and `models pull`. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "application/models/add_model.h"
#include "application/models/pull_model.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/models/byte_progress.h"
#include "cli/models/models_verbs.h"

#define MAX_ANSWER 16
#define MAX_SAID   2048

/* To stderr, without what a terminal could take for a command: names and addresses are those of
 * manifests that anybody may have written. Line ends are the caller's. */
static void tell(const char *end, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(const char *end, const char *format, ...)
{
    char said[MAX_SAID];
    struct ica_buffer clean;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(said, sizeof said, format, args);
    va_end(args);
    ica_buffer_init(&clean, sizeof said * 3);
    if (ica_console_append(&clean, said, SIZE_MAX, NULL) == ICA_OK) {
        (void)fprintf(stderr, "%s%s", ica_buffer_text(&clean), end);
    }
    ica_buffer_clear(&clean);
}

/* ---- add --------------------------------------------------------------------------------------
 */

static enum ica_status tell_added(const struct ica_model *model,
                                  const struct ica_model_package *package, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    enum ica_status status = ica_buffer_printf(
        &text, err,
        "Added %s: %u x %u pixels (preset %s), %zu numbers from output %s%s%s.\n"
        "Use it with --model %s, or make it the default: image-cluster-ai models default %s\n",
        model->name, model->crop.size, model->crop.size, package->preset, model->dim,
        model->embedding_output, model->n_classes ? ", 1000 classes" : "",
        package->text_graph[0] ? ", reads words" : "", model->name, model->name);
    return ica_models_print(&text, status, err);
}

enum ica_status ica_models_add(struct ica_models_command *command, const char *path,
                               struct ica_error *err)
{
    const struct ica_settings *settings = command->settings;
    const struct ica_add_request request = {
        .graph = path,
        .text_graph = settings->text,
        .tokenizer = settings->tokenizer,
        .preset = settings->preset,
        .name = settings->model_name,
        .version = settings->model_version,
        .title = settings->title,
        .licence = settings->licence,
        .output = settings->output,
    };
    struct ica_byte_progress progress;
    struct ica_model model = {0};
    struct ica_model_package *package = calloc(1, sizeof *package);
    if (!package) {
        return ica_error_nomem(err, "a model");
    }
    ica_interrupt_watch();
    ica_byte_progress_init(&progress, command->models.clock, settings->quiet);
    ica_byte_progress_begin(&progress, "copying");
    enum ica_status status =
        ica_add_model(&command->models.tools, &request, &progress.monitor, &model, package, err);
    ica_byte_progress_erase(&progress);
    if (!status) {
        status = tell_added(&model, package, err);
    }
    free(package);
    return status;
}

/* ---- pull -------------------------------------------------------------------------------------
 */

struct pulling {
    const struct ica_settings *settings;
    struct ica_byte_progress progress;
};

static void begin_file(void *context, const struct ica_model_file *file)
{
    struct pulling *pulling = context;
    char size[24] = "size unknown";
    if (file->size_bytes > 0) {
        ica_bytes_format(size, sizeof size, file->size_bytes);
    }
    ica_byte_progress_begin(&pulling->progress, file->name);
    if (!pulling->settings->quiet) {
        tell("\n", "Pulling %s (%s)", file->name, size);
    }
}

/* Only a person or --trust may decide this: nobody else knows whether it is the right file. */
static bool trust(void *context, const struct ica_model_file *file)
{
    struct pulling *pulling = context;
    ica_byte_progress_erase(&pulling->progress);
    tell("\n", "%s: %llu bytes, SHA-256 %s", file->name, (unsigned long long)file->size_bytes,
         file->sha256);
    if (pulling->settings->trust) {
        return true;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        tell("\n", "Nobody is there to ask: compare the hash with the publisher's, then "
                   "pull again with --trust.");
        return false;
    }
    char answer[MAX_ANSWER] = "";
    tell("", "The manifest does not know this hash. Trust it? [y/N] ");
    (void)fflush(stderr);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* What can be done where the network does not give a file. */
static void advise(const struct ica_models_command *command,
                   const struct ica_catalogue_entry *entry)
{
    const char *store = command->models.tools.store->folder;
    tell("\n", "Offline? Put these files into %s/%s:", store, entry->model.name);
    for (size_t i = 0; i < entry->package.n_files; i++) {
        const struct ica_model_file *file = &entry->package.files[i];
        tell("\n", "  %s  from  %s", file->name, file->url);
    }
    tell("\n", "then run: image-cluster-ai models verify %s", entry->model.name);
}

static enum ica_status tell_pulled(const char *name, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    enum ica_status status =
        ica_buffer_printf(&text, err, "Installed %s. Use it with --model %s.\n", name, name);
    return ica_models_print(&text, status, err);
}

enum ica_status ica_models_pull(struct ica_models_command *command, const char *name,
                                struct ica_error *err)
{
    const struct ica_catalogue_entry *entry = NULL;
    struct pulling pulling = {.settings = command->settings};
    ica_interrupt_watch();
    ica_byte_progress_init(&pulling.progress, command->models.clock, command->settings->quiet);
    enum ica_status status = ica_models_find(command, name, &entry, err);
    if (status) {
        return status;
    }
    const struct ica_pull_request request = {
        .entry = entry,
        .max_bytes = command->settings->max_model_bytes,
        .begin_file = begin_file,
        .trust = trust,
        .context = &pulling,
        .monitor = &pulling.progress.monitor,
    };
    status = ica_pull_model(&command->models.tools, &request, err);
    ica_byte_progress_erase(&pulling.progress);
    if (status == ICA_EUNAVAILABLE) {
        advise(command, entry);
    }
    return status ? status : tell_pulled(name, err);
}
