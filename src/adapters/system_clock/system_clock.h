/* SPDX-License-Identifier: Apache-2.0 */
/* The clock port on the system's monotonic clock. */
#ifndef ICA_ADAPTERS_SYSTEM_CLOCK_SYSTEM_CLOCK_H
#define ICA_ADAPTERS_SYSTEM_CLOCK_SYSTEM_CLOCK_H

#include "ports/clock.h"

extern struct ica_clock ica_system_clock;

#endif
