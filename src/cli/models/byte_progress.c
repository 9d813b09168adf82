/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/models/byte_progress.h"

#include <stdio.h>
#include <string.h>

#include "cli/console.h"
#include "cli/interrupt.h"

#define REDRAW_S        0.1
#define TELL_S          10.0 /* where there is no terminal */
#define SHOW_SPEED_S    0.5  /* before, a rate says little */
#define MAX_LINE        256
#define BAR_COLUMNS     24
#define BAR_MIN_COLUMNS 100
#define ERASE_LINE      "\r\033[K"
#define LONGEST_LEFT_S  (99.0 * 3600)
#define NAME_COLUMNS    24

void ica_bytes_format(char *text, size_t size, uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double number = (double)bytes;
    size_t unit = 0;
    while (number >= 999.95 && unit + 1 < sizeof units / sizeof *units) {
        number /= 1000;
        unit++;
    }
    (void)snprintf(text, size, "%.*f %s", unit > 0 ? 1 : 0, number, units[unit]);
}

void ica_byte_progress_format(char *line, size_t size, uint64_t first, uint64_t done,
                              uint64_t total, double elapsed_s)
{
    char so_far[24];
    char whole[24];
    ica_bytes_format(so_far, sizeof so_far, done);
    ica_bytes_format(whole, sizeof whole, total);
    int used =
        total ? snprintf(line, size, "%s of %s (%u %%)", so_far, whole,
                         (unsigned)(100 * (double)(done < total ? done : total) / (double)total))
              : snprintf(line, size, "%s", so_far);
    if (elapsed_s < SHOW_SPEED_S || done <= first || used < 0 || (size_t)used >= size) {
        return;
    }
    double rate = (double)(done - first) / elapsed_s;
    char speed[24];
    ica_bytes_format(speed, sizeof speed, (uint64_t)rate);
    used += snprintf(line + used, size - (size_t)used, ", %s/s", speed);
    if (total > done && (size_t)used < size) {
        double left_s = (double)(total - done) / rate;
        unsigned long s = (unsigned long)(left_s < LONGEST_LEFT_S ? left_s + 0.5 : LONGEST_LEFT_S);
        (void)snprintf(line + used, size - (size_t)used, ", %lu:%02lu left", s / 60, s % 60);
    }
}

static void draw(struct ica_byte_progress *progress, uint64_t done, uint64_t total, double now_s)
{
    char figures[MAX_LINE];
    char bar[BAR_COLUMNS + 4] = "";
    size_t columns = ica_console_of(stderr).columns;
    ica_byte_progress_format(figures, sizeof figures, progress->first, done, total,
                             now_s - progress->began_s);
    if (!progress->is_terminal) {
        (void)fprintf(stderr, "%s: %s\n", progress->name, figures);
        return;
    }
    if (columns >= BAR_MIN_COLUMNS && total > 0) {
        double share = (double)(done < total ? done : total) / (double)total;
        size_t filled = (size_t)(BAR_COLUMNS * share);
        (void)snprintf(bar, sizeof bar, "[%*s] ", BAR_COLUMNS, "");
        memset(bar + 1, '#', filled);
        memset(bar + 1 + filled, '-', BAR_COLUMNS - filled);
    }
    char line[MAX_LINE * 2];
    (void)snprintf(line, sizeof line, "%s %s%s", progress->name, bar, figures);
    (void)fprintf(stderr, ERASE_LINE "%.*s", (int)(columns - 1), line);
    (void)fflush(stderr);
    progress->on_screen = true;
}

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct ica_byte_progress *progress = context;
    (void)stage;
    if (!progress->shown) {
        return !ica_interrupted();
    }
    double now_s = ica_clock_now_s(progress->clock);
    if (!progress->began) {
        progress->began = true;
        progress->first = done;
        progress->began_s = now_s;
        progress->told_s = now_s;
    }
    if (now_s - progress->told_s >= (progress->is_terminal ? REDRAW_S : TELL_S)) {
        progress->told_s = now_s;
        draw(progress, done, total, now_s);
    }
    return !ica_interrupted();
}

void ica_byte_progress_init(struct ica_byte_progress *progress, struct ica_clock *clock, bool quiet)
{
    *progress = (struct ica_byte_progress){
        .monitor = {.step = step, .context = progress},
        .clock = clock,
        .shown = !quiet,
        .is_terminal = ica_console_of(stderr).is_terminal,
    };
}

void ica_byte_progress_begin(struct ica_byte_progress *progress, const char *name)
{
    struct ica_buffer clean; /* it is a manifest's, which anybody may have written */
    ica_byte_progress_erase(progress);
    ica_buffer_init(&clean, sizeof progress->name - 1);
    progress->name[0] = 0;
    if (ica_console_append(&clean, name, NAME_COLUMNS, NULL) == ICA_OK) {
        (void)snprintf(progress->name, sizeof progress->name, "%s", ica_buffer_text(&clean));
    }
    ica_buffer_clear(&clean);
    progress->began = false;
}

void ica_byte_progress_erase(struct ica_byte_progress *progress)
{
    if (progress->on_screen) {
        (void)fputs(ERASE_LINE, stderr);
        (void)fflush(stderr);
        progress->on_screen = false;
    }
}
