/* SPDX-License-Identifier: Apache-2.0 */
/* The clock port on the system's monotonic clock. */
#include "adapters/system_clock/system_clock.h"

#include <time.h>

static double now_s(struct ica_clock *self)
{
    (void)self;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct ica_clock ica_system_clock = {.now_s = now_s};
