/* SPDX-License-Identifier: Apache-2.0 */
/* The executor port without threads. */
#include "adapters/memory/serial_executor.h"

#include <stdatomic.h>
#include <stdlib.h>

struct serial_executor {
    struct ica_executor base;
    size_t max_lanes;
    atomic_size_t n_lanes;
};

struct ica_lane {
    struct serial_executor *executor;
};

static enum ica_status lane_open(struct ica_executor *self, size_t max_queued_cost,
                                 struct ica_lane **out, struct ica_error *err)
{
    (void)max_queued_cost; /* nothing ever waits */
    *out = NULL;
    struct serial_executor *executor = (struct serial_executor *)self;
    struct ica_lane *lane = calloc(1, sizeof *lane);
    if (!lane) {
        return ica_error_nomem(err, "a lane");
    }
    if (atomic_fetch_add(&executor->n_lanes, 1) >= executor->max_lanes) {
        atomic_fetch_sub(&executor->n_lanes, 1);
        free(lane);
        return ica_error_set(err, ICA_EBUSY, "All places for concurrent work are taken (%zu).",
                             executor->max_lanes);
    }
    lane->executor = executor;
    *out = lane;
    return ICA_OK;
}

static bool submit(struct ica_executor *self, struct ica_lane *lane, struct ica_task *task,
                   unsigned timeout_ms)
{
    (void)self;
    (void)lane;
    (void)timeout_ms;
    task->run(task->argument);
    return true;
}

static bool wait_for_lane(struct ica_executor *self, struct ica_lane *lane, unsigned timeout_ms)
{
    (void)self;
    (void)lane;
    (void)timeout_ms;
    return true;
}

static void lane_close(struct ica_executor *self, struct ica_lane *lane)
{
    (void)self;
    atomic_fetch_sub(&lane->executor->n_lanes, 1);
    free(lane);
}

static void parallel_run(struct ica_parallel *self, size_t count,
                         void (*body)(void *context, size_t i), void *context)
{
    (void)self;
    for (size_t i = 0; i < count; i++) {
        body(context, i);
    }
}

static void destroy(struct ica_executor *self)
{
    free(self);
}

static const struct ica_executor_ops serial_ops = {
    .lane_open = lane_open,
    .submit = submit,
    .wait = wait_for_lane,
    .lane_close = lane_close,
    .destroy = destroy,
};

enum ica_status ica_serial_executor_open(struct ica_executor **out, size_t max_lanes,
                                         struct ica_error *err)
{
    *out = NULL;
    struct serial_executor *executor = calloc(1, sizeof *executor);
    if (!executor) {
        return ica_error_nomem(err, "an executor");
    }
    executor->base.ops = &serial_ops;
    executor->base.parallel = (struct ica_parallel){.run = parallel_run, .n_workers = 1};
    executor->max_lanes = max_lanes;
    *out = &executor->base;
    return ICA_OK;
}
