/* SPDX-License-Identifier: Apache-2.0 */
/* An error's explanation: a full sentence for a person, in memory of the caller. */
#ifndef ICA_BASE_ERROR_H
#define ICA_BASE_ERROR_H

#include "base/status.h"

#define ICA_MAX_ERROR_TEXT 512

/* Caller-owned. Zero-initialise; functions that fail fill it. Every `err` parameter may be NULL. */
struct ica_error {
    enum ica_status status;
    char text[ICA_MAX_ERROR_TEXT];
};

/* Store `status` and a formatted sentence (cut at ICA_MAX_ERROR_TEXT) and return `status`, so that
 * a failing function can end in `return ica_error_set(err, ICA_EINVALID, ...)`. */
enum ica_status ica_error_set(struct ica_error *err, enum ica_status status, const char *format,
                              ...) __attribute__((format(printf, 3, 4)));

/* Put formatted context before the text that is already there; the status stays. Returns it. */
enum ica_status ica_error_prefix(struct ica_error *err, enum ica_status status, const char *format,
                                 ...) __attribute__((format(printf, 3, 4)));

/* The usual answer to a failed allocation of `what`. Returns ICA_ENOMEM. */
enum ica_status ica_error_nomem(struct ica_error *err, const char *what);

#endif
