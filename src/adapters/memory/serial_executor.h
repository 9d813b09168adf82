/* SPDX-License-Identifier: Apache-2.0 */
/* The executor port without threads: each task runs at once, in the thread that submits it. */
#ifndef ICA_ADAPTERS_MEMORY_SERIAL_EXECUTOR_H
#define ICA_ADAPTERS_MEMORY_SERIAL_EXECUTOR_H

#include "ports/executor.h"

enum ica_status ica_serial_executor_open(struct ica_executor **out, size_t max_lanes,
                                         struct ica_error *err) ICA_MUST_CHECK;

#endif
