/* SPDX-License-Identifier: Apache-2.0 */
/* The program's log: one line per event on stderr, `time level area: text`. Thread-safe. */
#ifndef ICA_BASE_LOG_H
#define ICA_BASE_LOG_H

enum ica_log_level {
    ICA_LOG_UNSET,
    ICA_LOG_ERROR,
    ICA_LOG_WARNING,
    ICA_LOG_INFO,
    ICA_LOG_DEBUG,
};

/* Drop events above `level`; ICA_LOG_WARNING until set. Call before threads start. */
void ica_log_set_level(enum ica_log_level level);

/* Write one event. `area` is the folder or use case it comes from. Control characters in the
 * formatted text are replaced, so that file names from outside cannot forge lines. */
void ica_log(enum ica_log_level level, const char *area, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
