/* SPDX-License-Identifier: Apache-2.0 */
/* A listening TCP socket, with errors that say what to do. */
#ifndef ICA_HTTP_LISTENER_H
#define ICA_HTTP_LISTENER_H

#include <stdint.h>

#include "base/error.h"

/* Listen on `port` (0 = any free one) of the address or host name `host`. `option` names the flag
 * that chooses the port, for the error's text. Sets `*fd`, to be closed by the caller, and the real
 * port. ICA_EINVALID (no such address), ICA_EBUSY (the port is in use), ICA_EDENIED, ICA_EIO. */
enum ica_status ica_http_listener_open(const char *host, uint16_t port, const char *option, int *fd,
                                       uint16_t *real_port, struct ica_error *err) ICA_MUST_CHECK;

#endif
