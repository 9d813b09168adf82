/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages of a run look like as events. A stage may count its steps more than once; that it
 * is over shows when the next one begins. */
#include "http/progress.h"

#include <stdio.h>
#include <string.h>

#define PAUSE_S      0.1 /* between events */
#define SHOW_SPEED_S 0.5 /* before, a rate says little */

void ica_http_progress_init(struct ica_http_progress *progress, double began_s)
{
    *progress = (struct ica_http_progress){.began_s = began_s};
}

/* Seconds until the stage is over, at the speed so far: "1.5", or "null". */
static void format_left(const struct ica_http_progress *progress, size_t done, double now_s,
                        char *text, size_t size)
{
    double elapsed_s = now_s - progress->stage_began_s;
    bool known = elapsed_s >= SHOW_SPEED_S && done > progress->first;
    (void)snprintf(text, size, "null");
    if (done == progress->total || known) {
        double rate = known ? (double)(done - progress->first) / elapsed_s : 1;
        (void)snprintf(text, size, "%.1f", (double)(progress->total - done) / rate);
    }
}

static enum ica_status write_event(const struct ica_http_progress *progress, size_t done,
                                   double now_s, struct ica_run_counts counts,
                                   struct ica_buffer *out)
{
    char left[32];
    format_left(progress, done, now_s, left, sizeof left);
    return ica_buffer_printf(out, NULL,
                             "event: progress\n"
                             "data: {\"stage\":\"%s\",\"done\":%zu,\"total\":%zu,"
                             "\"elapsed_s\":%.3f,\"seconds_left\":%s,"
                             "\"received\":%zu,\"decoded\":%zu,\"embedded\":%zu}\n\n",
                             progress->stage, done, progress->total, now_s - progress->began_s,
                             left, counts.received, counts.decoded, counts.embedded);
}

enum ica_status ica_http_progress_end(const struct ica_http_progress *progress, double now_s,
                                      struct ica_run_counts counts, struct ica_buffer *out)
{
    return progress->stage ? write_event(progress, progress->total, now_s, counts, out) : ICA_OK;
}

enum ica_status ica_http_progress_step(struct ica_http_progress *progress, double now_s,
                                       const char *stage, size_t done, size_t total,
                                       struct ica_run_counts counts, struct ica_buffer *out)
{
    enum ica_status status = ICA_OK;
    bool is_read = out->size == 0;
    if (!progress->stage || strcmp(progress->stage, stage) != 0) {
        status = ica_http_progress_end(progress, now_s, counts, out);
        progress->stage = stage;
        progress->stage_began_s = now_s;
        progress->first = done;
    }
    progress->total = total;
    bool due = is_read && done < total && now_s - progress->written_s >= PAUSE_S;
    if (!status && due) {
        progress->written_s = now_s;
        status = write_event(progress, done, now_s, counts, out);
    }
    return status;
}
