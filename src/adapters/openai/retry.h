/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask a server again. Pure: no clock, no chance. */
#ifndef ICA_ADAPTERS_OPENAI_RETRY_H
#define ICA_ADAPTERS_OPENAI_RETRY_H

#include <stdbool.h>
#include <stddef.h>

/* A wait that a server asks for is not waited out if it is longer. */
#define ICA_MAX_RETRY_AFTER_S 60.0

#define ICA_MAX_BACKOFF_S 20.0

/* Whether the same request may be answered later where the server has answered this HTTP status. */
bool ica_retry_status(long http_status);

/* Seconds to wait after the `attempt`th failed one (1 is the first): `first_s`, then each time
 * twice as long up to ICA_MAX_BACKOFF_S, and from all of this up to a quarter more or less, so that
 * requests that failed together do not come back together. How much depends on `who` and
 * `attempt` alone. Never less than `retry_after_s`, what the server has asked for (0: nothing). */
double ica_retry_delay_s(double first_s, size_t attempt, size_t who, double retry_after_s);

#endif
