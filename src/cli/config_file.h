/* SPDX-License-Identifier: Apache-2.0 */
/* The config file: lines of `key = value`. Blanks around key and value do not count; empty lines
 * and lines that begin with # are skipped. */
#ifndef ICA_CLI_CONFIG_FILE_H
#define ICA_CLI_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct ica_config_reader {
    char *rest;         /* what is still to be read; the reader writes into it */
    size_t line_number; /* of the last line that was read, from 1 */
    char *key;          /* of that line; NULL if it has no "=" */
    char *value;        /* never NULL after a line with a key */
};

/* Go to the next line that says something; false at the end. */
bool ica_config_reader_next(struct ica_config_reader *reader);

#endif
