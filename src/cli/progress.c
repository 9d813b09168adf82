/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line on stderr. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

#include "cli/console.h"
#include "cli/interrupt.h"
#include "domain/stages.h"

#define REDRAW_S        0.1
#define SHOW_SPEED_S    0.5 /* before, a rate says little */
#define MAX_LINE        256
#define BAR_COLUMNS     24
#define BAR_MIN_COLUMNS 80 /* terminals narrower than this get no bar */
#define ERASE_LINE      "\r\033[K"
#define LONGEST_LEFT_S  (99.0 * 3600)

/* "0:07", "12:03", "1:02:03" */
static void format_duration(char *text, size_t size, double seconds)
{
    unsigned long s = (unsigned long)(seconds < LONGEST_LEFT_S ? seconds + 0.5 : LONGEST_LEFT_S);
    if (s >= 3600) {
        (void)snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    } else {
        (void)snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
    }
}

void ica_progress_format(char *line, size_t size, size_t columns, const char *stage, size_t done,
                         size_t total, double elapsed_s)
{
    char bar[BAR_COLUMNS + 4] = "";
    if (columns >= BAR_MIN_COLUMNS && total > 0) {
        size_t filled =
            (size_t)(BAR_COLUMNS * ((double)(done < total ? done : total) / (double)total));
        (void)snprintf(bar, sizeof bar, "[%*s] ", BAR_COLUMNS, "");
        memset(bar + 1, '#', filled);
        memset(bar + 1 + filled, '-', BAR_COLUMNS - filled);
    }
    int used = snprintf(line, size, "%-10s %s%zu of %zu", stage, bar, done, total);
    bool has_speed = elapsed_s >= SHOW_SPEED_S && done > 0;
    if (has_speed && used > 0 && (size_t)used < size) {
        double rate = (double)done / elapsed_s;
        double left_s = total > done ? (double)(total - done) / rate : 0;
        char duration[32];
        format_duration(duration, sizeof duration, left_s);
        (void)snprintf(line + used, size - (size_t)used, ", %.*f/s, %s left", rate < 10 ? 1 : 0,
                       rate, duration);
    }
}

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct ica_progress *progress = context;
    if (!progress->shown) {
        return !ica_interrupted();
    }
    double now_s = ica_clock_now_s(progress->clock);
    if (!progress->stage || strcmp(progress->stage, stage) != 0) {
        progress->stage = stage;
        progress->stage_began_s = now_s;
    }
    if (now_s - progress->drawn_s >= REDRAW_S) {
        bool knows_more = strcmp(stage, ICA_STAGE_EMBEDDING) == 0 && progress->n_files > 0;
        size_t all = knows_more ? progress->n_files : total;
        char line[MAX_LINE];
        size_t columns = ica_console_of(stderr).columns;
        ica_progress_format(line, columns < sizeof line ? columns : sizeof line, columns, stage,
                            done, all, now_s - progress->stage_began_s);
        (void)fprintf(stderr, ERASE_LINE "%s", line);
        (void)fflush(stderr);
        progress->drawn_s = now_s;
        progress->on_screen = true;
    }
    return !ica_interrupted();
}

void ica_progress_init(struct ica_progress *progress, struct ica_clock *clock, size_t n_files,
                       bool quiet)
{
    *progress = (struct ica_progress){
        .monitor = {.step = step, .context = progress},
        .clock = clock,
        .shown = !quiet && ica_console_of(stderr).is_terminal,
        .n_files = n_files,
    };
    progress->drawn_s = ica_clock_now_s(clock); /* what is done at once needs no line */
}

void ica_progress_erase(struct ica_progress *progress)
{
    if (progress->on_screen) {
        (void)fputs(ERASE_LINE, stderr);
        (void)fflush(stderr);
        progress->on_screen = false;
    }
}
