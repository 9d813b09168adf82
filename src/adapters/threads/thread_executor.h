/* SPDX-License-Identifier: Apache-2.0 */
/* The executor port on POSIX threads. */
#ifndef ICA_ADAPTERS_THREADS_THREAD_EXECUTOR_H
#define ICA_ADAPTERS_THREADS_THREAD_EXECUTOR_H

#include <stddef.h>

#include "ports/executor.h"

/* Start `n_workers` threads (1 to ICA_MAX_THREADS) that serve up to `max_lanes` (> 0) clients.
 * Loops of `parallel` use lanes beyond that number, one per loop. ICA_EINVALID, ICA_ENOMEM (also
 * when the system refuses threads). */
enum ica_status ica_thread_executor_open(struct ica_executor **out, size_t n_workers,
                                         size_t max_lanes, struct ica_error *err) ICA_MUST_CHECK;

/* How many threads this machine runs at once: its processors as far as this process may use them,
 * at least 1, at most ICA_MAX_THREADS. */
size_t ica_thread_executor_default_workers(void);

#endif
