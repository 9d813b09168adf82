/* SPDX-License-Identifier: Apache-2.0 */
/* Status codes: one list for the whole program. Only http/ and cli/ translate a code into an HTTP
 * status or an exit code; everybody else passes it on. */
#ifndef ICA_BASE_STATUS_H
#define ICA_BASE_STATUS_H

/*  code          short text                  HTTP  exit */
/* clang-format off */
#define ICA_STATUS_MAP(X)                                                                          \
    X(OK,           "ok",                     200,  0)                                             \
    X(EINVALID,     "invalid input",          400,  2)                                             \
    X(EFORMAT,      "not a known image",      400,  3)                                             \
    X(ECORRUPT,     "damaged image",          400,  3)                                             \
    X(ETOOLARGE,    "limit exceeded",         413,  4)                                             \
    X(ENOTFOUND,    "not found",              404,  5)                                             \
    X(EDENIED,      "permission denied",      403,  5)                                             \
    X(EIO,          "input/output error",     500,  5)                                             \
    X(ENOMEM,       "out of memory",          503,  6)                                             \
    X(EBUSY,        "busy",                   503,  7)                                             \
    X(ECANCELLED,   "cancelled",              499,  8)                                             \
    X(EMODEL,       "model failed",           500,  9)                                             \
    X(EUNAVAILABLE, "not available here",     415,  9)
/* clang-format on */

#define ICA_STATUS_ENUM(code, text, http, exit) ICA_##code,
enum ica_status { ICA_STATUS_MAP(ICA_STATUS_ENUM) ICA_STATUS_COUNT };
#undef ICA_STATUS_ENUM

#define ICA_MUST_CHECK __attribute__((warn_unused_result))

/* Short English text of a code, e.g. "damaged image". Static; never NULL. */
const char *ica_status_text(enum ica_status status);

/* HTTP status for a code, e.g. 413. */
int ica_status_http(enum ica_status status);

/* Process exit code for a code: 0 for ICA_OK, else 2 to 9 (documented in `--help`). */
int ica_status_exit(enum ica_status status);

#endif
