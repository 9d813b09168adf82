/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes in words. */
#include "http/size_text.h"

#include <inttypes.h>
#include <stdio.h>

struct ica_size_text ica_size_text(uint64_t size_bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
    unsigned unit = 0;
    while (unit < 3 && size_bytes && size_bytes % 1024 == 0) {
        size_bytes /= 1024;
        unit++;
    }
    struct ica_size_text out;
    (void)snprintf(out.text, sizeof out.text, "%" PRIu64 " %s", size_bytes, units[unit]);
    return out;
}
