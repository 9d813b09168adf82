/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of bytes on stderr: a bar on a terminal, a line now and then elsewhere. It also hands on
 * Ctrl-C. */
#ifndef ICA_CLI_MODELS_BYTE_PROGRESS_H
#define ICA_CLI_MODELS_BYTE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parallel.h"
#include "ports/clock.h"

struct ica_byte_progress {
    struct ica_monitor monitor;
    struct ica_clock *clock;
    bool shown;
    bool is_terminal;
    bool on_screen;
    char name[128]; /* of the file */
    bool began;     /* the first step of the file was seen */
    uint64_t first; /* bytes that were there before */
    double began_s;
    double told_s;
};

/* Watch with `progress->monitor`; borrows the clock. */
void ica_byte_progress_init(struct ica_byte_progress *progress, struct ica_clock *clock,
                            bool quiet);

/* From now on it is about the file `name`. */
void ica_byte_progress_begin(struct ica_byte_progress *progress, const char *name);

/* Take the line off the screen. */
void ica_byte_progress_erase(struct ica_byte_progress *progress);

/* "12.5 of 86.4 MB (14 %), 3.2 MB/s, 0:23 left" after `elapsed_s`, in which all but the `first`
 * bytes came; a `total` of 0 is not known. */
void ica_byte_progress_format(char *line, size_t size, uint64_t first, uint64_t done,
                              uint64_t total, double elapsed_s);

/* "86.4 MB", in powers of 1000. */
void ica_bytes_format(char *text, size_t size, uint64_t bytes);

#endif
