/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: read the settings, do what they say, turn the status into the exit code. */
#include <stdio.h>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/program.h"

#define MAX_HELP_BYTES (64 * 1024)

/* What --help is asked about: the command, or for `help` the one that it names. */
static enum ica_command help_topic(const struct ica_settings *settings)
{
    if (settings->command != ICA_COMMAND_HELP) {
        return settings->command;
    }
    return settings->n_paths > 0 ? ica_command_find(settings->paths[0]) : ICA_COMMAND_UNSET;
}

static enum ica_status print_help(const struct ica_settings *settings, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_HELP_BYTES);
    enum ica_status status = ica_help_write(help_topic(settings), &text, err);
    if (!status) {
        status = ica_console_print(&text, err);
    }
    ica_buffer_clear(&text);
    return status;
}

static enum ica_status print_version(const struct ica_program *program, struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_HELP_BYTES);
    enum ica_status status =
        ica_buffer_printf(&text, err, "image-cluster-ai %s\n", program->version);
    if (!status) {
        status = ica_console_print(&text, err);
    }
    ica_buffer_clear(&text);
    return status;
}

static enum ica_status run_command(struct ica_program *program, const struct ica_settings *settings,
                                   struct ica_error *err)
{
    if (settings->help) {
        return print_help(settings, err);
    }
    if (settings->version) {
        return print_version(program, err);
    }
    ica_log_set_level(settings->quiet ? ICA_LOG_ERROR : (enum ica_log_level)settings->log_level);
    switch (settings->command) {
    case ICA_COMMAND_CLUSTER:
        return ica_command_cluster(program, settings, err);
    case ICA_COMMAND_EMBED:
        return ica_command_embed(program, settings, err);
    case ICA_COMMAND_SEARCH:
        return ica_command_search(program, settings, err);
    case ICA_COMMAND_INDEX:
        return ica_command_index(program, settings, err);
    case ICA_COMMAND_SERVE:
        return program->serve(program, settings, err);
    case ICA_COMMAND_HEALTH:
        return ica_command_health(settings, err);
    case ICA_COMMAND_MODELS:
        return ica_command_models(program, settings, err);
    case ICA_COMMAND_CONCEPTS:
        return ica_command_concepts(program, settings, err);
    case ICA_COMMAND_VERSION:
        return print_version(program, err);
    case ICA_COMMAND_HELP:
        return print_help(settings, err);
    case ICA_COMMAND_UNSET:
    case ICA_COMMAND_COUNT:
        break;
    }
    return ica_error_set(err, ICA_EINVALID, "No command was given.");
}

/* Tell what went wrong and, when the arguments are at fault, where help is. */
static void explain(const struct ica_settings *settings, enum ica_status status, bool usage_fault,
                    const struct ica_error *err)
{
    ica_complain("%s", status == err->status ? err->text : ica_status_text(status));
    if (usage_fault) {
        const char *command = ica_command_name(settings->command);
        (void)fprintf(stderr, "Try `image-cluster-ai %s%s--help`.\n", command, *command ? " " : "");
    }
}

/* What the program says when it is called with nothing. */
static enum ica_status print_usage(struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_HELP_BYTES);
    enum ica_status status = ica_help_usage(&text, err);
    (void)fputs(ica_buffer_text(&text), stderr);
    ica_buffer_clear(&text);
    return status ? status : ICA_EINVALID;
}

int ica_cli_main(struct ica_program *program, int argc, char *argv[])
{
    struct ica_settings settings = {0};
    struct ica_error err = {0};
    if (argc <= 1) {
        return ica_status_exit(print_usage(&err));
    }
    ica_console_start();
    enum ica_status status = ica_settings_read(&settings, argc, argv, &err);
    if (status) {
        explain(&settings, status, true, &err);
    } else {
        status = run_command(program, &settings, &err);
        if (status) {
            explain(&settings, status, settings.command == ICA_COMMAND_UNSET, &err);
        }
        program->close(program);
    }
    ica_settings_clear(&settings);
    return ica_status_exit(status);
}
