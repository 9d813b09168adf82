/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages of a run look like as events: not too many of them, and none that matters is left
 * out. */
#ifndef ICA_HTTP_PROGRESS_H
#define ICA_HTTP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "application/runs/cluster_images.h"
#include "base/buffer.h"

/* A buffer of this size takes the last event of each stage and one in between. */
#define ICA_MAX_HTTP_PROGRESS_BYTES 2048

struct ica_http_progress {
    double began_s;    /* of the request */
    double written_s;  /* of the last event */
    const char *stage; /* static; NULL before the first */
    double stage_began_s;
    size_t first; /* steps that were done when the stage was first heard of */
    size_t total;
};

/* Begin with a request that came at `began_s`. */
void ica_http_progress_init(struct ica_http_progress *progress, double began_s);

/* Note a step and append the events that are due at `now_s` to `out`: the last one of a stage that
 * is over, and one for this step if the last event is old enough and `out` is empty, which it is
 * not while its reader is behind. */
enum ica_status ica_http_progress_step(struct ica_http_progress *progress, double now_s,
                                       const char *stage, size_t done, size_t total,
                                       struct ica_run_counts counts,
                                       struct ica_buffer *out) ICA_MUST_CHECK;

/* All stages are over: append the last event of the last one. */
enum ica_status ica_http_progress_end(const struct ica_http_progress *progress, double now_s,
                                      struct ica_run_counts counts,
                                      struct ica_buffer *out) ICA_MUST_CHECK;

#endif
