/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for people on a terminal. */
#include "cli/console.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/file_io.h"
#include "base/text.h"

#define DEFAULT_COLUMNS 100
#define MIN_COLUMNS     40
#define MAX_COLUMNS     1000
#define REPLACEMENT     "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS        "\xE2\x80\xA6"
#define MAX_COMPLAINT   2048

void ica_console_start(void)
{
    /* Only wcwidth() depends on it; numbers keep their decimal point. */
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        (void)setlocale(LC_CTYPE, "");
    }
}

struct ica_console ica_console_of(FILE *stream)
{
    struct ica_console console = {.columns = DEFAULT_COLUMNS};
    console.is_terminal = isatty(fileno(stream)) == 1;
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    console.colours = console.is_terminal && !(no_colour && *no_colour) &&
                      !(terminal && strcmp(terminal, "dumb") == 0);
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t wished;
    if (columns && ica_text_parse_uint(columns, MIN_COLUMNS, MAX_COLUMNS, &wished)) {
        console.columns = (size_t)wished;
    } else if (console.is_terminal && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 &&
               size.ws_col >= MIN_COLUMNS) {
        console.columns = size.ws_col;
    }
    return console;
}

/* Read one character of `*text` and go behind it; `*columns` is -1 for one that must not reach a
 * terminal: a control character, or a byte that is no UTF-8. */
static size_t next_character(const char **text, int *columns)
{
    const char *start = *text;
    wchar_t character;
    mbstate_t state = {0};
    size_t length = mbrtowc(&character, start, strlen(start), &state);
    bool valid = length != (size_t)-1 && length != (size_t)-2;
    *columns = valid ? wcwidth(character) : -1;
    *text = start + (valid ? length : 1);
    return (size_t)(*text - start);
}

size_t ica_text_columns(const char *text)
{
    size_t total = 0;
    while (*text) {
        int columns;
        (void)next_character(&text, &columns);
        total += columns < 0 ? 1 : (size_t)columns;
    }
    return total;
}

enum ica_status ica_console_append(struct ica_buffer *out, const char *text, size_t columns,
                                   struct ica_error *err)
{
    bool cut = ica_text_columns(text) > columns;
    size_t room = cut && columns > 0 ? columns - 1 : columns;
    enum ica_status status = ICA_OK;
    while (*text && !status) {
        const char *start = text;
        int width;
        size_t length = next_character(&text, &width);
        size_t taken = width < 0 ? 1 : (size_t)width;
        if (taken > room) {
            break;
        }
        room -= taken;
        status = width < 0 ? ica_buffer_append_text(out, REPLACEMENT, err)
                           : ica_buffer_append(out, start, length, err);
    }
    return cut && columns > 0 && !status ? ica_buffer_append_text(out, ELLIPSIS, err) : status;
}

enum ica_status ica_console_append_wrapped(struct ica_buffer *out, const char *words, int indent,
                                           size_t columns, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t column = (size_t)indent;
    while (*words && !status) {
        size_t length = strcspn(words, " ");
        bool first = column == (size_t)indent;
        if (!first && column + 1 + length > columns) {
            status = ica_buffer_printf(out, err, "\n%*s", indent, "");
            column = (size_t)indent;
            first = true;
        }
        if (!status) {
            status = ica_buffer_printf(out, err, "%s%.*s", first ? "" : " ", (int)length, words);
        }
        column += length + !first;
        words += length + (words[length] == ' ');
    }
    return status ? status : ica_buffer_append_text(out, "\n", err);
}

void ica_complain(const char *format, ...)
{
    char text[MAX_COMPLAINT];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct ica_buffer line;
    ica_buffer_init(&line, MAX_COMPLAINT * sizeof REPLACEMENT);
    if (ica_console_append(&line, text, SIZE_MAX, NULL) == ICA_OK) {
        (void)fprintf(stderr, "image-cluster-ai: %s\n", ica_buffer_text(&line));
    }
    ica_buffer_clear(&line);
}

enum ica_status ica_console_print(const struct ica_buffer *text, struct ica_error *err)
{
    if (fwrite(ica_buffer_text(text), 1, text->size, stdout) == text->size && !fflush(stdout)) {
        return ICA_OK;
    }
    enum ica_status status = ica_error_set_errno(err, errno);
    return ica_error_prefix(err, status, "Standard output: ");
}
