/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for people: what the terminal can show, and how to put text from outside there safely. */
#ifndef ICA_CLI_CONSOLE_H
#define ICA_CLI_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"

/* What one output stream can show. */
struct ica_console {
    size_t columns;
    bool is_terminal;
    bool colours; /* a terminal, and NO_COLOR (no-color.org) is not set */
};

/* Choose the character set; once, at the start. */
void ica_console_start(void);

struct ica_console ica_console_of(FILE *stream);

/* How many columns a UTF-8 text takes, wide and combining characters considered. */
size_t ica_text_columns(const char *text);

/* Append `text`, cut at `columns` with an ellipsis if it is longer. What a terminal could take for
 * a command becomes U+FFFD. */
enum ica_status ica_console_append(struct ica_buffer *out, const char *text, size_t columns,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Append words of our own (ASCII) and a line end, in lines from column `indent` to `columns`; the
 * first line has its indentation already. */
enum ica_status ica_console_append_wrapped(struct ica_buffer *out, const char *words, int indent,
                                           size_t columns, struct ica_error *err) ICA_MUST_CHECK;

/* One line "image-cluster-ai: ..." on stderr, cleaned like the above. */
void ica_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Write the text to stdout and check that it got there. */
enum ica_status ica_console_print(const struct ica_buffer *text,
                                  struct ica_error *err) ICA_MUST_CHECK;

#endif
