/* SPDX-License-Identifier: Apache-2.0 */
/* What a misspelt option was meant to be: the name at the smallest edit distance (Levenshtein). */
#include <string.h>

#include "cli/option.h"

/* How many characters must be inserted, removed or replaced to turn `a` into `b`; names of more
 * than ICA_MAX_OPTION_NAME characters are far from everything. One row of the usual table is kept:
 * before the step for a[i], row[j] is the distance of a's first i characters to b's first j. */
static size_t distance(const char *a, const char *b)
{
    size_t length = strlen(b);
    if (strlen(a) > ICA_MAX_OPTION_NAME || length > ICA_MAX_OPTION_NAME) {
        return ICA_MAX_OPTION_NAME;
    }
    size_t row[ICA_MAX_OPTION_NAME + 1];
    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            size_t shorter = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;
            diagonal = row[j + 1];
            row[j + 1] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[length];
}

const char *ica_option_suggest(enum ica_command command, const char *name)
{
    const char *best = NULL;
    size_t least = strlen(name) / 3 + 1;
    for (size_t i = 0; i < ica_n_options; i++) {
        const struct ica_option *option = &ica_options[i];
        size_t d = distance(name, option->name);
        if (d <= least && (command == ICA_COMMAND_UNSET || ica_option_is_for(option, command))) {
            best = d < least || !best ? option->name : best;
            least = d;
        }
    }
    return best;
}
