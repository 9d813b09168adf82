/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line on stderr: what is being done, how far, how fast, how long still. It watches a
 * run through its monitor and also hands on Ctrl-C. */
#ifndef ICA_CLI_PROGRESS_H
#define ICA_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parallel.h"
#include "ports/clock.h"

struct ica_progress {
    struct ica_monitor monitor;
    struct ica_clock *clock;
    bool shown;     /* stderr is a terminal and the user wants it */
    size_t n_files; /* of the whole run, which itself knows only of those it has got; 0: it knows */
    const char *stage;
    double stage_began_s;
    double drawn_s;
    bool on_screen;
};

/* Watch a run over `n_files` files with `progress->monitor`. Borrows the clock. */
void ica_progress_init(struct ica_progress *progress, struct ica_clock *clock, size_t n_files,
                       bool quiet);

/* Take the line off the screen. */
void ica_progress_erase(struct ica_progress *progress);

/* The line for `done` of `total` steps after `elapsed_s`, for a terminal of `columns`. */
void ica_progress_format(char *line, size_t size, size_t columns, const char *stage, size_t done,
                         size_t total, double elapsed_s);

#endif
