/* SPDX-License-Identifier: Apache-2.0 */
/* The command `models`: which verb is meant. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/models/models_verbs.h"

enum verb { LIST, SHOW, ADD, PULL, VERIFY, REMOVE, DEFAULT, DEVICES, N_VERBS };

static const struct {
    const char *name;
    const char *usage;
    size_t min_arguments;
    size_t max_arguments;
    bool needs_engine;
} verbs[N_VERBS] = {
    [LIST] = {"list", "", 0, 0, false},
    [SHOW] = {"show", " NAME", 1, 1, false},
    [ADD] = {"add", " FILE.onnx", 1, 1, true},
    [PULL] = {"pull", " NAME", 1, 1, true},
    [VERIFY] = {"verify", " [NAME]", 0, 1, true},
    [REMOVE] = {"remove", " NAME", 1, 1, false},
    [DEFAULT] = {"default", " [NAME]", 0, 1, false},
    [DEVICES] = {"devices", "", 0, 0, true},
};

static enum ica_status find_verb(const struct ica_settings *settings, enum verb *out,
                                 struct ica_error *err)
{
    const char *name = settings->n_paths > 0 ? settings->paths[0] : "list";
    size_t n_arguments = settings->n_paths > 0 ? settings->n_paths - 1 : 0;
    for (int v = 0; v < N_VERBS; v++) {
        if (strcmp(verbs[v].name, name) == 0) {
            *out = (enum verb)v;
            return n_arguments >= verbs[v].min_arguments && n_arguments <= verbs[v].max_arguments
                       ? ICA_OK
                       : ica_error_set(err, ICA_EINVALID, "Usage: image-cluster-ai models %s%s",
                                       verbs[v].name, verbs[v].usage);
        }
    }
    return ica_error_set(err, ICA_EINVALID,
                         "models takes list, show, add, pull, verify, remove, default or devices, "
                         "but got \"%.80s\".",
                         name);
}

static enum ica_status run_verb(struct ica_models_command *command, enum verb verb,
                                struct ica_error *err)
{
    const struct ica_settings *settings = command->settings;
    const char *argument = settings->n_paths > 1 ? settings->paths[1] : NULL;
    switch (verb) {
    case LIST:
        return ica_models_list(command, err);
    case SHOW:
        return ica_models_show(command, argument, err);
    case ADD:
        return ica_models_add(command, argument, err);
    case PULL:
        return ica_models_pull(command, argument, err);
    case VERIFY:
        return ica_models_verify(command, argument, err);
    case REMOVE:
        return ica_models_remove(command, argument, err);
    case DEFAULT:
        return ica_models_default(command, argument, err);
    case DEVICES:
        return ica_models_devices(command, err);
    case N_VERBS:
        break;
    }
    return ICA_OK;
}

/* A default that cannot be read hinders nobody who sets another. */
static void find_default(struct ica_models_command *command)
{
    struct ica_error failure = {0};
    if (ica_model_store_load_default(command->models.tools.store, command->default_name,
                                     &failure)) {
        ica_complain("%s", failure.text);
    }
    if (!command->default_name[0]) {
        (void)snprintf(command->default_name, sizeof command->default_name, "%s",
                       ICA_DEFAULT_MODEL);
    }
}

enum ica_status ica_command_models(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err)
{
    struct ica_models_command command = {.program = program, .settings = settings};
    enum verb verb = LIST;
    bool is_format = strcmp(settings->format, "table") == 0 || ica_models_want_json(&command);
    enum ica_status status = find_verb(settings, &verb, err);
    if (!status && !is_format) {
        status = ica_error_set(err, ICA_EINVALID, "--format must be table or json, not \"%.40s\".",
                               settings->format);
    }
    if (!status) {
        status =
            program->open_models(program, settings, verbs[verb].needs_engine, &command.models, err);
    }
    if (!status) {
        find_default(&command);
        status = run_verb(&command, verb, err);
    }
    return status;
}
