/* SPDX-License-Identifier: Apache-2.0 */
/* Working with the table of options: find one, set one, explain one. */
#include "cli/option.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define MAX_RANGE       128
#define MAX_EXPECTATION 192

bool ica_option_is_for(const struct ica_option *option, enum ica_command command)
{
    return option->commands >> command & 1;
}

/* The row for `command` where there is one, else the first of that name or letter. */
static const struct ica_option *find(enum ica_command command, const char *name, char letter)
{
    const struct ica_option *found = NULL;
    for (size_t i = 0; i < ica_n_options; i++) {
        const struct ica_option *option = &ica_options[i];
        bool same = name ? strcmp(option->name, name) == 0 : option->letter == letter;
        if (same && ica_option_is_for(option, command)) {
            return option;
        }
        found = same && !found ? option : found;
    }
    return found;
}

const struct ica_option *ica_option_find(enum ica_command command, const char *name)
{
    return find(command, name, 0);
}

const struct ica_option *ica_option_find_letter(enum ica_command command, char letter)
{
    return letter ? find(command, NULL, letter) : NULL;
}

void ica_option_variable(const struct ica_option *option, char name[ICA_MAX_OPTION_NAME])
{
    (void)snprintf(name, ICA_MAX_OPTION_NAME, "ICA_%s", option->name);
    for (char *c = name; *c; c++) {
        *c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
}

/* The largest unit that gives a whole number: 33554432 -> "32M". */
static void format_size(uint64_t bytes, char *text, size_t size)
{
    static const char *const units[] = {"", "K", "M", "G"};
    size_t unit = 0;
    while (unit < 3 && bytes && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    (void)snprintf(text, size, "%" PRIu64 "%s", bytes, units[unit]);
}

/* What a flag may be set to. */
static const struct ica_choice truths[] = {
    {"true", true}, {"false", false}, {"yes", true}, {"no", false}, {"on", true},
    {"off", false}, {"1", true},      {"0", false},  {"", false},   {0},
};

static void list_choices(const struct ica_choice *choices, char *text, size_t size)
{
    size_t used = 0;
    for (const struct ica_choice *c = choices; c->name && used < size; c++) {
        int length = snprintf(text + used, size - used, "%s%s", c == choices ? "" : ", ", c->name);
        used += length > 0 ? (size_t)length : 0;
    }
}

void ica_option_range(const struct ica_option *option, char *text, size_t size)
{
    char min[32];
    char max[32];
    text[0] = 0;
    switch (option->type) {
    case ICA_OPTION_NUMBER:
        (void)snprintf(text, size, "%" PRIu64 " to %" PRIu64, option->min, option->max);
        break;
    case ICA_OPTION_REAL:
        (void)snprintf(text, size, "%g to %g", option->least, option->most);
        break;
    case ICA_OPTION_SIZE:
        format_size(option->min, min, sizeof min);
        format_size(option->max, max, sizeof max);
        (void)snprintf(text, size, "%s to %s", min, max);
        break;
    case ICA_OPTION_CHOICE:
        list_choices(option->choices, text, size);
        break;
    case ICA_OPTION_FLAG:
        (void)snprintf(text, size, "true, false");
        break;
    case ICA_OPTION_TEXT:
    case ICA_OPTION_UNSET:
        break;
    }
}

void ica_option_expectation(const struct ica_option *option, char *text, size_t size)
{
    static const char *const formats[] = {
        [ICA_OPTION_UNSET] = "%s",
        [ICA_OPTION_FLAG] = "one of %s",
        [ICA_OPTION_NUMBER] = "a whole number from %s",
        [ICA_OPTION_SIZE] = "a size from %s, such as 500K, 32M or 2G",
        [ICA_OPTION_REAL] = "a number from %s",
        [ICA_OPTION_TEXT] = "a text%s",
        [ICA_OPTION_CHOICE] = "one of %s",
    };
    char range[MAX_RANGE];
    ica_option_range(option, range, sizeof range);
    (void)snprintf(text, size, formats[option->type], range);
}

/* Parse `value` into the member at `place`; false if it is not allowed. */
static bool parse(const struct ica_option *option, const char *value, void *place)
{
    uint64_t size;
    int truth;
    switch (option->type) {
    case ICA_OPTION_FLAG:
        if (!ica_choice_find(truths, value, &truth)) {
            return false;
        }
        *(bool *)place = truth;
        return true;
    case ICA_OPTION_NUMBER:
        return ica_text_parse_uint(value, option->min, option->max, place);
    case ICA_OPTION_SIZE:
        if (!ica_text_parse_size(value, option->max, &size) || size < option->min) {
            return false;
        }
        *(uint64_t *)place = size;
        return true;
    case ICA_OPTION_REAL:
        return ica_text_parse_double(value, option->least, option->most, place);
    case ICA_OPTION_CHOICE:
        return ica_choice_find(option->choices, value, place);
    case ICA_OPTION_TEXT:
        *(const char **)place = value;
        return true;
    case ICA_OPTION_UNSET:
        break;
    }
    return false;
}

enum ica_status ica_option_set(const struct ica_option *option, const char *value,
                               const char *origin, bool store, struct ica_settings *settings,
                               struct ica_error *err)
{
    union {
        bool flag;
        uint64_t number;
        double real;
        int choice;
        const char *text;
    } unused;
    void *place = store ? (void *)((char *)settings + option->offset) : &unused;
    if (parse(option, value, place)) {
        return ICA_OK;
    }
    char expected[MAX_EXPECTATION];
    ica_option_expectation(option, expected, sizeof expected);
    return ica_error_set(err, ICA_EINVALID, "%s: \"%.80s\" is not %s.", origin, value, expected);
}
