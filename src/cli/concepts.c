/* SPDX-License-Identifier: Apache-2.0 */
/* The command `concepts`: the words that the user teaches by examples. */
#include <string.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/feed.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define MAX_TABLE_BYTES ((size_t)1 << 20)
#define NAME_COLUMNS    32
#define MAX_WARNINGS    20

struct lesson {
    const char *name;
    struct ica_engine engine;
    struct ica_feed feed;
    struct ica_progress progress;
    struct ica_own_concept concept;
    struct ica_result result; /* which images were learnt from, and which could not be read */
};

static enum ica_status print(struct ica_buffer *text, enum ica_status status, struct ica_error *err)
{
    if (!status) {
        status = ica_console_print(text, err);
    }
    ica_buffer_clear(text);
    return status;
}

/* ---- add --------------------------------------------------------------------------------------
 */

static enum ica_status learn(struct lesson *lesson, const struct ica_settings *settings,
                             struct ica_error *err)
{
    const struct ica_run_options options = {.max_images = (size_t)settings->max_images,
                                            .exact_pixels = settings->exact_pixels};
    struct ica_run *run = NULL;
    ica_progress_init(&lesson->progress, lesson->engine.clock, lesson->feed.found.n_items,
                      settings->quiet);
    enum ica_status status =
        ica_run_open(&run, &lesson->engine, &options, &lesson->progress.monitor, err);
    if (!status) {
        status = ica_feed_run(&lesson->feed, &lesson->engine, run, err);
    }
    if (!status) {
        status = ica_run_learn(run, lesson->name, &lesson->concept, &lesson->result, err);
    }
    ica_run_close(run);
    ica_progress_erase(&lesson->progress);
    return status;
}

static enum ica_status keep(struct ica_concept_store *store, struct ica_own_concept *concept,
                            struct ica_error *err)
{
    struct ica_own_concepts all = {0};
    enum ica_status status = ica_concept_store_load(store, &all, err);
    if (!status) {
        status = ica_own_concepts_put(&all, concept, err);
    }
    if (!status) {
        status = ica_concept_store_save(store, &all, err);
    }
    ica_own_concepts_clear(&all);
    return status;
}

static enum ica_status tell(const struct lesson *lesson, bool quiet, struct ica_error *err)
{
    for (size_t i = 0; i < lesson->result.n_errors && i < MAX_WARNINGS && !quiet; i++) {
        ica_complain("not learnt from %s: %s", lesson->result.errors[i].id,
                     lesson->result.errors[i].reason);
    }
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_TABLE_BYTES);
    enum ica_status status = ica_buffer_printf(&text, err, "Learnt \"%s\" from %zu images.\n",
                                               lesson->name, lesson->result.n_images);
    return print(&text, status, err);
}

static enum ica_status add(struct ica_program *program, const struct ica_settings *settings,
                           struct ica_error *err)
{
    if (settings->n_paths < 3) {
        return ica_error_set(err, ICA_EINVALID,
                             "concepts add takes a name and the folder or the files of its "
                             "examples: concepts add \"red mug\" mugs/");
    }
    struct lesson lesson = {.name = settings->paths[1]};
    ica_interrupt_watch();
    enum ica_status status = ica_own_name_check(lesson.name, err);
    if (!status) {
        status =
            ica_feed_find(&lesson.feed, settings, settings->paths + 2, settings->n_paths - 2, err);
    }
    if (!status) {
        status = program->open_engine(program, settings, &lesson.engine, err);
    }
    if (!status) {
        status = learn(&lesson, settings, err);
    }
    if (!status) {
        status = keep(lesson.engine.own_concepts, &lesson.concept, err);
    }
    if (!status) {
        status = tell(&lesson, settings->quiet, err);
    }
    ica_own_concept_clear(&lesson.concept);
    ica_result_clear(&lesson.result);
    ica_feed_clear(&lesson.feed);
    return status;
}

/* ---- list and remove --------------------------------------------------------------------------
 */

static enum ica_status append_concept(const struct ica_own_concept *concept, struct ica_buffer *out,
                                      struct ica_error *err)
{
    enum ica_status status = ica_console_append(out, concept->name, NAME_COLUMNS, err);
    size_t columns = ica_text_columns(concept->name);
    int padding = columns < NAME_COLUMNS ? (int)(NAME_COLUMNS - columns) : 0;
    return status ? status
                  : ica_buffer_printf(out, err, "%*s  %8zu  %9.3f  %s\n", padding, "",
                                      concept->n_examples, concept->threshold, concept->model_name);
}

static enum ica_status list(struct ica_concept_store *store, struct ica_error *err)
{
    struct ica_own_concepts all = {0};
    struct ica_buffer table;
    ica_buffer_init(&table, MAX_TABLE_BYTES);
    enum ica_status status = ica_concept_store_load(store, &all, err);
    if (!status && all.n == 0) {
        status = ica_buffer_append_text(&table,
                                        "There are no own concepts yet. Teach one by a folder of "
                                        "examples:\n  image-cluster-ai concepts add NAME DIR\n",
                                        err);
    } else if (!status) {
        status = ica_buffer_printf(&table, err, "%-*s  %8s  %9s  %s\n", NAME_COLUMNS, "concept",
                                   "examples", "threshold", "model");
    }
    for (size_t i = 0; i < all.n && !status; i++) {
        status = append_concept(&all.items[i], &table, err);
    }
    ica_own_concepts_clear(&all);
    return print(&table, status, err);
}

static enum ica_status remove_named(struct ica_concept_store *store, const char *name,
                                    struct ica_error *err)
{
    struct ica_own_concepts all = {0};
    enum ica_status status = ica_concept_store_load(store, &all, err);
    if (!status && ica_own_concepts_remove(&all, name) == 0) {
        status =
            ica_error_set(err, ICA_ENOTFOUND,
                          "There is no own concept \"%.80s\": `image-cluster-ai concepts list` "
                          "lists them.",
                          name);
    }
    if (!status) {
        status = ica_concept_store_save(store, &all, err);
    }
    ica_own_concepts_clear(&all);
    return status;
}

enum ica_status ica_command_concepts(struct ica_program *program,
                                     const struct ica_settings *settings, struct ica_error *err)
{
    const char *verb = settings->n_paths > 0 ? settings->paths[0] : "list";
    struct ica_concept_store *store;
    if (strcmp(verb, "add") == 0) {
        return add(program, settings, err);
    }
    bool is_list = strcmp(verb, "list") == 0 && settings->n_paths <= 1;
    bool is_remove = strcmp(verb, "remove") == 0 && settings->n_paths == 2;
    if (!is_list && !is_remove) {
        return ica_error_set(err, ICA_EINVALID,
                             "concepts takes add NAME DIR, list or remove NAME.");
    }
    enum ica_status status = program->open_concepts(program, settings, &store, err);
    if (status) {
        return status;
    }
    return is_list ? list(store, err) : remove_named(store, settings->paths[1], err);
}
