/* SPDX-License-Identifier: Apache-2.0 */
/* Exponential backoff with jitter from a hash. */
#include "adapters/openai/retry.h"

#include <stdint.h>

bool ica_retry_status(long http_status)
{
    switch (http_status) {
    case 408: /* request time-out */
    case 429: /* too many requests */
    case 500:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}

/* The finalizer of SplitMix64, as a number in [0, 1). */
static double hash(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    x ^= x >> 31;
    return (double)(x >> 11) * 0x1p-53;
}

double ica_retry_delay_s(double first_s, size_t attempt, size_t who, double retry_after_s)
{
    double delay_s = first_s;
    for (size_t i = 1; i < attempt && delay_s < ICA_MAX_BACKOFF_S; i++) {
        delay_s *= 2;
    }
    delay_s = delay_s < ICA_MAX_BACKOFF_S ? delay_s : ICA_MAX_BACKOFF_S;
    uint64_t seed = ((uint64_t)who + 1) * UINT64_C(0x9E3779B97F4A7C15) + attempt;
    delay_s *= 0.75 + 0.5 * hash(seed);
    return delay_s > retry_after_s ? delay_s : retry_after_s;
}
