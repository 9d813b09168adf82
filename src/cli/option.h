/* SPDX-License-Identifier: Apache-2.0 */
/* The options: one table from which flags, environment variables, config keys, defaults, limits and
 * help texts are made. */
#ifndef ICA_CLI_OPTION_H
#define ICA_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/error.h"
#include "cli/settings.h"

#define ICA_MAX_OPTION_NAME 40

enum ica_option_type {
    ICA_OPTION_UNSET,
    ICA_OPTION_FLAG,   /* bool; as a flag it needs no value */
    ICA_OPTION_NUMBER, /* uint64_t */
    ICA_OPTION_SIZE,   /* uint64_t, bytes, with a suffix K, M, G */
    ICA_OPTION_REAL,   /* double */
    ICA_OPTION_TEXT,   /* const char * */
    ICA_OPTION_CHOICE, /* int */
};

struct ica_option {
    const char *name; /* "min-cluster-size": the flag without dashes, and the config key */
    char letter;      /* short flag, or 0 */
    enum ica_option_type type;
    size_t offset;        /* of the member of struct ica_settings */
    unsigned commands;    /* bit 1 << enum ica_command for each that knows it */
    const char *group;    /* heading in the help */
    const char *argument; /* "N", "DIR" */
    const char *fallback; /* the default as one would type it; NULL: all zero or "" */
    uint64_t min;         /* NUMBER, SIZE */
    uint64_t max;
    double least; /* REAL */
    double most;
    const struct ica_choice *choices; /* CHOICE; the last has no name */
    const char *help;
};

/* The table, by group; an option whose default or limit depends on the command is in it once for
 * each, with the same member and type. */
extern const struct ica_option ica_options[];
extern const size_t ica_n_options;

/* Whether `command` knows the option. */
bool ica_option_is_for(const struct ica_option *option, enum ica_command command);

/* The option of that name, preferably as `command` knows it; NULL if no command does. */
const struct ica_option *ica_option_find(enum ica_command command, const char *name);

/* The same for a short flag. */
const struct ica_option *ica_option_find_letter(enum ica_command command, char letter);

/* Name of its environment variable: "ICA_MIN_CLUSTER_SIZE". */
void ica_option_variable(const struct ica_option *option, char name[ICA_MAX_OPTION_NAME]);

/* Check `value` and, if `store`, put it into `settings`, which borrows it. ICA_EINVALID with a
 * message that begins with `origin` and says what is allowed. */
enum ica_status ica_option_set(const struct ica_option *option, const char *value,
                               const char *origin, bool store, struct ica_settings *settings,
                               struct ica_error *err) ICA_MUST_CHECK;

/* What is allowed, in short: "0 to 65535", "eom, leaf"; "" for any text. Cut at `size`. */
void ica_option_range(const struct ica_option *option, char *text, size_t size);

/* The same as one would say it: "a whole number from 0 to 65535", "one of eom, leaf". */
void ica_option_expectation(const struct ica_option *option, char *text, size_t size);

/* The name of an option of `command`, or of any if that is ICA_COMMAND_UNSET, that `name` may be a
 * misspelling of; NULL if none is near. */
const char *ica_option_suggest(enum ica_command command, const char *name);

#endif
