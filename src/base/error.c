/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting of errors into the caller's fixed buffer. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A text that was cut to fit must not end in half a character. */
static void end_whole(struct ica_error *err)
{
    err->text[ica_text_cut(err->text, sizeof err->text - 2)] = 0;
}

enum ica_status ica_error_set(struct ica_error *err, enum ica_status status, const char *format,
                              ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->status = status;
        (void)vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        end_whole(err);
    }
    return status;
}

enum ica_status ica_error_prefix(struct ica_error *err, enum ica_status status, const char *format,
                                 ...)
{
    if (err) {
        char old[ICA_MAX_ERROR_TEXT];
        memcpy(old, err->text, sizeof old);
        va_list args;
        va_start(args, format);
        int length = vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        if (length >= 0 && (size_t)length < sizeof err->text) {
            size_t room = sizeof err->text - (size_t)length;
            (void)snprintf(err->text + length, room, "%s", old);
        }
        err->status = status;
        end_whole(err);
    }
    return status;
}

enum ica_status ica_error_nomem(struct ica_error *err, const char *what)
{
    return ica_error_set(err, ICA_ENOMEM, "Not enough memory for %s.", what);
}
