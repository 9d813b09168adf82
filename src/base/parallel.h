/* SPDX-License-Identifier: Apache-2.0 */
/* What pure code may know of threads and of the person who waits: a given way to run a loop in
 * parallel, and a given way to report progress and to learn of a cancellation. */
#ifndef ICA_BASE_PARALLEL_H
#define ICA_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* Runs loops. Implemented by an adapter; `NULL` everywhere means: in the calling thread. */
struct ica_parallel {
    /* Call `body(context, i)` once for each i below `count`, in any order, on several threads;
     * return when all are done. Bodies may not call it again. */
    void (*run)(struct ica_parallel *self, size_t count, void (*body)(void *context, size_t i),
                void *context);
    size_t n_workers; /* > 0 */
};

/* Watches a long computation. `NULL` everywhere means: nobody watches. */
struct ica_monitor {
    /* Called now and then, from the thread that began the computation, with `done` of `total` steps
     * of `stage` (a static lower-case word). False asks to stop: the computation then ends soon
     * with ICA_ECANCELLED. */
    bool (*step)(void *context, const char *stage, size_t done, size_t total);
    void *context;
};

static inline void ica_parallel_run(struct ica_parallel *self, size_t count,
                                    void (*body)(void *context, size_t i), void *context)
{
    if (self) {
        self->run(self, count, body, context);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        body(context, i);
    }
}

static inline bool ica_monitor_step(const struct ica_monitor *monitor, const char *stage,
                                    size_t done, size_t total)
{
    return !monitor || monitor->step(monitor->context, stage, done, total);
}

#endif
