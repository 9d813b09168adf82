/* SPDX-License-Identifier: Apache-2.0 */
/* Port: executor. A fixed set of workers shared by several clients. Each client has a lane with a
 * bounded queue, and the workers serve the lanes in turn, one task each: a large job does not keep
 * a small one waiting. Thread-safe; a lane belongs to one thread at a time. */
#ifndef ICA_PORTS_EXECUTOR_H
#define ICA_PORTS_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"

#define ICA_MAX_THREADS 256 /* workers of one executor */

struct ica_executor;
struct ica_lane;

/* Work to be done: memory of the caller's, who leaves it alone from submit until the task runs. */
struct ica_task {
    void (*run)(void *argument);
    void *argument;
    size_t cost;           /* how much of its lane's queue it takes, > 0 */
    struct ica_task *next; /* the executor's own */
};

struct ica_executor_ops {
    /* Open a lane whose queued tasks, which are those that no worker has begun, may cost
     * `max_queued_cost` together. ICA_EBUSY when all lanes are taken, ICA_ENOMEM. */
    enum ica_status (*lane_open)(struct ica_executor *self, size_t max_queued_cost,
                                 struct ica_lane **out, struct ica_error *err);

    /* Queue `task` to be run by a worker. False, with nothing queued, if there is still no room for
     * it after `timeout_ms`. An empty queue has room for any task. */
    bool (*submit)(struct ica_executor *self, struct ica_lane *lane, struct ica_task *task,
                   unsigned timeout_ms);

    /* Wait until all tasks of the lane have ended; false if some have not after `timeout_ms`. */
    bool (*wait)(struct ica_executor *self, struct ica_lane *lane, unsigned timeout_ms);

    /* Wait for all tasks of the lane, then release it. */
    void (*lane_close)(struct ica_executor *self, struct ica_lane *lane);

    /* Stops the workers and releases everything, `self` included; all lanes are closed before. */
    void (*destroy)(struct ica_executor *self);
};

struct ica_executor {
    const struct ica_executor_ops *ops;
    struct ica_parallel parallel; /* loops on the same workers */
};

static inline enum ica_status ica_executor_lane_open(struct ica_executor *self,
                                                     size_t max_queued_cost, struct ica_lane **out,
                                                     struct ica_error *err)
{
    return self->ops->lane_open(self, max_queued_cost, out, err);
}

static inline bool ica_executor_submit(struct ica_executor *self, struct ica_lane *lane,
                                       struct ica_task *task, unsigned timeout_ms)
{
    return self->ops->submit(self, lane, task, timeout_ms);
}

static inline bool ica_executor_wait(struct ica_executor *self, struct ica_lane *lane,
                                     unsigned timeout_ms)
{
    return self->ops->wait(self, lane, timeout_ms);
}

static inline void ica_executor_lane_close(struct ica_executor *self, struct ica_lane *lane)
{
    if (lane) {
        self->ops->lane_close(self, lane);
    }
}

static inline void ica_executor_destroy(struct ica_executor *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
