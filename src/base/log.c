/* SPDX-License-Identifier: Apache-2.0 */
/* The program's log on stderr. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define MAX_EVENT_TEXT 1024

static const char *const level_names[] = {
    [ICA_LOG_ERROR] = "error",
    [ICA_LOG_WARNING] = "warning",
    [ICA_LOG_INFO] = "info",
    [ICA_LOG_DEBUG] = "debug",
};

static _Atomic int threshold = ICA_LOG_WARNING;

void ica_log_set_level(enum ica_log_level level)
{
    atomic_store(&threshold, (int)level);
}

void ica_log(enum ica_log_level level, const char *area, const char *format, ...)
{
    if ((int)level > atomic_load(&threshold) || level == ICA_LOG_UNSET) {
        return;
    }
    char text[MAX_EVENT_TEXT];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = '?';
        }
    }
    char stamp[32] = "";
    struct tm utc;
    time_t now = time(NULL);
    if (gmtime_r(&now, &utc)) {
        (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    /* One call, so that lines of several threads do not mix. */
    (void)fprintf(stderr, "%s %s %s: %s\n", stamp, level_names[level], area, text);
}
