/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the settings. Sources are read from the strongest to the weakest - flags, environment,
 * config file, defaults - and each checks all of its values but stores only those that no stronger
 * one has given. */
#include "cli/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_io.h"
#include "cli/config_file.h"
#include "cli/option.h"

#define MAX_OPTIONS      128
#define MAX_CONFIG_BYTES (64 * 1024)
#define MAX_ORIGIN       200

/* Where a setting comes from, the stronger the higher. */
enum source { SOURCE_NONE, SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_FLAG };

struct reading {
    struct ica_settings *settings;
    enum source sources[MAX_OPTIONS]; /* by row of the table of options */
};

static const char *const command_names[] = {
    [ICA_COMMAND_UNSET] = "",
    [ICA_COMMAND_CLUSTER] = "cluster",
    [ICA_COMMAND_EMBED] = "embed",
    [ICA_COMMAND_SEARCH] = "search",
    [ICA_COMMAND_INDEX] = "index",
    [ICA_COMMAND_SERVE] = "serve",
    [ICA_COMMAND_HEALTH] = "health",
    [ICA_COMMAND_MODELS] = "models",
    [ICA_COMMAND_CONCEPTS] = "concepts",
    [ICA_COMMAND_VERSION] = "version",
    [ICA_COMMAND_HELP] = "help",
};

const char *ica_command_name(enum ica_command command)
{
    return command_names[command];
}

enum ica_command ica_command_find(const char *name)
{
    for (int c = ICA_COMMAND_UNSET + 1; c < ICA_COMMAND_COUNT; c++) {
        if (strcmp(command_names[c], name) == 0) {
            return (enum ica_command)c;
        }
    }
    return ICA_COMMAND_UNSET;
}

/* Check a value, and store it unless a stronger source has given one. */
static enum ica_status take(struct reading *reading, const struct ica_option *option,
                            const char *value, enum source source, const char *origin,
                            struct ica_error *err)
{
    enum source *known = &reading->sources[option - ica_options];
    bool store = source >= *known;
    if (store) {
        *known = source;
    }
    return ica_option_set(option, value, origin, store, reading->settings, err);
}

/* What follows the dashes of one argument. */
struct flag {
    char name[ICA_MAX_OPTION_NAME]; /* cut if too long, and unknown then */
    const char *value;              /* after "=", or NULL */
    bool is_letter;
};

static struct flag split_flag(const char *argument)
{
    struct flag flag = {.is_letter = argument[1] != '-'};
    const char *name = argument + (flag.is_letter ? 1 : 2);
    size_t length = strcspn(name, "=");
    flag.value = name[length] ? name + length + 1 : NULL;
    (void)snprintf(flag.name, sizeof flag.name, "%.*s",
                   length < sizeof flag.name ? (int)length : (int)sizeof flag.name, name);
    return flag;
}

static const struct ica_option *find_flag(enum ica_command command, const struct flag *flag)
{
    if (!flag->is_letter) {
        return ica_option_find(command, flag->name);
    }
    return flag->name[1] ? NULL : ica_option_find_letter(command, flag->name[0]);
}

/* The command is the first argument that is neither a flag nor a flag's value. */
static const char *command_argument(int argc, char *argv[])
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (argv[i][0] != '-') {
            return argv[i];
        }
        struct flag flag = split_flag(argv[i]);
        const struct ica_option *option = find_flag(ICA_COMMAND_UNSET, &flag);
        i += option && option->type != ICA_OPTION_FLAG && !flag.value;
    }
    return NULL;
}

static enum ica_status refuse_flag(enum ica_command command, const char *argument,
                                   const struct flag *flag, const struct ica_option *option,
                                   struct ica_error *err)
{
    if (option) {
        return ica_error_set(err, ICA_EINVALID, "%s is no option of %s.", argument,
                             *command_names[command] ? command_names[command] : "this");
    }
    const char *meant = flag->is_letter ? NULL : ica_option_suggest(command, flag->name);
    return ica_error_set(err, ICA_EINVALID, "There is no option %.80s%s%s%s", argument,
                         meant ? "; did you mean --" : "", meant ? meant : "", meant ? "?" : ".");
}

/* Read the flag at argv[*i], and its value if that is the next argument. */
static enum ica_status read_flag(struct reading *reading, int argc, char *argv[], int *i,
                                 struct ica_error *err)
{
    const char *argument = argv[*i];
    enum ica_command command = reading->settings->command;
    struct flag flag = split_flag(argument);
    const struct ica_option *option = find_flag(command, &flag);
    if (!option || !ica_option_is_for(option, command)) {
        return refuse_flag(command, argument, &flag, option, err);
    }
    char origin[MAX_ORIGIN];
    (void)snprintf(origin, sizeof origin, "--%s", option->name);
    const char *value = flag.value;
    if (!value && option->type == ICA_OPTION_FLAG) {
        value = "true";
    } else if (!value && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0) {
        value = argv[++*i];
    }
    if (!value) {
        char expected[MAX_ORIGIN];
        ica_option_expectation(option, expected, sizeof expected);
        return ica_error_set(err, ICA_EINVALID, "%s needs a value: %s.", origin, expected);
    }
    return take(reading, option, value, SOURCE_FLAG, origin, err);
}

/* Read all flags; the other arguments behind the command are moved to the front of `argv`. */
static enum ica_status read_arguments(struct reading *reading, int argc, char *argv[],
                                      struct ica_error *err)
{
    struct ica_settings *settings = reading->settings;
    const char *command = command_argument(argc, argv);
    settings->command = command ? ica_command_find(command) : ICA_COMMAND_UNSET;
    if (command && !settings->command) {
        return ica_error_set(err, ICA_EINVALID,
                             "There is no command \"%.80s\"; they are cluster, serve, health, "
                             "models, version and help. To group images: image-cluster-ai cluster "
                             "%.80s",
                             command, command);
    }
    bool flags_end = false;
    settings->paths = argv + 1;
    for (int i = 1; i < argc; i++) {
        if (!flags_end && strcmp(argv[i], "--") == 0) {
            flags_end = true;
        } else if (!flags_end && argv[i][0] == '-' && argv[i][1]) {
            enum ica_status status = read_flag(reading, argc, argv, &i, err);
            if (status) {
                return status;
            }
        } else if (argv[i] != command) {
            argv[1 + settings->n_paths++] = argv[i];
        }
    }
    return ICA_OK;
}

static enum ica_status read_environment(struct reading *reading, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < ica_n_options && !status; i++) {
        char variable[ICA_MAX_OPTION_NAME];
        ica_option_variable(&ica_options[i], variable);
        const char *value = getenv(variable);
        if (value && ica_option_is_for(&ica_options[i], reading->settings->command)) {
            status = take(reading, &ica_options[i], value, SOURCE_ENVIRONMENT, variable, err);
        }
    }
    return status;
}

/* One line of the config file. It may set what only other commands know. */
static enum ica_status read_line(struct reading *reading, const struct ica_config_reader *line,
                                 const char *origin, struct ica_error *err)
{
    if (!line->key) {
        return ica_error_set(err, ICA_EINVALID, "%s: expected \"option = value\".", origin);
    }
    enum ica_command command = reading->settings->command;
    const struct ica_option *option = ica_option_find(command, line->key);
    if (!option) {
        const char *meant = ica_option_suggest(ICA_COMMAND_UNSET, line->key);
        return ica_error_set(err, ICA_EINVALID, "%s: there is no option \"%.80s\"%s%s%s", origin,
                             line->key, meant ? "; did you mean \"" : "", meant ? meant : "",
                             meant ? "\"?" : ".");
    }
    if (!ica_option_is_for(option, command)) {
        return ICA_OK;
    }
    return take(reading, option, line->value, SOURCE_FILE, origin, err);
}

static enum ica_status read_config(struct reading *reading, struct ica_error *err)
{
    struct ica_settings *settings = reading->settings;
    const char *path = settings->config;
    if (!*path) {
        return ICA_OK;
    }
    ica_buffer_init(&settings->config_text, MAX_CONFIG_BYTES);
    enum ica_status status = ica_file_read(path, &settings->config_text, err);
    if (status) {
        return ica_error_prefix(err, status, "Config file %.200s: ", path);
    }
    if (!settings->config_text.data) {
        return ICA_OK;
    }
    struct ica_config_reader line = {.rest = (char *)settings->config_text.data};
    while (!status && ica_config_reader_next(&line)) {
        char origin[MAX_ORIGIN];
        (void)snprintf(origin, sizeof origin, "%.150s line %zu", path, line.line_number);
        status = read_line(reading, &line, origin, err);
    }
    return status;
}

static enum ica_status read_defaults(struct reading *reading, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < ica_n_options && !status; i++) {
        const struct ica_option *option = &ica_options[i];
        if (option->fallback && ica_option_is_for(option, reading->settings->command)) {
            status = take(reading, option, option->fallback, SOURCE_DEFAULT, "default", err);
        }
    }
    return status;
}

static bool takes_arguments(enum ica_command command)
{
    return command == ICA_COMMAND_CLUSTER || command == ICA_COMMAND_EMBED ||
           command == ICA_COMMAND_CONCEPTS || command == ICA_COMMAND_MODELS ||
           command == ICA_COMMAND_SEARCH || command == ICA_COMMAND_INDEX;
}

/* What no single value can show. */
static enum ica_status check_together(const struct ica_settings *settings, struct ica_error *err)
{
    enum ica_command command = settings->command;
    if (*settings->copy_to && *settings->link_to) {
        return ica_error_set(err, ICA_EINVALID,
                             "--copy-to and --link-to exclude each other: choose one.");
    }
    if (settings->clusters > 0 && settings->distance_threshold >= 0) {
        return ica_error_set(err, ICA_EINVALID,
                             "--clusters and --distance-threshold exclude each other: choose one.");
    }
    bool describes = command == ICA_COMMAND_CLUSTER || command == ICA_COMMAND_SERVE;
    if (describes && strcmp(settings->describer, "openai") == 0 && !*settings->openai_url) {
        return ica_error_set(err, ICA_EINVALID,
                             "The describer openai needs a captioning server: give its address "
                             "with --openai-url, such as http://localhost:8080/v1.");
    }
    if ((command == ICA_COMMAND_CLUSTER || command == ICA_COMMAND_EMBED) &&
        settings->n_paths == 0) {
        return ica_error_set(err, ICA_EINVALID, "Nothing to %s: name at least one image or folder.",
                             command == ICA_COMMAND_CLUSTER ? "group" : "embed");
    }
    if (!takes_arguments(command) && settings->n_paths > 0) {
        return ica_error_set(err, ICA_EINVALID, "%s takes no argument, but got \"%.80s\".",
                             command_names[command], settings->paths[0]);
    }
    return ICA_OK;
}

enum ica_status ica_settings_read(struct ica_settings *settings, int argc, char *argv[],
                                  struct ica_error *err)
{
    assert(ica_n_options <= MAX_OPTIONS);
    struct reading reading = {.settings = settings};
    for (size_t i = 0; i < ica_n_options; i++) {
        if (ica_options[i].type == ICA_OPTION_TEXT) {
            *(const char **)((char *)settings + ica_options[i].offset) = "";
        }
    }
    enum ica_status status = read_arguments(&reading, argc, argv, err);
    if (status || settings->help || settings->version || settings->command == ICA_COMMAND_HELP ||
        settings->command == ICA_COMMAND_VERSION || settings->command == ICA_COMMAND_UNSET) {
        return status; /* those answer whatever else is wrong */
    }
    status = read_environment(&reading, err);
    if (!status) {
        status = read_config(&reading, err);
    }
    if (!status) {
        status = read_defaults(&reading, err);
    }
    return status ? status : check_together(settings, err);
}

void ica_settings_clear(struct ica_settings *settings)
{
    ica_buffer_clear(&settings->config_text);
    *settings = (struct ica_settings){0};
}

struct ica_grouping_options ica_settings_grouping(const struct ica_settings *settings)
{
    struct ica_grouping_options options = ica_grouping_options_default();
    options.clustering = (struct ica_clustering_options){
        .strategy = (enum ica_strategy)settings->strategy,
        .noise = (enum ica_noise_policy)settings->noise,
        .min_cluster_size = (size_t)settings->min_cluster_size,
        .min_samples = (size_t)settings->min_samples,
        .selection = (enum ica_selection)settings->selection,
        .neighbours = (enum ica_neighbour_search)settings->neighbours,
        .epsilon = settings->epsilon,
        .n_clusters = (size_t)settings->clusters,
        .linkage = (enum ica_linkage)settings->linkage,
        .distance_threshold = settings->distance_threshold,
        .seed = settings->seed,
        .granularity = settings->granularity,
        .duplicate_threshold = settings->duplicate_threshold,
    };
    options.describer = settings->describer;
    options.language = (enum ica_language)settings->language;
    return options;
}
