/* SPDX-License-Identifier: Apache-2.0 */
/* The config file: lines of `key = value`. */
#include "cli/config_file.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cut the blanks off both ends. */
static char *trim(char *text)
{
    while (is_blank(*text)) {
        text++;
    }
    char *end = text + strlen(text);
    while (end > text && is_blank(end[-1])) {
        end--;
    }
    *end = 0;
    return text;
}

/* Cut the first line off `*rest`; NULL at the end. */
static char *cut_line(char **rest)
{
    if (!**rest) {
        return NULL;
    }
    char *line = *rest;
    char *end = line + strcspn(line, "\n");
    *rest = *end ? end + 1 : end;
    *end = 0;
    return line;
}

bool ica_config_reader_next(struct ica_config_reader *reader)
{
    for (char *line = cut_line(&reader->rest); line; line = cut_line(&reader->rest)) {
        reader->line_number++;
        line = trim(line);
        if (!*line || *line == '#') {
            continue;
        }
        char *equals = strchr(line, '=');
        if (equals) {
            *equals = 0;
            reader->value = trim(equals + 1);
        }
        reader->key = equals ? trim(line) : NULL;
        return true;
    }
    return false;
}
